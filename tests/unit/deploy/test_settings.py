"""The launcher's settings, secrets, and what it tells each process."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.environments import environments
from deploy.settings import SECRETS, LaunchSettings, load_secrets


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    made = load_secrets(tmp_path / "home")
    assert load_secrets(tmp_path / "home") == made
    assert len(set(made.values())) == len(SECRETS)
    assert (tmp_path / "home" / "secrets.env").stat().st_mode & 0o077 == 0


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    assert load_secrets(tmp_path / "a") != load_secrets(tmp_path / "b")


def test_a_redis_address_that_rasa_cannot_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///run/redis.sock")
    with pytest.raises(ValidationError, match="redis:// or rediss://"):
        LaunchSettings()


def told(tmp_path: Path) -> dict[str, dict[str, str]]:
    return environments(LaunchSettings(), load_secrets(tmp_path))


@pytest.mark.parametrize(
    ("process", "secrets"),
    [
        ("redis", {"TANDEM_REDIS_PASSWORD"}),
        ("rasa", {"TANDEM_RASA_TOKEN", "TANDEM_REDIS_PASSWORD"}),
        ("actions", set()),
        ("knowledge", set()),
        ("gateway", {"TANDEM_SECRET_KEY", "TANDEM_RASA_TOKEN", "TANDEM_REDIS_PASSWORD"}),
    ],
)
def test_each_process_knows_only_the_secrets_that_it_needs(
    tmp_path: Path, process: str, secrets: set[str]
) -> None:
    known = " ".join(told(tmp_path)[process].values())
    values = load_secrets(tmp_path)
    assert {name for name in SECRETS if values[name] in known} == secrets


def test_the_parts_of_a_redis_address_reach_rasa(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", "rediss://me:p%40ss@redis.example:6380/3")
    rasa = told(tmp_path)["rasa"]
    parts = ("HOST", "PORT", "USERNAME", "PASSWORD", "DB", "SSL")
    assert [rasa[f"TANDEM_RASA_REDIS_{part}"] for part in parts] == [
        "redis.example",
        "6380",
        "me",
        "p@ss",
        "3",
        "true",
    ]

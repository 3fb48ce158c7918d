"""The launcher's settings, secrets, and what it tells each process."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.environments import environments
from deploy.settings import SECRETS, LaunchSettings, load_secrets
from handoff.settings import Settings as Gateway
from kb_index.settings import Settings as Knowledge


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


def test_both_names_of_the_redis_address_are_understood_and_reach_the_gateway(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:first@one.example:1/0")
    assert told(tmp_path)["gateway"]["TANDEM_REDIS_URL"] == "redis://:first@one.example:1/0"
    monkeypatch.setenv("TANDEM_REDIS_URL", "redis://:second@two.example:2/0")
    processes = told(tmp_path)
    assert processes["gateway"]["TANDEM_REDIS_URL"] == "redis://:second@two.example:2/0"
    assert processes["rasa"]["TANDEM_RASA_REDIS_HOST"] == "two.example"


def test_addresses_with_passwords_reach_only_who_needs_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("REDIS", "DATABASE", "KNOWLEDGE_DATABASE"):
        monkeypatch.setenv(f"TANDEM_{name}_URL", f"redis://:of-{name}@host.example/0")
    knowing = {
        process: {word for word in ("of-REDIS", "of-DATABASE", "of-KNOWLEDGE") if word in all_of}
        for process, all_of in (
            (process, " ".join(known.values())) for process, known in told(tmp_path).items()
        )
    }
    assert knowing["actions"] == set()
    assert knowing["rasa"] == {"of-REDIS"}
    assert knowing["knowledge"] == {"of-KNOWLEDGE"}
    assert knowing["gateway"] == {"of-REDIS", "of-DATABASE"}


@pytest.mark.parametrize("level", ["debug", "WARNING"])
def test_every_process_understands_the_same_log_level(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, level: str
) -> None:
    monkeypatch.setenv("TANDEM_LOG_LEVEL", level)
    for process, settings in (("gateway", Gateway), ("knowledge", Knowledge)):
        with monkeypatch.context() as context:
            for name, value in told(tmp_path)[process].items():
                context.setenv(name, value)
            assert settings().log_level == level

"""The settings of gateway and desk."""

import pytest
from pydantic import ValidationError

from handoff.settings import Settings

KEY = "k" * 32


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("TANDEM_SECRET_KEY", KEY)
    for name in ("REDIS_URL", "TANDEM_REDIS_URL", "TANDEM_HOST", "TANDEM_HOME"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_only_loopback_is_served_by_default():
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.redis_url == "redis://127.0.0.1:6390/0"


def test_redis_is_named_with_or_without_the_prefix(environment):
    environment.setenv("REDIS_URL", "redis://one")
    assert Settings().redis_url == "redis://one"
    environment.setenv("TANDEM_REDIS_URL", "redis://two")
    assert Settings().redis_url == "redis://two"


def test_a_missing_or_short_key_is_refused_by_name(environment):
    environment.setenv("TANDEM_SECRET_KEY", "short")
    with pytest.raises(ValidationError, match="secret_key"):
        Settings()
    environment.delenv("TANDEM_SECRET_KEY")
    with pytest.raises(ValidationError, match="secret_key"):
        Settings()


def test_the_key_is_not_shown():
    assert KEY not in repr(Settings())


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_the_database_lives_in_the_home(environment):
    environment.setenv("TANDEM_HOME", "here")
    assert Settings().database == "sqlite+aiosqlite:///here/tandem.sqlite3"
    environment.setenv("TANDEM_DATABASE_URL", "postgresql+asyncpg://db/tandem")
    assert Settings().database == "postgresql+asyncpg://db/tandem"


@pytest.mark.parametrize(
    ("name", "value"), [("DESK", "a b"), ("PORT", "99999"), ("AGENT_GRACE_S", "0")]
)
def test_a_wrong_value_is_refused(environment, name, value):
    environment.setenv(f"TANDEM_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_turn_is_not_taken_over_while_it_may_still_end(environment):
    environment.setenv("TANDEM_TURN_TIMEOUT_S", "20")
    with pytest.raises(ValidationError, match="turn_idle_s"):
        Settings()

"""What each process is told: its own addresses and only the secrets that it needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote

from deploy.settings import LaunchSettings

# Requests keep every core busy: more threads for one small matrix product only wait for each other.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# They may hold a password, so only the process they are meant for gets them.
_ADDRESSES = ("TANDEM_REDIS_URL", "TANDEM_DATABASE_URL", "TANDEM_KNOWLEDGE_DATABASE_URL")
_ALWAYS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER")


def environments(settings: LaunchSettings, secrets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the whole environment of each process of the Procfile, by its name."""
    base = {name: os.environ[name] for name in _ALWAYS if name in os.environ}
    chosen = {name: value for name, value in os.environ.items() if name.startswith("TANDEM_")}
    home = str(settings.home.resolve())
    private = {*secrets, *_ADDRESSES}
    base |= {name: value for name, value in chosen.items() if name not in private}
    base |= {"TANDEM_HOME": home, "PYTHONUNBUFFERED": "1"}
    redis = settings.redis(secrets["TANDEM_REDIS_PASSWORD"])
    knowledge_url = f"http://127.0.0.1:{settings.knowledge_port}"
    knowledge = {
        "TANDEM_KNOWLEDGE_PORT": str(settings.knowledge_port),
        "TANDEM_KNOWLEDGE_URL": knowledge_url,
    }
    rasa_token = {"TANDEM_RASA_TOKEN": secrets["TANDEM_RASA_TOKEN"]}
    return {
        "redis": base
        | {
            "TANDEM_REDIS_PORT": str(settings.redis_port),
            "TANDEM_REDIS_PASSWORD": secrets["TANDEM_REDIS_PASSWORD"],
        },
        "rasa": base
        | rasa_token
        | {
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TANDEM_RASA_PORT": str(settings.rasa_port),
            "TANDEM_ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
            "TANDEM_RASA_REDIS_HOST": redis.hostname or "127.0.0.1",
            "TANDEM_RASA_REDIS_PORT": str(redis.port or 6379),
            "TANDEM_RASA_REDIS_USERNAME": unquote(redis.username or ""),
            "TANDEM_RASA_REDIS_PASSWORD": unquote(redis.password or ""),
            "TANDEM_RASA_REDIS_DB": redis.path.strip("/") or "0",
            "TANDEM_RASA_REDIS_SSL": str(redis.scheme == "rediss").lower(),
        },
        "actions": base
        | knowledge
        | _ONE_THREAD
        | {"TANDEM_ACTIONS_PORT": str(settings.actions_port)},
        "knowledge": base
        | knowledge
        | _ONE_THREAD
        | _given(chosen, "TANDEM_KNOWLEDGE_DATABASE_URL"),
        "gateway": base
        | knowledge
        | rasa_token
        | _given(chosen, "TANDEM_DATABASE_URL")
        | {
            "TANDEM_HOST": settings.host,
            "TANDEM_PORT": str(settings.port),
            "TANDEM_RASA_URL": f"http://127.0.0.1:{settings.rasa_port}",
            "TANDEM_SECRET_KEY": secrets["TANDEM_SECRET_KEY"],
            "TANDEM_REDIS_URL": redis.geturl(),
        },
    }


def _given(chosen: Mapping[str, str], name: str) -> dict[str, str]:
    return {name: chosen[name]} if name in chosen else {}

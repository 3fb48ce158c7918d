"""What the launcher may be told by variables, and the secrets it makes for itself."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = ("TANDEM_SECRET_KEY", "TANDEM_REDIS_PASSWORD", "TANDEM_RASA_TOKEN")


class LaunchSettings(BaseSettings):
    """Addresses and places of the five processes."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True)

    home: Path = Field(Path(".tandem"), description="Everything this installation writes.")
    host: str = Field("127.0.0.1", description="Where the gateway listens.")
    port: int = Field(8080, description="The gateway's port, the only public one.")
    rasa_port: int = Field(5005, description="Rasa's port, loopback only.")
    actions_port: int = Field(5055, description="The action server's port, loopback only.")
    knowledge_port: int = Field(5056, description="The knowledge service's port, loopback only.")
    redis_port: int = Field(6390, description="The embedded server's port.")
    redis_url: str | None = Field(
        None,
        validation_alias=AliasChoices("TANDEM_REDIS_URL", "REDIS_URL"),
        description="A server of one's own; without it an embedded one is started.",
    )
    first_login: str = Field("admin@tandem.example", description="E-mail of the first log-in.")
    ready_timeout_s: float = Field(
        120.0, description="How long the processes may take until all are ready."
    )

    @field_validator("redis_url")
    @classmethod
    def _a_network_address(cls, url: str | None) -> str | None:
        # Rasa's tracker store connects by host and port only.
        if url and urlsplit(url).scheme not in {"redis", "rediss"}:
            raise ValueError("REDIS_URL must begin with redis:// or rediss://")
        return url or None

    def ports(self) -> dict[str, int]:
        """Return the port of each process that this launcher starts."""
        own = {"TANDEM_REDIS_PORT": self.redis_port} if self.redis_url is None else {}
        return own | {
            "TANDEM_RASA_PORT": self.rasa_port,
            "TANDEM_ACTIONS_PORT": self.actions_port,
            "TANDEM_KNOWLEDGE_PORT": self.knowledge_port,
            "TANDEM_PORT": self.port,
        }

    def redis(self, password: str) -> SplitResult:
        """Return the parts of the Redis address in use, `password` being the embedded one's."""
        own = f"redis://:{quote(password)}@127.0.0.1:{self.redis_port}/0"
        return urlsplit(self.redis_url or own)


def load_secrets(home: Path) -> dict[str, str]:
    """Return this installation's secrets; the first call makes them, readable by the owner only."""
    path = home / "secrets.env"
    home.mkdir(parents=True, exist_ok=True)
    known = {name: value for name, value in dotenv_values(path).items() if value}
    missing = [name for name in SECRETS if name not in known]
    if missing:
        known |= {name: secrets.token_hex(32) for name in missing}
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in known.items()))
    return known

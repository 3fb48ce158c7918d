"""Everything about Tandem's gateway that an operator can set, read once at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of gateway, desk and turn workers; each is `TANDEM_<NAME>` in the environment.

    Names that end in `_s`, `_ms` or `_days` are durations in that unit. A wrong or missing value
    raises `pydantic.ValidationError`, which names it.
    """

    model_config = SettingsConfigDict(
        env_prefix="TANDEM_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    host: str = "127.0.0.1"
    """Address the gateway listens on; `0.0.0.0` opens it to the network."""
    port: int = Field(8080, ge=0, le=65535)
    """The gateway's port, the only public one."""
    public_origin: str | None = None
    """The address people see, such as `https://help.example.com`; also permits its origin."""
    allowed_origins: tuple[str, ...] = ()
    """Further origins whose pages may open the customer's widget, as a JSON list."""
    cookie_secure: bool = False
    """Send the session cookie over HTTPS only; set it behind TLS."""

    home: Path = Path(".tandem")
    """Where files that must survive a restart live."""
    database_url: str = ""
    """SQLAlchemy address of accounts and archive; by default SQLite in `home`."""
    secret_key: SecretStr = Field(min_length=32)
    """Signs customers' tokens; at least 32 characters."""

    site_secret: SecretStr | None = Field(None, min_length=32)
    """What the site signs customers' identities with, 32 letters or more; none is taken without."""

    redis_url: str = Field(
        "redis://127.0.0.1:6390/0",
        validation_alias=AliasChoices("TANDEM_REDIS_URL", "REDIS_URL", "redis_url"),
    )
    """Address of Redis or Valkey; the launcher's embedded server if neither name is set."""
    redis_wait_s: float = Field(10.0, ge=0)
    """How long the start waits for Redis before it gives up."""
    desk: str = Field("main", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """Name of the desk: the team and queue that share one set of keys."""

    desk_file: Path | None = None
    """YAML file of teams, strategies, business hours and agents; without it one team that picks."""

    rasa_url: str = "http://127.0.0.1:5005"
    """Address of Rasa."""
    rasa_token: SecretStr | None = None
    """What Rasa was started with as `--auth-token`; the launcher makes one."""
    knowledge_url: str = "http://127.0.0.1:5056"
    """Address of the knowledge service."""
    knowledge_timeout_s: float = Field(5.0, gt=0)
    """How long an editor's request may wait for the knowledge service."""

    metrics_token: SecretStr | None = None
    """What Prometheus must show as a bearer token; without it only this machine sees `/metrics`."""

    turn_timeout_s: float = Field(8.0, gt=0)
    """How long the bot may take for one turn before a person is asked instead."""
    turn_idle_s: float = Field(20.0, gt=0)
    """After this long without an end, a turn is taken from a worker that must have died."""
    turn_concurrency: int = Field(16, ge=1)
    """Bot turns that one process runs at the same time."""

    agent_grace_s: float = Field(30.0, gt=0)
    """After this long without a heartbeat an agent's conversations go back to the queue."""
    customer_grace_s: float = Field(30.0, gt=0)
    """After this long without a socket a customer who waits or chats is marked as away."""
    sweep_interval_s: float = Field(5.0, gt=0)
    """Time between two looks for agents and customers who are gone, and for times that are over."""
    closed_retention_days: float = Field(30.0, gt=0)
    """How long Redis keeps a closed conversation once the archive has it."""
    archive_days: float | None = Field(None, gt=0)
    """How long the archive keeps a conversation after it was closed; without it for ever."""
    customer_token_days: float = Field(30.0, gt=0)
    """How long a customer may come back to a conversation."""
    session_hours: float = Field(12.0, gt=0)
    """After this long agents and editors must sign in again."""

    customer_sessions: str = Field("60/minute", pattern=r"^\d+/(second|minute|hour)$")
    """Conversations that one network address may begin, in the words of the `limits` library."""
    customer_commands: int = Field(30, ge=1)
    """Commands that one customer's socket may send within ten seconds."""

    max_text: int = Field(4000, ge=1)
    """Characters of one message."""
    max_frame: int = Field(65536, ge=1024)
    """Bytes of one frame on a socket."""
    auth_timeout_s: float = Field(10.0, gt=0)
    """How long a customer's socket may take to say who it is."""

    log_level: str = Field("info", pattern=r"(?i)^(debug|info|warning|error)$")
    """The least severe events that are logged: `debug`, `info`, `warning` or `error`."""
    log_json: bool = False
    """Log one JSON object a line instead of text for people."""

    @model_validator(mode="after")
    def _turns_end_before_they_are_taken_over(self) -> Self:
        if self.turn_idle_s <= self.turn_timeout_s:
            raise ValueError("turn_idle_s must be longer than turn_timeout_s")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'tandem.sqlite3'}"

    @property
    def closed_retention_ms(self) -> int:
        """How long a closed conversation is kept, in milliseconds."""
        return int(self.closed_retention_days * 86_400_000)

    @property
    def customer_grace_ms(self) -> int:
        """How long a customer's sockets may be silent, in milliseconds."""
        return int(self.customer_grace_s * 1000)

    @property
    def agent_grace_ms(self) -> int:
        """How long an agent may be silent, in milliseconds."""
        return int(self.agent_grace_s * 1000)

"""Settings of the action server; read once in `__main__`, then passed down."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is an environment variable: `TANDEM_` and the field's name."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    actions_port: int = Field(5055, ge=0, le=65535, description="port to listen on, loopback only")
    knowledge_url: str = Field("http://127.0.0.1:5056", description="the knowledge service")
    search_timeout_s: float = Field(
        2.0, gt=0, le=3.0, description="how long a customer's turn waits for the search"
    )
    facts_file: Path | None = Field(
        Path("data/facts.yml"),
        description="order numbers and products, and which of them to ask for before a handoff",
    )
    escalation_file: Path | None = Field(
        None, description="what differs from the shipped `escalation.yml`; followed while running"
    )

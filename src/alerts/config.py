"""Settings: from the command line, then the environment (`ALERTS_...`), then the defaults here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set. Each field is an environment variable with the prefix `ALERTS_`."""

    model_config = SettingsConfigDict(env_prefix="ALERTS_", extra="forbid", frozen=True)

    rules: Path = Field(default=Path("rules"), description="Folder of the rule packs.")
    subscriptions: Path = Field(
        default=Path("subscriptions"), description="Folder of the subscription files; may be absent."
    )
    data: Path = Field(default=Path("data"), description="Folder of the store; one process at a time.")
    host: str = Field(default="127.0.0.1", description="Address of the HTTP port.")
    port: int = Field(default=8080, ge=0, le=65535, description="HTTP port; 0 takes a free one.")
    token_file: Path | None = Field(
        default=None, description="File with the bearer token that POST /v1/reports asks for."
    )
    parsers: int = Field(default=1, ge=1, le=64, description="Parser processes.")
    parser_pipeline: str | None = Field(
        default=None, description="Name of an installed spaCy pipeline, instead of the small one."
    )
    parse_seconds: float = Field(
        default=20.0, gt=0, le=3600, description="How long the parser may take over a batch, beside its length's share."
    )
    extractors: str = Field(
        default="builtin",
        max_length=500,
        pattern=r"^[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*$",
        description="Who reads texts, in the order in which they are believed, separated by commas: `builtin`, and "
        "names of installed plug-ins.",
    )
    extractor_processes: int = Field(default=1, ge=1, le=64, description="Processes of each plug-in extractor.")
    extractor_seconds: float = Field(
        default=20.0, gt=0, le=3600, description="How long a plug-in extractor may take over a batch of up to 16 texts."
    )
    extractor_start_seconds: float = Field(
        default=120.0, gt=0, le=3600, description="How long a plug-in extractor may take to load."
    )
    retention_days: int = Field(
        default=7, ge=1, le=365, description="How long records are kept after every stage read them."
    )
    reload_seconds: float = Field(
        default=2.0, gt=0, le=3600, description="How often rule and subscription files are looked at."
    )
    order_wait_seconds: float = Field(
        default=5.0,
        ge=0,
        le=3600,
        description="How long a match waits for slower partitions, so that alerts follow the order of time; 0 waits as "
        "long as it takes.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def extractor_names(self) -> tuple[str, ...]:
        """The names in `extractors`, each once."""
        return tuple(dict.fromkeys(self.extractors.split(",")))


class KafkaSettings(BaseSettings):
    """Where the Kafka runtime finds its cluster. Each field is a variable with the prefix `ALERTS_KAFKA_`."""

    model_config = SettingsConfigDict(env_prefix="ALERTS_KAFKA_", extra="forbid", frozen=True)

    bootstrap: str = Field(
        default="127.0.0.1:9092", description="Brokers to start from, host:port, separated by commas."
    )
    prefix: str = Field(
        default="",
        max_length=100,
        pattern=r"^[A-Za-z0-9._-]*$",
        description="Put before the names of topics, groups and transactions: several installations on one cluster.",
    )
    partitions: int = Field(default=4, ge=1, le=256, description="Partitions of each topic that a stage reads.")
    replication: int = Field(default=1, ge=1, le=9, description="Copies that `alerts topics create` asks for.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str | None = Field(default=None, description="SASL user.")
    password_file: Path | None = Field(default=None, description="File with the SASL password.")
    ca_file: Path | None = Field(default=None, description="Certificates to trust, PEM; the system's when left out.")
    certificate_file: Path | None = Field(default=None, description="The client's certificate, PEM.")
    key_file: Path | None = Field(default=None, description="The key of the client's certificate, PEM.")
    instance: str | None = Field(
        default=None,
        max_length=100,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="This worker's name over restarts (static membership): a quick restart moves nothing.",
    )
    topics_check_seconds: float = Field(
        default=30.0, ge=0.5, le=3600, description="How often a worker looks whether the topics are as they must be."
    )
    session_seconds: float = Field(
        default=10.0, ge=1, le=300, description="A worker that is silent for so long loses its partitions."
    )

"""One Kafka cluster as this installation uses it: names, security, and clients with our bounds."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem

# The largest record: a report's text has a million characters of up to four bytes, and is escaped on the wire.
RECORD_MAX_BYTES = 8 * 1024 * 1024

# An open transaction of a dead worker holds up all readers for so long; ours are open for milliseconds.
TRANSACTION_TIMEOUT_MS = 5_000

# Kafka 4 refuses the first produce of an old client's transaction once; with aiokafka's own 100 ms one transaction in
# ten waits that long (measured: 105-115 ms, with 5 ms 9-18 ms).
_RETRY_BACKOFF_MS = 5

_REQUEST_TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """Makes clients of one cluster. Nothing is connected until a client is started."""

    settings: KafkaSettings
    security: dict[str, Any] = field(init=False, repr=False, compare=False)
    """aiokafka's security arguments."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "security", _security(self.settings))

    @property
    def partitions(self) -> int:
        """Partitions of every topic that a stage reads."""
        return self.settings.partitions

    def topic(self, name: str) -> str:
        """Return a topic's name on the cluster."""
        return self.settings.prefix + name

    def group(self, stage: str) -> str:
        """Return the consumer group of a stage."""
        return f"{self.settings.prefix}alerts-{stage}"

    def transactional_id(self, stage: str, topic: str, partition: int) -> str:
        """Return the one transactional id of an input partition: whoever starts it last owns the partition."""
        return f"{self.settings.prefix}alerts-{stage}-{topic}-{partition}"

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        """Return a producer that loses nothing and repeats nothing; transactional when it has an id."""
        transactions = (
            {"transactional_id": transactional_id, "transaction_timeout_ms": TRANSACTION_TIMEOUT_MS}
            if transactional_id
            else {"enable_idempotence": True}
        )
        return AIOKafkaProducer(
            **self._common(),
            **transactions,
            acks="all",
            retry_backoff_ms=_RETRY_BACKOFF_MS,
            max_batch_size=1 << 20,
            max_request_size=RECORD_MAX_BYTES + (1 << 20),
        )

    def consumer(self, *topics: str, **settings: Any) -> AIOKafkaConsumer:
        """Return a consumer that sees committed records only; `settings` are aiokafka's own."""
        defaults: dict[str, Any] = {
            "isolation_level": "read_committed",
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "retry_backoff_ms": 50,
            "fetch_max_wait_ms": 500,
            "max_partition_fetch_bytes": 4 * 1024 * 1024,
        }
        return AIOKafkaConsumer(*topics, **self._common(), **{**defaults, **settings})

    def admin(self) -> AIOKafkaAdminClient:
        """Return an admin client."""
        return AIOKafkaAdminClient(**self._common())

    def _common(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.settings.bootstrap,
            "client_id": self.settings.instance or "alerts",
            "request_timeout_ms": _REQUEST_TIMEOUT_MS,
            "metadata_max_age_ms": 30_000,
            **self.security,
        }


def _security(settings: KafkaSettings) -> dict[str, Any]:
    """Return aiokafka's security arguments.

    Raises:
        SettingsProblem: What the protocol needs is missing or cannot be read.
    """
    protocol = settings.security_protocol
    arguments: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        arguments["ssl_context"] = _tls(settings)
    if protocol.startswith("SASL"):
        if settings.username is None or settings.password_file is None:
            raise SettingsProblem(
                f"ALERTS_KAFKA_SECURITY_PROTOCOL={protocol} needs ALERTS_KAFKA_USERNAME and ALERTS_KAFKA_PASSWORD_FILE"
            )
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": _secret(settings.password_file),
        }
    return arguments


def _tls(settings: KafkaSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
        if settings.certificate_file:
            context.load_cert_chain(settings.certificate_file, settings.key_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsProblem(f"the certificates that ALERTS_KAFKA_* name cannot be used: {error}") from error
    return context


def _secret(path: Path) -> str:
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"the password file {path} cannot be read: {error}") from error
    if not secret:
        raise SettingsProblem(f"the password file {path} is empty")
    return secret

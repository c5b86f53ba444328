"""A Kafka record of a test: what a producer sent, read as the product reads it."""

from __future__ import annotations

import json
from typing import Any

from alerts.adapters.records import read_record
from alerts.domain.report import Report
from alerts.pipeline.messages import Message, Unreadable
from alerts.pipeline.ports import Observer

HAMA = {"source": "wire", "id": "9", "text": "Clashes erupted in Hama."}
STAMP = 1_740_744_000_500
"""2025-02-28T12:00:00.5Z in milliseconds."""
STAMP_TEXT = "2025-02-28T12:00:00.500000+00:00"

BINARY: tuple[tuple[str, bytes | None], ...] = (
    ("ce_specversion", b"1.0"),
    ("ce_id", b"event-1"),
    ("ce_source", b"/sensors/hama"),
    ("ce_type", b"org.example.report"),
    ("ce_time", b"2025-02-28T11:58:00Z"),
    ("content-type", b"application/json"),
)


def having(*changes: tuple[str, bytes | None]) -> tuple[tuple[str, bytes | None], ...]:
    """Return the headers of a good event, with those of the same names put in their place, others added."""
    named = dict(changes)
    kept = tuple((name, named.pop(name, value)) for name, value in BINARY)
    return (*kept, *named.items())


def without(name: str) -> tuple[tuple[str, bytes | None], ...]:
    """Return the headers of a good event but one."""
    return tuple(header for header in BINARY if header[0] != name)


def read(
    value: Any = HAMA,
    headers: tuple[tuple[str, bytes | None], ...] = (),
    *,
    topic: str = "reports",
    timestamp: int = STAMP,
    observer: Observer | None = None,
) -> Message | Unreadable:
    """Return what a record holds; a value that is neither bytes nor None is sent as JSON."""
    sent = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
    return read_record(topic, key=b"wire/9", value=sent, headers=headers, timestamp=timestamp, observer=observer)


def report(*arguments: Any, **options: Any) -> Report:
    """Return the report of a record that must hold one."""
    message = read(*arguments, **options)
    assert isinstance(message, Report), message
    return message


def cause(*arguments: Any, **options: Any) -> str:
    """Return why a record that must be unreadable is."""
    message = read(*arguments, **options)
    assert isinstance(message, Unreadable), message
    return message.cause

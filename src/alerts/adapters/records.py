"""Kafka records to messages and back. Pure: no client, no network.

Our own records are CloudEvents 1.0 in the Kafka binding's binary mode, with a `ce_type` of `alerts.<type>.v1`. On the
input topics any producer's reports are read as well: `records_reports` does that. docs/kafka-messages.md is for whoever
writes such records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from alerts.adapters import wire
from alerts.adapters.records_attributes import Attributes, RecordRefused, attributes_of
from alerts.adapters.records_identity import identity_of, time_of
from alerts.adapters.records_reports import foreign_report
from alerts.adapters.wire import OWN_TYPES, OWN_VERSION
from alerts.domain.report import Report
from alerts.pipeline.ingest import INPUT_TOPICS
from alerts.pipeline.messages import Headers, Message, Tick, Topic, Unreadable
from alerts.pipeline.ports import Observer

# The largest record that is looked into: what Kafka is asked to take (a text of a million characters, escaped).
VALUE_MAX_BYTES = 16 * 1024 * 1024

_TYPES_ON: dict[str, frozenset[str]] = {
    Topic.REPORTS: frozenset({"report", "tick"}),
    Topic.NOTICES: frozenset({"report", "tick"}),
    Topic.EVENTS: frozenset({"events"}),
    Topic.MATCHES: frozenset({"match", "match_retraction", "time_mark"}),
    Topic.ALERTS: frozenset({"alert_change"}),
    Topic.SUPPRESSIONS: frozenset({"suppression"}),
    Topic.DELIVERIES: frozenset({"delivery"}),
    Topic.ATTEMPTS: frozenset({"attempt"}),
    Topic.DEAD_LETTERS: frozenset({"dead_letter"}),
}
_NAMES = frozenset().union(*_TYPES_ON.values())
_OWN_HEADERS = {name: wire.own_headers(name) for name in _NAMES}
_NAMES_BY_HEADERS = {headers: name for name, headers in _OWN_HEADERS.items()}
_SAME_IN_ALL = wire.own_headers("report")
_WIRE_NAMES = {f"{OWN_TYPES}{name}{OWN_VERSION}": name for name in _NAMES}

# What other clocks show is a slip; dates at the very ends overflow arithmetic. The same years as `wire_reports`.
_YEARS = range(1900, 2201)
# Records are of our own age: 2000 to 2200, in milliseconds. Kafka's -1 says that a record bears no time.
_TIMESTAMPS = range(946_684_800_000, 7_289_654_400_000)

_MSGSPEC_PATH = re.compile(r" - at `\$([^`]{0,500})`")


class RawRecord(NamedTuple):
    """A record as Kafka carries it; without a value it is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def write_record(message: Message, *, key: str) -> RawRecord:
    """Return a message as a record. The same message makes the same record, on every worker."""
    encoded = wire.encode(message)
    return RawRecord(
        key=key.encode("utf-8", "surrogatepass"),
        value=encoded.value,
        headers=(
            *_OWN_HEADERS[encoded.type],
            ("ce_id", identity_of(message, encoded.value).encode()),
            ("ce_time", time_of(message).isoformat().encode()),
        ),
    )


def read_record(
    topic: str,
    *,
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]],
    timestamp: int,
    observer: Observer | None = None,
) -> Message | Unreadable:
    """Return the message of a record, or what is wrong with it and where. Never raises.

    Args:
        topic: Its topic as `Topic` names it, without a prefix.
        key: Its key.
        value: Its value; None is a tombstone, which none of these topics has.
        headers: Its headers, in order.
        timestamp: Milliseconds since 1970, as Kafka gives it: it is when another producer's report was received.
        observer: Counts what was set right in other producers' reports (`alerts_report_warnings_total`).
    """
    try:
        return _message(topic, value, headers, timestamp, observer)
    except RecordRefused as refused:
        return Unreadable(
            cause=str(refused),
            content=value or b"",
            at=time_of_record(timestamp),
            key=None if key is None else key.decode("utf-8", "replace"),
            headers=tuple(headers),
        )


def _message(
    topic: str,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]],
    timestamp: int,
    observer: Observer | None,
) -> Message:
    if value is None:
        raise RecordRefused("the record has no value: a tombstone means nothing here, and withdraws nothing")
    if len(value) > VALUE_MAX_BYTES:
        raise RecordRefused(f"the value has {len(value):,} bytes; at most {VALUE_MAX_BYTES:,} are read")
    if not value or value.isspace():
        raise RecordRefused(f"the value is empty ({len(value)} bytes)")
    if (name := _name_at_a_glance(headers)) is not None:
        return _own(topic, name, value)
    attributes = attributes_of(headers)
    if attributes.type.startswith(OWN_TYPES):
        return _own(topic, _own_name(attributes.type), value)
    if topic not in INPUT_TOPICS:
        expected = " or ".join(f"{OWN_TYPES}{name}{OWN_VERSION}" for name in sorted(_TYPES_ON.get(topic, _NAMES)))
        raise RecordRefused(f'header ce_type: found "{attributes.type[:200]}", this topic holds {expected}')
    return _foreign(topic, attributes, value, time_of_record(timestamp), observer)


def _name_at_a_glance(headers: Sequence[tuple[str, bytes | None]]) -> str | None:
    """Return the type of a record that is just as `write_record` makes them, as nearly all are; None for any other."""
    if len(headers) != len(_SAME_IN_ALL) + 2:
        return None
    name = _NAMES_BY_HEADERS.get(tuple(headers[:-2]))
    (id_header, identity), (time_header, time) = headers[-2:]
    if (id_header, time_header) != ("ce_id", "ce_time") or not identity or not time:
        return None
    return name if identity.isascii() and time.isascii() else None


def _own_name(ce_type: str) -> str:
    name = _WIRE_NAMES.get(ce_type)
    if name is None:
        raise RecordRefused(
            f'header ce_type: this version does not read "{ce_type[:200]}"; types that begin with "{OWN_TYPES}" are '
            "this product's, yours needs another name"
        )
    return name


def _own(topic: str, name: str, value: bytes) -> Message:
    if name not in _TYPES_ON.get(topic, _NAMES):
        raise RecordRefused(f'header ce_type: a {name} does not belong on "{topic}"')
    try:
        message: Any = wire.decode(name, value)
    except ValueError as error:
        raise RecordRefused(_positioned(error, value)) from error
    if isinstance(message, Report | Tick) and _has_unfit_time(message):
        raise RecordRefused(f"not a {name}: a time has no offset from UTC, or is not of the years 1900 to 2200")
    return message  # type: ignore[no-any-return]  # the types of `_TYPES_ON` are those of Message


def _foreign(
    topic: str, attributes: Attributes, value: bytes, at: datetime | None, observer: Observer | None
) -> Report:
    if at is None:
        raise RecordRefused("the record's timestamp is missing or out of range: nothing says when it was received")
    understood = foreign_report(value, attributes, received_at=at)
    warnings = len(understood.warnings) + _is_misrouted(topic, understood.report)
    if warnings and observer is not None:
        observer.count("report_warnings", warnings, topic=topic)
    return understood.report


def _is_misrouted(topic: str, report: Report) -> bool:
    """Return whether a report lies on the other input topic than where it is best worked."""
    return bool(report.events) != (topic == Topic.NOTICES) and bool(report.text or report.events)


def time_of_record(timestamp: int) -> datetime | None:
    """Return the time of a record's timestamp, None when it has none or one that no clock shows."""
    return datetime.fromtimestamp(timestamp / 1000, UTC) if timestamp in _TIMESTAMPS else None


def _has_unfit_time(message: Report | Tick) -> bool:
    """Return whether a time of an input record would stop a stage: it cannot be compared, or overflows."""
    if isinstance(message, Tick):
        return _is_unfit(message.at)
    times = [message.received_at, message.published_at]
    times += [event.occurred_at for event in message.events]
    times += [event.starts_at for event in message.events if event.starts_at]
    return any(map(_is_unfit, times))


def _is_unfit(time: datetime) -> bool:
    return time.tzinfo is None or time.year not in _YEARS


def _positioned(error: ValueError, value: bytes) -> str:
    """Return what is wrong with JSON of ours, with its place as a JSON pointer or a byte."""
    if isinstance(error, UnicodeDecodeError):
        try:
            value.decode("utf-8")
        except UnicodeDecodeError as whole:
            return f"not UTF-8: byte {whole.start} is {value[whole.start]:#04x}"
    return _MSGSPEC_PATH.sub(lambda path: f" at {_pointer(path[1])}", str(error))


def _pointer(path: str) -> str:
    return re.sub(r"\.|\[", "/", path).replace("]", "") or '""'

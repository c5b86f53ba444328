"""What a message is called and when it was, as its CloudEvents attributes say: the same on every worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.match import Match, MatchRetraction
from alerts.domain.report import Report
from alerts.domain.subscription import Attempt, Delivery
from alerts.pipeline.messages import DeadLetter, EventsOfReport, Message, Tick, TimeMark

_IDENTITIES: dict[type, Callable[[Any], str]] = {
    EventsOfReport: lambda one: f"{one.report.id}.{one.report.version}",
    Match: lambda one: str(one.id),
    MatchRetraction: lambda one: f"{one.match_id}.{one.report_version}",
    AlertChange: lambda one: f"{one.alert.id}.{one.alert.revision}",
    Delivery: lambda one: str(one.id),
}
_TIMES: dict[type, Callable[[Any], datetime]] = {
    Report: lambda one: one.received_at,
    Tick: lambda one: one.at,
    TimeMark: lambda one: one.at,
    EventsOfReport: lambda one: one.report.received_at,
    Match: lambda one: one.report.received_at,
    MatchRetraction: lambda one: one.at,
    AlertChange: lambda one: one.at,
    Suppression: lambda one: one.at,
    Delivery: lambda one: one.change.at,
    Attempt: lambda one: one.attempted_at,
    DeadLetter: lambda one: one.at,
}


def identity_of(message: Message, value: bytes) -> str:
    """Return a message's own id, or a digest of its JSON where it has none: a report's id is that of all versions."""
    own = _IDENTITIES.get(type(message))
    return own(message) if own else blake2b(value, digest_size=12).hexdigest()


def time_of(message: Message) -> datetime:
    """Return when what a message tells was."""
    return _TIMES[type(message)](message)

"""What flows between the stages beside reports, matches, alert changes, deliveries and attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.event import Event
from alerts.domain.match import Match, MatchRetraction
from alerts.domain.report import Report, ReportHeader
from alerts.domain.subscription import Attempt, Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The passing of time, written into each partition of a report topic, so that a replay repeats it."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMark:
    """How far one DETECT partition has come in time. TRACK's clock is the lowest mark of them all."""

    origin: str
    """Topic and partition that the mark speaks for, as `reports/0`."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsOfReport:
    """A report's header with all its events, perhaps none: the archive of what was understood."""

    report: ReportHeader
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What could not be read or delivered, set aside with its reason, so that it can be replayed.

    `origin` says where it came from (`reports/2@41`, `http`). `content` is the message as text, cut to a bound, and
    `sha256` the digest of the whole.
    """

    origin: str
    cause: str
    at: datetime
    content: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record whose value is not what its topic holds."""

    cause: str
    content: bytes


Message = (
    Report
    | Tick
    | TimeMark
    | EventsOfReport
    | Match
    | MatchRetraction
    | AlertChange
    | Suppression
    | Delivery
    | Attempt
    | DeadLetter
)


class Topic:
    """Names of the topics, the same in both runtimes."""

    REPORTS = "reports"
    NOTICES = "notices"
    EVENTS = "events"
    MATCHES = "matches"
    ALERTS = "alerts"
    SUPPRESSIONS = "suppressions"
    DELIVERIES = "deliveries"
    ATTEMPTS = "attempts"
    DEAD_LETTERS = "dead-letters"


TOPICS: tuple[str, ...] = (
    Topic.REPORTS,
    Topic.NOTICES,
    Topic.EVENTS,
    Topic.MATCHES,
    Topic.ALERTS,
    Topic.SUPPRESSIONS,
    Topic.DELIVERIES,
    Topic.ATTEMPTS,
    Topic.DEAD_LETTERS,
)

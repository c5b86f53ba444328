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


Headers = tuple[tuple[str, bytes | None], ...]
"""The headers of a Kafka record: a name may stand twice, a value may be missing or no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What could not be read or delivered, set aside with its reason, so that it can be replayed.

    It holds either what came, as `content`, or the `report` that was understood and could not be worked.
    `pipeline.dead_letters` makes letters and gives their bytes back.
    """

    origin: str
    """Where it came from: `reports/2@41` (with the offset, as far as that is known), `http`."""
    cause: str
    at: datetime
    """When what it holds was received."""
    content: str
    """The bytes as text, or in base64 where they are no text."""
    sha256: str
    """Of all the bytes, those cut off too."""
    is_base64: bool = False
    is_cut: bool = False
    """Whether something is missing: such a letter cannot be replayed."""
    key: str | None = None
    headers: Headers = ()
    """Those that say how the bytes are to be read."""
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record whose value is not what its topic holds. A tombstone has the content of an empty value."""

    cause: str
    content: bytes
    at: datetime | None = None
    """When the record was written, where it says so."""
    key: str | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedFile:
    """One file as it was pushed."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedFiles:
    """Files that take force together on every worker: a rule pack, or a file of subscriptions.

    No files: what the id names goes out of force. `version` is that of the whole push.
    """

    id: str
    files: tuple[PushedFile, ...]
    effective_at: datetime
    version: str


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

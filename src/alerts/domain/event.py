"""Events: something in the world that one report speaks of, with its status and its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alerts.domain.ids import EventId, ReportId
from alerts.domain.place import Place, PlaceName, PlaceRole

Scalar = str | int | float | bool | None


class Status(StrEnum):
    """Whether it happened."""

    OCCURRED = "occurred"
    ONGOING = "ongoing"
    POSSIBLE = "possible"
    PLANNED = "planned"
    DENIED = "denied"
    HISTORICAL = "historical"


HAPPENING: frozenset[Status] = frozenset({Status.OCCURRED, Status.ONGOING})
"""What a rule means when it says nothing about status."""


class Comparator(StrEnum):
    """How a stated number bounds the true one."""

    EXACTLY = "exactly"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    BETWEEN = "between"


class Scope(StrEnum):
    """What a figure counts: people newly affected, a running total, or a forecast."""

    NEW = "new"
    TOTAL = "total"
    PROJECTION = "projection"


class TimePrecision(StrEnum):
    """How finely `occurred_at` is known."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"
    """Nothing in the text says when; `occurred_at` is then the publication's time."""


PARTIAL = "partial"
"""The attribute of an end that holds for some only ("reopened to lorries"): by itself it ends no alert."""

QUANTITY_KINDS: frozenset[str] = frozenset(
    """displaced returned evacuated killed injured missing detained participants affected homes_destroyed
    homes_damaged magnitude depth_km wind_kmh duration_hours""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An actor or a target: who did it, or whom or what it was done to.

    `kind` is a word such as `state_forces`, `rebel_group`, `government`, `civilian`, `aid_worker`, `bridge`,
    `border_crossing`, `hospital`. `country` is ISO 3166-1 alpha-2. `member_of` names every group above it.
    """

    name: str
    kind: str | None = None
    country: str | None = None
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A distance that the text states from `anchor`: `of` is the anchor's name as written."""

    km: float
    comparator: Comparator
    of: str
    bearing: float | None = None
    """Degrees clockwise from north, from the anchor to the event."""
    anchor: Place | None = None
    high_km: float | None = None
    """The upper end of a range such as "5-10 km", whose lower end is `km`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that belongs to an event. `kind` is one of `QUANTITY_KINDS`.

    `value` is the stated number or the lower end of a range, `high` the upper end; "hundreds" is 200 to 999.
    `unit` is `people`, `households` or `homes` where that applies. `window_hours` is the span that the figure covers
    ("in one week" is 168).
    """

    kind: str
    value: float
    comparator: Comparator = Comparator.EXACTLY
    high: float | None = None
    unit: str | None = None
    scope: Scope = Scope.NEW
    window_hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quoted span of a report's text: `text[start:end] == quote`, in code points."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something in the world that one report speaks of.

    Times are aware UTC. `confidence` lies in [0, 1]. `attributes` holds fields of a structured message by dotted path.
    """

    id: EventId
    report_id: ReportId
    type: str
    status: Status
    occurred_at: datetime
    acled: str | None = None
    plover: str | None = None
    actors: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    place: Place | None = None
    place_name: PlaceName | None = None
    """What a structured source calls the place, when it gives no coordinates; the geocoder makes `place` of it."""
    place_role: PlaceRole = PlaceRole.AT
    distance: Distance | None = None
    quantities: tuple[Quantity, ...] = ()
    time_precision: TimePrecision = TimePrecision.UNKNOWN
    starts_at: datetime | None = None
    claimed: bool = False
    disputed: bool = False
    attributed_to: str | None = None
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    attributes: Mapping[str, Scalar] = field(default_factory=dict)

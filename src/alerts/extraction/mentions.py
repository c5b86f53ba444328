"""Spans that layers below the frames find in a report's text. Offsets are code points of `Report.text`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.domain.event import Comparator, Distance, Scope, TimePrecision
from alerts.domain.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A span that names a place. `place` is None for a name in a place's position that the gazetteer lacks.

    `confidence` is in [0, 1]: how clearly the chosen place beats the other bearers of its name.
    """

    start: int
    end: int
    text: str
    place: Place | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DistancePhrase:
    """A span that states a distance from a place ("within 5 km of Homs").

    `anchor_start`, `anchor_end` are the span of the anchor's name. `place` is the derived spot with its radius: by
    the bearing where there is one, else the anchor with its radius plus the distance.
    """

    start: int
    end: int
    distance: Distance
    place: Place | None
    anchor_start: int
    anchor_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPhrase:
    """A span that states a number, with its comparator ("more than 100,000", "hundreds of", "between 5 and 10").

    `start`, `end` span the comparator too; `value` is the number or the lower end, `high` the upper end.
    `vague` is True for "hundreds", "dozens".
    """

    start: int
    end: int
    value: float
    high: float | None
    comparator: Comparator
    vague: bool = False
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePhrase:
    """A span that says when, resolved against the publication's time.

    `at` is aware UTC; `window_hours` is set for a span that a figure covers ("in one week").
    `historical` is True for a time over 30 days before publication; `future` for one after it.
    """

    start: int
    end: int
    at: datetime
    precision: TimePrecision
    window_hours: float | None = None
    historical: bool = False
    future: bool = False

"""Summaries: a template's fields replaced by what the event says, readable where it says nothing."""

from __future__ import annotations

from collections.abc import Callable

from alerts.domain.event import Event, Party
from alerts.domain.report import Report
from alerts.matching.identity import NearHit
from alerts.matching.measure import shown_distance
from alerts.matching.probes import figure_said
from alerts.matching.truth import Subject
from alerts.ruleset.reading import plain_number
from alerts.ruleset.templates import Field

_QUOTE_MAX = 300
DEFAULT = "{title}: {type}, {place}"
ENDED = "{title}: ended by {type}, {place}"
DISPUTED = "{title}: {status}, {place}"

_MISSING = {
    "actor": "unnamed actors",
    "actors": "unnamed actors",
    "target": "an unnamed target",
    "targets": "unnamed targets",
    "place": "an unnamed place",
    "place.kind": "a place",
    "country": "an unnamed country",
    "admin1": "an unnamed province",
    "near.place": "the place",
    "distance_km": "an unknown number of",
    "type": "report",
    "quote": "no quote",
}
_MISSING_ELSE = "unknown"


def render(parts: tuple[str | Field, ...], subject: Subject, *, title: str, near: NearHit | None) -> str:
    """Return a summary in one line; a missing value reads as such and never fails."""
    said = [part if isinstance(part, str) else _value(part.path, subject, title, near) for part in parts]
    return " ".join("".join(said).split())


def _value(path: str, subject: Subject, title: str, near: NearHit | None) -> str:
    found = value_of(path, subject, title=title, near=near)
    return _MISSING.get(path, _MISSING_ELSE) if found is None else found


def value_of(path: str, subject: Subject, *, title: str, near: NearHit | None) -> str | None:
    """Return the value of one path as a reader is told it, or None when the event does not say."""
    if path == "title":
        return title
    if path == "near.place":
        return near.name if near else None
    if path == "distance_km":
        return near.measured.shown if near else _stated(subject.event)
    if path in _OF_REPORT:
        return _OF_REPORT[path](subject.report)
    event = subject.event
    if event is None:
        return None
    if path.startswith("quantity."):
        figures = [figure_said(figure) for figure in event.quantities if figure.kind == path.split(".", 1)[1]]
        return figures[0] if figures else None
    if path.startswith("attributes."):
        value = event.attributes.get(path.split(".", 1)[1])
        return None if value is None else str(value)
    return _OF_EVENT[path](event)


def _stated(event: Event | None) -> str | None:
    return shown_distance(event.distance) if event and event.distance else None


def _names(parties: tuple[Party, ...]) -> str | None:
    names = list(dict.fromkeys(party.name for party in parties))
    if len(names) > 1:
        return f"{', '.join(names[:-1][:5])} and {names[-1]}"
    return names[0] if names else None


def _first(parties: tuple[Party, ...]) -> str | None:
    return parties[0].name if parties else None


def _place(event: Event) -> str | None:
    return event.place.name if event.place else None


def _quote(event: Event) -> str | None:
    if not event.evidence:
        return None
    quote = " ".join(event.evidence[0].quote.split())
    return quote if len(quote) <= _QUOTE_MAX else quote[: _QUOTE_MAX - 1] + "…"


_OF_REPORT: dict[str, Callable[[Report], str | None]] = {
    "source": lambda report: report.source.id,
    "report.title": lambda report: report.title,
    "report.url": lambda report: report.url,
}
_OF_EVENT: dict[str, Callable[[Event], str | None]] = {
    "actor": lambda event: _first(event.actors),
    "actors": lambda event: _names(event.actors),
    "target": lambda event: _first(event.targets),
    "targets": lambda event: _names(event.targets),
    "type": lambda event: event.type.replace("_", " "),
    "status": lambda event: event.status.value,
    "place": _place,
    "place.kind": lambda event: event.place.kind.replace("_", " ") if event.place else None,
    "country": lambda event: event.place.country if event.place else None,
    "admin1": lambda event: event.place.admin1 if event.place else None,
    "claimed": lambda event: str(event.claimed).lower(),
    "disputed": lambda event: str(event.disputed).lower(),
    "attributed_to": lambda event: event.attributed_to,
    "confidence": lambda event: plain_number(round(event.confidence, 2)),
    "occurred_at": lambda event: f"{event.occurred_at:%Y-%m-%d %H:%M} UTC",
    "starts_at": lambda event: f"{event.starts_at:%Y-%m-%d %H:%M} UTC" if event.starts_at else None,
    "quote": _quote,
}

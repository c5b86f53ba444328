"""PLOVER's gold records: sentences of the CAMEO manual with one event each (Open Event Data Alliance, CC BY-SA 4.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from tests.extraction.reader import a_report, extract, extractor

from alerts.domain.event import Event
from alerts.extraction.extractor import Extraction
from alerts.extraction.names import fold
from bench.corpora.codes import as_plover_codes, categories, country_of, current, quads
from bench.corpora.figures import ByLabel, Scored, Share

_READ = datetime(2000, 1, 2, 12, tzinfo=UTC)
"""The records are all dated to the first of January 2000."""
PATH = "PLOVER/gold_standard_records/PLOVER_GSR_CAMEO.txt"


class Actor(msgspec.Struct):
    """An actor or a target as the record names it."""

    actorText: str = ""  # noqa: N815 -- the format's name
    code: str = ""


class Spot(msgspec.Struct):
    """Where it happened."""

    name: str = ""


class Record(msgspec.Struct):
    """One event with its sentence. A sentence that tells of two has two records."""

    event: str
    text: str = ""
    eventText: str = ""  # noqa: N815 -- the format's name
    # Lists of actors, but for an empty string or null where there are none.
    source: Any = None
    target: Any = None
    eventLoc: Spot | None = None  # noqa: N815 -- the format's name
    dead: str = ""
    injured: str = ""

    @property
    def category(self) -> str:
        return current(self.event)

    def actors(self) -> list[Actor]:
        return _actors(self.source)

    def targets(self) -> list[Actor]:
        return _actors(self.target)


def _actors(value: object) -> list[Actor]:
    return msgspec.convert(value, list[Actor]) if isinstance(value, list) else []


@dataclass(slots=True)
class Figures:
    """The figures of the set, layer by layer."""

    categories: ByLabel = field(default_factory=ByLabel)
    happening: Scored = field(default_factory=Scored)
    as_coded: Scored = field(default_factory=Scored)
    quads: Scored = field(default_factory=Scored)
    actor_heads: Share = field(default_factory=Share)
    target_heads: Share = field(default_factory=Share)
    actor_countries: Share = field(default_factory=Share)
    target_countries: Share = field(default_factory=Share)
    named: Share = field(default_factory=Share)
    places: Share = field(default_factory=Share)
    tolls: Share = field(default_factory=Share)
    unread: Share = field(default_factory=Share)

    def lines(self, *, misses: bool) -> Iterator[str]:
        yield f"category, any status: {self.categories.total}"
        yield f"category, what happened: {self.happening}"
        yield f"category, what is planned read as agreed to or threatened: {self.as_coded}"
        yield f"quad class: {self.quads}"
        yield f"actor head: {self.actor_heads}, country {self.actor_countries} (of events with the right category)"
        yield f"target head: {self.target_heads}, country {self.target_countries} (the same)"
        yield f"place known in the text: {self.named}; the event's own: {self.places} (of events the same)"
        yield f"killed and injured: {self.tolls} (of all records that give them)"
        yield f"turned away by the first look: {self.unread} (of the texts without any event found)"
        yield from self.categories.lines(misses=misses)


def records_of(path: Path) -> list[Record]:
    """Return the records of the file; its first, which describes the file itself, is left out."""
    return [r for r in msgspec.json.decode(path.read_bytes(), type=list[Record]) if r.event != "DOCUMENT"]


def score(path: Path) -> Figures:
    """Score the set."""
    figures = Figures()
    by_text: dict[str, list[Record]] = {}
    for record in records_of(path):
        by_text.setdefault(record.text, []).append(record)
    for text, records in by_text.items():
        found = extract(text, published_at=_READ)
        _judge(records, found, figures)
        if not found.events:
            figures.unread.add(not extractor().prepare(a_report(text)).texts)
    return figures


def _judge(records: list[Record], found: Extraction, figures: Figures) -> None:
    gold = frozenset(record.category for record in records)
    said = categories(found.events)
    figures.categories.add(gold, said, (word.lower() for record in records for word in record.eventText.split()))
    figures.happening.sets(gold, categories(found.events, happening=True))
    figures.as_coded.sets(gold, as_plover_codes(found.events))
    figures.quads.sets(quads(gold), quads(said))
    for record in records:
        own = [event for event in found.events if event.plover == record.category]
        _judge_parties(record, own, figures)
        _judge_place(record, own, found, figures)
        _judge_tolls(record, found.events, figures)


def _judge_parties(record: Record, own: list[Event], figures: Figures) -> None:
    """Judge who took part. Both sides of a meeting or a deal are its actors: there either side will do."""
    if not own:
        return
    mutual = record.category in ("AGREE", "CONSULT", "COOPERATE")
    actors = [p for e in own for p in (*e.actors, *(e.targets if mutual else ()))]
    targets = [p for e in own for p in (*e.targets, *(e.actors if mutual else ()))]
    sides = (
        (record.actors(), actors, figures.actor_heads, figures.actor_countries),
        (record.targets(), targets, figures.target_heads, figures.target_countries),
    )
    for gold, parties, heads, countries in sides:
        for actor in gold:
            heads.add(any(same_head(actor.actorText, party.name) for party in parties))
            country = country_of(actor.code)
            if country:
                countries.add(any(party.country == country for party in parties))


def _judge_place(record: Record, own: Iterable[Event], found: Extraction, figures: Figures) -> None:
    if record.eventLoc is None:
        return
    name = fold(record.eventLoc.name)
    spots = [m.place for m in found.mentions if m.place and (fold(m.text) == name or fold(m.place.name) == name)]
    figures.named.add(bool(spots))
    places = [event.place for event in own if event.place]
    if own:
        figures.places.add(any(place in spots or fold(place.name) == name for place in places))


def _judge_tolls(record: Record, events: tuple[Event, ...], figures: Figures) -> None:
    for kind, value in (("killed", record.dead), ("injured", record.injured)):
        if value.isdigit():
            told = [q.value for event in events for q in event.quantities if q.kind == kind]
            figures.tolls.add(float(value) in told)


def same_head(one: str, other: str) -> bool:
    """Return whether the last word of either name is a word of the other."""
    ours, theirs = fold(one).split(), fold(other).split()
    return bool(ours and theirs) and (ours[-1] in theirs or theirs[-1] in ours)

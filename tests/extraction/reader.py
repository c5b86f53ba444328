"""One text to its events, through everything that ships: the lexicon, the gazetteer and the parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.extraction.extractor import Extraction, Extractor
from alerts.extraction.gazetteer import Gazetteer
from tests.support.builders import a_text

PUBLISHED = datetime(2024, 12, 6, 12, tzinfo=UTC)


@cache
def parser() -> SpacyParser:
    """Return the one parser of a test run."""
    return SpacyParser()


@cache
def gazetteer() -> Gazetteer:
    """Return the one gazetteer of a test run."""
    return open_gazetteer()


@cache
def extractor() -> Extractor:
    """Return the one extractor of a test run."""
    return Extractor(gazetteer(), open_lexicon())


@cache
def _frames_alone() -> Extractor:
    return Extractor(gazetteer(), replace(open_lexicon(), classifier=None))


def events_by_frames(text: str) -> tuple[Event, ...]:
    """Return the events that frames read in a text, the classifier not asked."""
    prepared = _frames_alone().prepare(a_report(text))
    return _frames_alone().extract(prepared, parser().parse(prepared.texts)).events


def a_report(text: str, *, item: str = "1", published_at: datetime = PUBLISHED) -> Report:
    """Return a report with a text."""
    return a_text(text, item=item, source="test", published_at=published_at)


def extract(text: str, *, published_at: datetime = PUBLISHED) -> Extraction:
    """Return what a text says."""
    prepared = extractor().prepare(a_report(text, published_at=published_at))
    return extractor().extract(prepared, parser().parse(prepared.texts))


def events(text: str, *, published_at: datetime = PUBLISHED) -> tuple[Event, ...]:
    """Return the events of a text."""
    return extract(text, published_at=published_at).events


def told(found: tuple[Event, ...]) -> list[str]:
    """Return events in words, for messages of failed tests."""
    return [
        f"{e.type} {e.status.value} at {e.place.name if e.place else None}: {[x.quote for x in e.evidence]}"
        for e in found
    ]

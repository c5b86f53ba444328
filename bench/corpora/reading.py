"""One text to its events, as `alerts extract` reads it, with everything that ships."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.domain.ids import report_id
from alerts.domain.report import Report, ReportKind, Source
from alerts.extraction.extractor import Extraction, Extractor
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.lexicon import Lexicon


@cache
def gazetteer() -> Gazetteer:
    """Return the one gazetteer of a run."""
    return open_gazetteer()


@cache
def lexicon() -> Lexicon:
    """Return the one lexicon of a run."""
    return open_lexicon()


@cache
def parser() -> SpacyParser:
    """Return the one parser of a run."""
    return SpacyParser()


def read(text: str, published: datetime | None = None) -> Extraction:
    """Return what a text says. Most of the sets are years old and give no date: they are read as of their own time."""
    when = published or datetime(2000, 1, 2, 12, tzinfo=UTC)
    report = Report(
        id=report_id("bench", text[:80]),
        source=Source(id="bench"),
        source_item_id=text[:80],
        version=1,
        kind=ReportKind.NEW,
        received_at=when,
        published_at=when,
        text=text,
    )
    extractor = Extractor(gazetteer(), lexicon())
    prepared = extractor.prepare(report)
    return extractor.extract(prepared, parser().parse(prepared.texts))

"""Reports to events at the command line: the extractor with the parser in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.extraction.extractor import Extractor
from alerts.extraction.geocode import Geocoder


@cache
def open_reader() -> Callable[[Report], Sequence[Event]]:
    """Return a function from a report to its events; opened once, as the parser takes a second to load."""
    extractor = Extractor(open_gazetteer(), open_lexicon())
    parser = SpacyParser()
    geocoder = Geocoder(open_gazetteer())

    def read(report: Report) -> Sequence[Event]:
        if report.events:
            return tuple(geocoder.geocode(event) for event in report.events)
        prepared = extractor.prepare(report)
        return extractor.extract(prepared, parser.parse(prepared.texts)).events

    return read

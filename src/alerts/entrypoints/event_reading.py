"""Reports to events at the command line: the extractors that the settings name, all in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.adapters.plugin_events import asked, told
from alerts.adapters.plugins import open_plugin, told_fault
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.entrypoints.run import settings_from
from alerts.extraction.beside import beside
from alerts.extraction.extractor import Extractor
from alerts.extraction.geocode import Geocoder
from alerts.extraction.mentions import Toponym
from alerts.pipeline.ports import BUILTIN, ExtractionFailed

Read = Callable[[Report], Sequence[Event]]


class LocalReader:
    """Reads reports as the stages do, without processes of its own.

    Args:
        extractors: Their names, in the order in which they are believed.
        lexicon: Folders that add to the lexicon of `builtin`.
        pipeline: The spaCy pipeline of `builtin`, instead of the small one.

    Raises:
        SettingsProblem: An extractor is not installed, or what it needs cannot be opened.
    """

    def __init__(self, extractors: Sequence[str], *, lexicon: Sequence[Path] = (), pipeline: str | None = None) -> None:
        gazetteer = open_gazetteer()
        self._geocoder = Geocoder(gazetteer)
        self._extractor = Extractor(gazetteer, open_lexicon(lexicon))
        self._reads = [_plugin(name) if name != BUILTIN else self._builtin(pipeline) for name in extractors]

    def read(self, report: Report) -> Sequence[Event]:
        """Return the events of a report, those that it gives or those that its text tells.

        Raises:
            ExtractionFailed: A plug-in failed at it.
        """
        if report.events:
            return self._geocoded(report.events)
        return beside([self._geocoded(read(report)) for read in self._reads], report)

    def mentions(self, report: Report) -> Sequence[Toponym]:
        """Return the place mentions of a report, whether it holds events or not."""
        return self._extractor.mentions(self._extractor.prepare(report))

    def _geocoded(self, events: Sequence[Event]) -> Sequence[Event]:
        return tuple(self._geocoder.geocode(event) for event in events)

    def _builtin(self, pipeline: str | None) -> Read:
        parser = SpacyParser(pipeline)

        def read(report: Report) -> Sequence[Event]:
            prepared = self._extractor.prepare(report)
            return self._extractor.extract(prepared, parser.parse(prepared.texts)).events

        return read


def _plugin(name: str) -> Read:
    find = open_plugin(name)

    def read(report: Report) -> Sequence[Event]:
        try:
            answer = find([asked(report)])
        except Exception as fault:  # whatever a foreign function raises
            raise ExtractionFailed(f"the extractor {name}: {told_fault(fault)}") from fault
        if not isinstance(answer, list) or len(answer) != 1:
            raise ExtractionFailed(f"the extractor {name} must answer a list with one list of events for each report")
        return told(answer[0], report, extractor=name)

    return read


@cache
def open_reader() -> Read:
    """Return a function from a report to its events; opened once, as the parser takes a second to load."""
    return LocalReader(settings_from().extractor_names).read

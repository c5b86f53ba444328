"""Reading reports: text through the extractors that the settings name, given events through the geocoder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.extraction.beside import beside
from alerts.extraction.geocode import Geocoder
from alerts.pipeline.ports import Observer, TextReader

Understood = tuple[Event, ...] | Exception


class ReportReader:
    """Understands reports, a batch at a time.

    Args:
        readers: The extractors, at least one. All read every text; where two tell the same event, the first named
            is believed. When one fails at a report, what the others found goes on, and the operator is told.
        geocoder: Where the place names of given events, and of extractors that give only names, are looked up.
        observer: Told of failures.
    """

    def __init__(self, readers: Sequence[TextReader], geocoder: Geocoder, observer: Observer) -> None:
        self._readers = readers
        self._geocoder = geocoder
        self._observer = observer

    async def read(self, reports: Sequence[Report]) -> Sequence[Understood]:
        """Return each report's events, or the fault for which it could not be read."""
        texts = [report for report in reports if _is_text(report)]
        read = iter(await self._read_texts(texts) if texts else ())
        return [next(read) if _is_text(report) else self._geocoded(report.events) for report in reports]

    async def _read_texts(self, reports: Sequence[Report]) -> list[Understood]:
        found = await asyncio.gather(*(reader.read(reports) for reader in self._readers))
        return [self._together(report, understood) for report, *understood in zip(reports, *found, strict=True)]

    def _together(self, report: Report, understood: Sequence[Understood]) -> Understood:
        faults = [one for one in understood if isinstance(one, Exception)]
        if len(faults) == len(understood):
            return faults[0]
        for reader, one in zip(self._readers, understood, strict=True):
            if isinstance(one, Exception):
                self._tell(reader, report, one)
        return beside([self._geocoded(one) for one in understood if not isinstance(one, Exception)], report)

    def _geocoded(self, events: Sequence[Event]) -> tuple[Event, ...]:
        return tuple(self._geocoder.geocode(event) for event in events)

    def _tell(self, reader: TextReader, report: Report, fault: Exception) -> None:
        self._observer.count("extractor_failures", extractor=reader.name)
        self._observer.error(
            "One extractor failed at a report; what the others found goes on. Mend it, and send the report again as a "
            "new version to have it read anew.",
            extractor=reader.name,
            report=report.id,
            source=report.source.id,
            cause=str(fault),
        )


def _is_text(report: Report) -> bool:
    return bool(report.text) and not report.events

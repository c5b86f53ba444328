"""Reading reports: text through the parser and the extractor, given events through the geocoder.

A batch that breaks the parser is tried again report by report, so that one text costs only itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.extraction.extractor import Extractor, Prepared
from alerts.extraction.geocode import Geocoder
from alerts.extraction.tree import Tree
from alerts.pipeline.ports import ParseFailed, TextParser

Understood = tuple[Event, ...] | Exception


class ReportReader:
    """Understands reports, a batch at a time."""

    def __init__(self, extractor: Extractor, parser: TextParser, geocoder: Geocoder) -> None:
        self._extractor = extractor
        self._parser = parser
        self._geocoder = geocoder

    async def read(self, reports: Sequence[Report]) -> Sequence[Understood]:
        """Return each report's events, or the fault for which it could not be read."""
        texts = [report for report in reports if _is_text(report)]
        read = iter(await self._read_texts(texts))
        return [next(read) if _is_text(report) else self._given(report) for report in reports]

    def _given(self, report: Report) -> tuple[Event, ...]:
        return tuple(self._geocoder.geocode(event) for event in report.events)

    async def _read_texts(self, reports: Sequence[Report]) -> list[Understood]:
        prepared = [self._extractor.prepare(report) for report in reports]
        try:
            return await self._parse_and_extract(prepared)
        except ParseFailed as fault:
            if len(prepared) == 1:
                return [fault]
        return [await self._read_alone(one) for one in prepared]

    async def _read_alone(self, prepared: Prepared) -> Understood:
        try:
            (events,) = await self._parse_and_extract([prepared])
        except ParseFailed as fault:
            return fault
        return events

    async def _parse_and_extract(self, prepared: Sequence[Prepared]) -> list[Understood]:
        """Parse the texts of all prepared reports in one call, then extract each.

        Raises:
            ParseFailed: The parser broke or ran past its deadline on these texts.
        """
        texts = [text for one in prepared for text in one.texts]
        trees = iter(await self._parser.parse(texts) if texts else ())
        return [self._extract(one, [next(trees) for _ in one.texts]) for one in prepared]

    def _extract(self, prepared: Prepared, trees: Sequence[Tree]) -> Understood:
        # One report with a fault of ours in it must not stop its partition: it is set aside like any other.
        try:
            return self._extractor.extract(prepared, trees).events
        except Exception as fault:
            return fault


def _is_text(report: Report) -> bool:
    return bool(report.text) and not report.events

"""Reading text by grammar and lexicon: the parser, then the extractor that ships.

A batch that breaks the parser is tried again report by report, so that one text costs only itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.extraction.extractor import Extractor, Prepared
from alerts.extraction.tree import Tree
from alerts.pipeline.ports import BUILTIN, ParseFailed, TextParser


class GrammarReader:
    """The extractor that ships; implements the TextReader port."""

    name = BUILTIN

    def __init__(self, extractor: Extractor, parser: TextParser) -> None:
        self._extractor = extractor
        self._parser = parser

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        """Return each report's events, or the fault for which it could not be read."""
        prepared = [self._extractor.prepare(report) for report in reports]
        try:
            return await self._parse_and_extract(prepared)
        except ParseFailed as fault:
            if len(prepared) == 1:
                return [fault]
        return [await self._read_alone(one) for one in prepared]

    async def _read_alone(self, prepared: Prepared) -> tuple[Event, ...] | Exception:
        try:
            (events,) = await self._parse_and_extract([prepared])
        except ParseFailed as fault:
            return fault
        return events

    async def _parse_and_extract(self, prepared: Sequence[Prepared]) -> list[tuple[Event, ...] | Exception]:
        """Parse the texts of all prepared reports in one call, then extract each.

        Raises:
            ParseFailed: The parser broke or ran past its deadline on these texts.
        """
        texts = [text for one in prepared for text in one.texts]
        trees = iter(await self._parser.parse(texts) if texts else ())
        return [self._extract(one, [next(trees) for _ in one.texts]) for one in prepared]

    def _extract(self, prepared: Prepared, trees: Sequence[Tree]) -> tuple[Event, ...] | Exception:
        # One report with a fault of ours in it must not stop its partition: it is set aside like any other.
        try:
            return self._extractor.extract(prepared, trees).events
        except Exception as fault:
            return fault

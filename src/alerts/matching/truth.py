"""Three-valued truth, and what a condition is asked about."""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property

from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.domain.taxonomy import ancestors
from alerts.matching.fix import Fix, fix_of
from alerts.ruleset.words import fold, words_of


class Truth(IntEnum):
    """Whether a condition holds. In this order `all` is the least, `any` the greatest, `not` the mirror."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def truth_of(holds: bool) -> Truth:  # noqa: FBT001 - the value itself, not a switch
    """Return a known truth."""
    return Truth.YES if holds else Truth.NO


def negation(truth: Truth) -> Truth:
    """Return the mirror: unknown stays unknown."""
    return Truth(2 - truth)


class ReportText:
    """A report's title and text, folded once for all its events and all rules."""

    def __init__(self, report: Report) -> None:
        """Hold a report."""
        self._report = report

    @cached_property
    def raw(self) -> str:
        """As published."""
        title, text = self._report.title, self._report.text
        return f"{title}\n{text}" if title else text

    @cached_property
    def folded(self) -> str:
        """As phrases are looked up in it."""
        return fold(self.raw)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words."""
        return words_of(self.folded)


class Subject:
    """One event of one report, with what is worked out once for all rules. `event` is None for the report alone."""

    def __init__(self, report: Report, event: Event | None, text: ReportText | None = None) -> None:
        """Hold a report and one of its events; `text` is the report's, shared with its other events."""
        self.report = report
        self.event = event
        self.text = text or ReportText(report)

    @cached_property
    def lineage(self) -> frozenset[str]:
        """The event's type and every branch above it."""
        return frozenset(ancestors(self.event.type)) if self.event else frozenset()

    @cached_property
    def fix(self) -> Fix | None:
        """Where the event was, as well as the report says."""
        return fix_of(self.event) if self.event else None

"""Matching with the marks that TRACK merges by: a MinHash of the text and a fingerprint of the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from alerts.domain.event import Event
from alerts.domain.match import Match
from alerts.domain.report import Report
from alerts.extraction.fingerprint import fingerprint, shingle_count, signature
from alerts.matching.matcher import Matcher


class MatcherSource(Protocol):
    """Whatever holds the matchers of the rules in force."""

    def matcher_at(self, moment: datetime) -> Matcher:
        """Return the matcher of the rules in force at a moment."""
        ...


class MarkingMatcher:
    """Matches by the rules that were in force at a report's reception, and stamps each match.

    Implements the EventMatcher port.
    """

    def __init__(self, rules: MatcherSource) -> None:
        self._rules = rules

    def match(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        """Return the marked matches of one report."""
        return marked(report, self._rules.matcher_at(report.received_at).match(report, events))


def marked(report: Report, matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return matches with their marks; the text is hashed only when something matched."""
    if not matches:
        return ()
    of_text, shingles = signature(report.text), shingle_count(report.text)
    return tuple(
        replace(
            match,
            signature=of_text,
            shingles=shingles,
            fingerprint=fingerprint(match.event) if match.event else "",
        )
        for match in matches
    )

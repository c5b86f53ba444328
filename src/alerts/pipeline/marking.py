"""Matching with the marks that TRACK merges by: a MinHash of the text and a fingerprint of the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from alerts.domain.event import Event
from alerts.domain.match import Match
from alerts.domain.report import Report
from alerts.extraction.fingerprint import fingerprint, shingle_count, signature
from alerts.matching.matcher import Matcher


class MatcherSource(Protocol):
    """Whatever holds the matcher of the rules in force."""

    @property
    def matcher(self) -> Matcher:
        """The matcher now."""
        ...


class MarkingMatcher:
    """Matches by the rules in force and stamps each match; implements the EventMatcher port."""

    def __init__(self, rules: MatcherSource) -> None:
        self._rules = rules

    def match(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        """Return the marked matches of one report."""
        return marked(report, self._rules.matcher.match(report, events))


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

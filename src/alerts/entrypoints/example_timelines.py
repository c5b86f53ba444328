"""Timed examples: several reports on a virtual clock, told by the changes that each brings to the rule's alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.correlation.correlator import Folded, next_due, pass_time, take
from alerts.correlation.track import Track
from alerts.domain.alert import AlertChange
from alerts.domain.event import Event
from alerts.domain.ids import ReportId
from alerts.domain.match import AlertKey, Match, MatchRetraction
from alerts.domain.report import Report, ReportKind
from alerts.matching.matcher import Matcher
from alerts.pipeline.marking import marked
from alerts.pipeline.state import ReportMemory
from alerts.pipeline.versions import Admission, admit, numbered, remember, retractions
from alerts.ruleset.examples import NOTHING, Example, Wanted
from alerts.ruleset.rule import Rule, RuleSet, Stage

ReadEvents = Callable[[Report], Sequence[Event]]
Told = list[AlertChange]


class Timeline:
    """One rule's alerts over time, by the same reducers that run in production."""

    def __init__(self, rule: Rule, read_events: ReadEvents) -> None:
        """Start with no alert."""
        self._ruleset = RuleSet(version="", rules={rule.id: rule})
        self._matcher = Matcher(self._ruleset)
        self._read_events = read_events
        self._memory: dict[ReportId, ReportMemory] = {}
        self._tracks: dict[AlertKey, Track] = {}

    def pass_to(self, now: datetime) -> Told:
        """Let time pass; return what ended or was repeated."""
        told: Told = []
        for key, track in list(self._tracks.items()):
            due = next_due(track, self._ruleset)
            if due is not None and due <= now:
                told.extend(self._keep(key, pass_time(track, self._ruleset, now)))
        return told

    def take(self, report: Report) -> Told:
        """Take one report; return what it changed."""
        memory = self._memory.get(report.id)
        if admit(report, memory) is not Admission.FRESH:
            return []
        fresh = numbered(report, memory)
        is_gone = fresh.kind is ReportKind.WITHDRAWN
        events = () if is_gone else fresh.events or tuple(self._read_events(fresh))
        matches = () if is_gone else marked(fresh, self._matcher.match(fresh, events))
        taken_back = retractions(memory, fresh, matches)
        self._memory[fresh.id] = remember(fresh, matches)
        messages: Sequence[Match | MatchRetraction] = (*matches, *taken_back)
        return [change for message in messages for change in self._fold(message)]

    def _fold(self, message: Match | MatchRetraction) -> Told:
        return self._keep(message.key, take(self._tracks.get(message.key), message, self._ruleset))

    def _keep(self, key: AlertKey, folded: Folded) -> Told:
        if folded.track is None:
            self._tracks.pop(key, None)
        else:
            self._tracks[key] = folded.track
        return list(folded.changes)


def fault_of(rule: Rule, example: Example, reports: Sequence[Report], read_events: ReadEvents) -> str:
    """Return what a timed example's reports did otherwise than expected; empty when they did as expected.

    Args:
        rule: The rule; its stage does not matter here.
        example: What is expected, report by report.
        reports: The example's reports as they arrive, in order.
        read_events: What reads a report's events.
    """
    timeline = Timeline(replace(rule, stage=Stage.ACTIVE), read_events)
    opened = False
    for number, (single, report) in enumerate(zip(example.reports, reports, strict=True), start=1):
        told = timeline.pass_to(report.received_at)
        told += timeline.take(report) if single.is_report else []
        opened = opened or bool(told)
        found = tuple(change.kind.value for change in told) or (NOTHING,)
        if single.changes is not None and single.changes != found:
            return f"report {number} must bring {', '.join(single.changes)}, but brought {', '.join(found)}"
    if example.wanted is Wanted.FIRES and not opened:
        return "must fire, but no report opened an alert"
    if example.wanted is Wanted.QUIET and opened:
        return "must stay quiet, but an alert opened"
    return ""

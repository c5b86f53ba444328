"""What a log must come to, worked out plainly: read each partition, sort everything by time, fold key by key.

Shares the pure cores with the stages and nothing of how the stages order, hold, batch or commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.correlation.correlator import Folded, follow_rules, next_due, pass_time, take
from alerts.correlation.track import Track
from alerts.domain.alert import AlertChange
from alerts.domain.match import Match, MatchRetraction
from alerts.domain.report import Report, ReportKind
from alerts.pipeline.detect import EventMatcher
from alerts.pipeline.messages import Message, Tick, Unreadable
from alerts.pipeline.ports import Effective
from alerts.pipeline.state import ReportMemory
from alerts.pipeline.versions import Admission, admit, numbered, remember, retractions
from alerts.ruleset.rule import RuleSet

Life = list[AlertChange]


def lives(changes: Iterable[AlertChange]) -> dict[str, Life]:
    """Return the steps of each alert, in the order given."""
    found: dict[str, Life] = defaultdict(list)
    for change in changes:
        found[change.alert.id].append(change)
    return dict(found)


def expected(
    logs: Sequence[Sequence[Message | Unreadable]], timeline: Sequence[Effective], matcher: EventMatcher
) -> dict[str, Life]:
    """Return the life of each alert once all partitions of the input topics have been read to their ends.

    Args:
        logs: The records of each partition of each input topic.
        timeline: The rules over time.
        matcher: What matches a report by the rules in force at its reception.
    """
    until = _clock(logs)
    if until is None:
        return {}
    by_key: dict[str, list[Match | MatchRetraction]] = defaultdict(list)
    for log in logs:
        for message in _matches(log, matcher):
            if _time(message) < until:
                by_key[message.key.text].append(message)
    return lives(change for key in by_key for change in _folded(by_key[key], timeline, until))


def _clock(logs: Sequence[Sequence[Message | Unreadable]]) -> datetime | None:
    ends = [max((one.at for one in log if isinstance(one, Tick)), default=None) for log in logs]
    heard = [end for end in ends if end is not None]
    return min(heard) if len(heard) == len(ends) else None


def _matches(log: Sequence[Message | Unreadable], matcher: EventMatcher) -> list[Match | MatchRetraction]:
    """Return what one partition sends on. A text of "POISON" cannot be read."""
    sent: list[Match | MatchRetraction] = []
    memory: dict[str, ReportMemory] = {}
    clock: datetime | None = None
    for message in log:
        if isinstance(message, Tick):
            clock = max(clock or message.at, message.at)
        if not isinstance(message, Report) or message.text == "POISON":
            continue
        before = memory.get(message.id)
        floor = [moment for moment in (clock, before.received_at if before else None) if moment is not None]
        if admit(message, before) is not Admission.FRESH:
            continue
        report = replace(numbered(message, before), received_at=max([message.received_at, *floor]))
        found = () if report.kind is ReportKind.WITHDRAWN else matcher.match(report, report.events)
        sent += [*found, *retractions(before, report, found)]
        memory[report.id] = remember(report, found)
    return sent


def _time(message: Match | MatchRetraction) -> datetime:
    return message.report.received_at if isinstance(message, Match) else message.at


def _place(message: Match | MatchRetraction) -> tuple[datetime, int, bool, str]:
    if isinstance(message, Match):
        return (message.report.received_at, message.report.version, False, message.id)
    return (message.at, message.report_version, True, message.match_id)


def _folded(
    messages: Sequence[Match | MatchRetraction], timeline: Sequence[Effective], until: datetime
) -> list[AlertChange]:
    """Return the changes of one key: at one moment the rules change first, then timers come, then matches."""
    key = _Key(timeline[0].ruleset)
    steps: list[tuple[tuple[datetime, int], RuleSet | Match | MatchRetraction]] = [
        ((since, 0), ruleset)
        for since, ruleset in {one.since: one.ruleset for one in timeline[1:]}.items()
        if since <= until
    ]
    steps += [((_time(message), 2), message) for message in sorted(messages, key=_place)]
    for place, step in sorted(steps, key=lambda step: step[0]):
        key.pass_to(place)
        key.follow(step, place[0]) if isinstance(step, RuleSet) else key.take(step)
    key.pass_to((until, 2))
    return key.changes


@dataclass
class _Key:
    rules: RuleSet
    track: Track | None = None
    changes: list[AlertChange] = field(default_factory=list)

    def pass_to(self, place: tuple[datetime, int]) -> None:
        while self.track and (due := next_due(self.track, self.rules)) is not None and (due, 1) < place:
            self._keep(pass_time(self.track, self.rules, due))

    def follow(self, rules: RuleSet, at: datetime) -> None:
        self.rules = rules
        if self.track:
            self._keep(follow_rules(self.track, rules, at))

    def take(self, message: Match | MatchRetraction) -> None:
        self._keep(take(self.track, message, self.rules))

    def _keep(self, folded: Folded) -> None:
        self.track = folded.track
        self.changes += folded.changes


def content(found: Mapping[str, Life]) -> dict[str, AlertChange]:
    """Return the last step of each alert."""
    return {alert: life[-1] for alert, life in found.items()}

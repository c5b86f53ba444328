"""What stayed silent on a played day, and why: from what the stages recorded and the evaluator that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from alerts.domain.event import Event
from alerts.domain.ids import ReportId, report_id
from alerts.domain.match import Match
from alerts.domain.report import Report
from alerts.domain.resemblance import are_copies
from alerts.entrypoints.sample_day import Post
from alerts.extraction.fingerprint import signature
from alerts.matching.explain import Explanation, explain
from alerts.pipeline.messages import EventsOfReport, Message, Topic, Unreadable
from alerts.ruleset.rule import Rule, RuleSet

# Conditions whose failing alone is worth telling: the rule was about this, and this one thing kept it quiet.
_TELLING = ("status", "near", "role", "age", "quantity", "place", "actor", "target")
_NOTHING = "nothing in it that happened and that a rule watches"


@dataclass(frozen=True, slots=True)
class Silence:
    """A report that nobody was told of, and the reason."""

    clock: str
    source: str
    text: str
    reason: str


class Topics(Protocol):
    """What topics hold."""

    async def messages(self, topic: str) -> list[Message | Unreadable]:
        """Return every record of a topic."""
        ...


async def silences(view: Topics, rules: RuleSet, posts: Sequence[Post]) -> list[Silence]:
    """Return each post that nobody was told of, with the reason, in the day's order."""
    reports = {one.id: one for one in await view.messages(Topic.REPORTS) if isinstance(one, Report)}
    events = {one.report.id: one.events for one in await view.messages(Topic.EVENTS) if isinstance(one, EventsOfReport)}
    matched = Counter(one.report.id for one in await view.messages(Topic.MATCHES) if isinstance(one, Match))
    told: list[Report] = []
    found: list[Silence] = []
    for post in posts:
        report = reports.get(_report_of(post))
        if report is None or not report.text:
            continue
        if not matched[report.id]:
            reason = _reason(report, events.get(report.id, ()), rules)
            found.append(Silence(post.clock, report.source.id, report.text, reason))
        elif original := next((one for one in told if _is_copy(report, one)), None):
            reason = f"a copy of {original.source.id}'s report: one voice, nothing new to tell"
            found.append(Silence(post.clock, report.source.id, report.text, reason))
        else:
            told.append(report)
    return found


def _report_of(post: Post) -> ReportId:
    source = post.body["source"]
    assert isinstance(source, dict)
    return report_id(str(source["id"]), str(post.body["id"]))


def _is_copy(report: Report, of: Report) -> bool:
    return are_copies(signature(report.text), signature(of.text))


def _reason(report: Report, events: Sequence[Event], rules: RuleSet) -> str:
    near_misses = [
        miss for event in events for rule in rules.rules.values() if (miss := _near_miss(rule, report, event))
    ]
    return min(near_misses, default=(len(_TELLING), _NOTHING))[1]


def _near_miss(rule: Rule, report: Report, event: Event) -> tuple[int, str] | None:
    """Return how telling it is, and in which words, that one condition alone kept a rule quiet."""
    explanation = explain(rule, report, event)
    alone = {next(iter(causes)) for causes in explanation.quiet_because if len(causes) == 1}
    for rank, word in enumerate(_TELLING):
        if word in alone:
            return rank, f"{rule.title}: {_told(explanation, word)}"
    return None


def _told(explanation: Explanation, word: str) -> str:
    for expected, actual in _tests(explanation, word):
        return f"{word} is {actual}, asked for {expected}"
    return f"its {word} does not fit"


def _tests(explanation: Explanation, word: str) -> Iterator[tuple[str, str]]:
    waiting = [explanation.tree]
    while waiting:
        finding = waiting.pop(0)
        waiting.extend(finding.parts)
        if not finding.parts and finding.key.split(" ", maxsplit=1)[0] == word:
            yield finding.expected, finding.actual

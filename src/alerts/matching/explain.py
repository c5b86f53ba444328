"""Why a rule holds for an event, or does not: the same evaluator that matching uses, asked about every condition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, product

from alerts.domain.event import Event
from alerts.domain.match import HeldBack, Match
from alerts.domain.report import Report
from alerts.matching.evaluate import Compiled, compiled
from alerts.matching.matcher import Matcher
from alerts.matching.truth import Subject, Truth
from alerts.ruleset.conditions import AnyOf, Condition, Not, OrUnknown
from alerts.ruleset.rule import Rule, RuleSet

AGE = "age"
# Ways to be quiet that are told apart; more than this and the first ones stand for all.
_CAUSES_MAX = 64

Causes = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One condition as it was found: combinations have `parts`, tests have `expected` and `actual`."""

    key: str
    truth: Truth
    expected: str = ""
    actual: str = ""
    margin: str | None = None
    parts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One rule put to one event of a report; `event` is None for a rule on reports.

    `quiet_because` are the sets of conditions each of which is enough to keep the rule quiet: with one member, that
    condition alone does; empty when the rule fires.
    """

    rule: Rule
    event: Event | None
    tree: Finding
    matches: tuple[Match, ...]
    quiet_because: tuple[Causes, ...]

    @property
    def verdict(self) -> Truth:
        """Whether the rule's `match` holds."""
        return self.tree.truth

    @property
    def held_back(self) -> HeldBack | None:
        """Why a match is recorded and not sent, if it is."""
        return next((match.held_back for match in self.matches if match.held_back), None)


def explain(rule: Rule, report: Report, event: Event | None) -> Explanation:
    """Put one rule to one event and return every condition with what it found."""
    subject = Subject(report, event)
    tree = compiled(rule.match)
    matcher = Matcher(RuleSet(version="", rules={rule.id: rule}))
    found = matcher.match(report, [event] if event else [])
    return Explanation(
        rule=rule,
        event=event,
        tree=_finding(tree, subject),
        matches=found,
        quiet_because=_quiet_because(tree, subject, found),
    )


def _finding(node: Compiled, subject: Subject) -> Finding:
    condition, truth = node.condition, node.truth(subject)
    if node.probe is None:
        parts = tuple(_finding(part, subject) for part in node.parts)
        return Finding(key=condition.key, truth=truth, parts=parts)
    return Finding(
        key=condition.key,
        truth=truth,
        expected=condition.expected,
        actual=node.probe.actual(subject),
        margin=node.probe.margin(subject),
    )


def _quiet_because(tree: Compiled, subject: Subject, found: Iterable[Match]) -> tuple[Causes, ...]:
    if tree.truth(subject) is Truth.YES:
        too_old = any(match.held_back is HeldBack.TOO_OLD for match in found)
        return (frozenset({AGE}),) if too_old else ()
    return tuple(dict.fromkeys(_causes(tree, subject)))


def _causes(node: Compiled, subject: Subject, *, unknown_holds: bool = False) -> list[Causes]:
    """Return the alternatives of what must change for a node to hold: one set a way."""
    condition, truth = node.condition, node.truth(subject)
    if truth is Truth.YES or (unknown_holds and truth is Truth.UNKNOWN):
        return [frozenset()]
    if node.probe is not None:
        return [frozenset({_word(condition)})]
    if isinstance(condition, Not):
        return [frozenset({"not"}), *(frozenset({word}) for word in sorted(_words(node)))]
    lenient = unknown_holds or isinstance(condition, OrUnknown)
    alternatives = [_causes(part, subject, unknown_holds=lenient) for part in node.parts]
    if isinstance(condition, AnyOf):
        return [frozenset({"any"}), *(cause for part in alternatives for cause in part)][:_CAUSES_MAX]
    ways = islice(product(*alternatives), _CAUSES_MAX)
    return [frozenset[str]().union(*way) for way in ways]


def _word(condition: Condition) -> str:
    """Return the word of the rule file that a test stands under: `source kind` stands under `source`."""
    return condition.key.split(" ", maxsplit=1)[0]


def _words(node: Compiled) -> set[str]:
    if node.probe is not None:
        return {_word(node.condition)}
    return {word for part in node.parts for word in _words(part)}

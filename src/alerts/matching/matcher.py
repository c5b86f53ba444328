"""Events to matches: which rules hold, under which alert keys, how severe, in which words, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.domain.event import PARTIAL, Event, Status
from alerts.domain.ids import EventId, match_id
from alerts.domain.match import Effect, HeldBack, Match, Severity
from alerts.domain.report import Report, header_of
from alerts.matching.evaluate import Compiled, compiled
from alerts.matching.identity import UNKNOWN, Identity, NearTests, identities, near_tests
from alerts.matching.prefilter import Prefilter, RuleIndex
from alerts.matching.summary import DEFAULT, DISPUTED, ENDED, render
from alerts.matching.truth import ReportText, Subject, Truth
from alerts.matching.why import reasons
from alerts.ruleset.conditions import All, AnyOf, AttributeIs, Condition, OrUnknown, StatusIs, leaves
from alerts.ruleset.rule import Rule, RuleSet, Stage
from alerts.ruleset.templates import Field, parse

_DENIED = StatusIs(key="status", expected="denied", statuses=frozenset({Status.DENIED}))


@dataclass(frozen=True, slots=True)
class _Watch:
    """One tree of one rule, and what it does to the rule's alerts when it holds."""

    rule: Rule
    effect: Effect
    tree: Compiled


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a rule's matches need besides its trees, worked out once."""

    near: NearTests
    steps: tuple[tuple[Severity, Compiled], ...]
    summaries: Mapping[Effect, tuple[str | Field, ...]]
    age: Compiled | None


class Matcher:
    """All rules of one rule set, ready to be put to events. Holds no state between calls."""

    def __init__(self, ruleset: RuleSet, *, prefilter: Callable[[Sequence[Condition]], Prefilter] = RuleIndex) -> None:
        """Compile a rule set. `prefilter` is only ever changed by tests that check the index."""
        self._version = ruleset.version
        known: dict[Condition, Compiled] = {}
        self._prepared = {rule.id: _prepare(rule, known) for rule in ruleset.rules.values()}
        watches = [watch for rule in ruleset.rules.values() for watch in _watches(rule, known)]
        self._of_events = [watch for watch in watches if not watch.rule.on_reports]
        self._of_reports = [watch for watch in watches if watch.rule.on_reports]
        self._event_filter = prefilter([watch.tree.condition for watch in self._of_events])
        self._report_filter = prefilter([watch.tree.condition for watch in self._of_reports])

    def match(self, report: Report, events: Sequence[Event]) -> tuple[Match, ...]:
        """Return every match of a report and its events, by event, then in the order of the rules."""
        text = ReportText(report)
        found = self._matches(Subject(report, None, text), self._of_reports, self._report_filter)
        for event in events:
            found.extend(self._matches(Subject(report, event, text), self._of_events, self._event_filter))
        return tuple(found)

    def _matches(self, subject: Subject, watches: Sequence[_Watch], prefilter: Prefilter) -> list[Match]:
        found: list[Match] = []
        supported: set[str] = set()
        for number in prefilter.candidates(subject):
            watch = watches[number]
            # A rule's first tree is the one that supports: what supports neither ends nor disputes.
            if watch.rule.id in supported or watch.tree.truth(subject) is not Truth.YES:
                continue
            supported |= {watch.rule.id} if watch.effect is Effect.SUPPORTS else set()
            found.extend(self._match(watch, subject, identity) for identity in self._identities(watch, subject))
        return found

    def _identities(self, watch: _Watch, subject: Subject) -> Sequence[Identity]:
        found = identities(watch.rule, subject, self._prepared[watch.rule.id].near)
        if watch.effect is not Effect.ENDS:
            return found
        if _is_partial(subject.event) and not _asks_for_partial(watch.tree.condition):
            return ()
        return [identity for identity in found if ("near.place", UNKNOWN) not in identity.key.by]

    def _match(self, watch: _Watch, subject: Subject, identity: Identity) -> Match:
        rule, event = watch.rule, subject.event
        prepared = self._prepared[rule.id]
        by = [f"{name}={value}" for name, value in identity.key.by]
        return Match(
            id=match_id(rule.id, event.id if event else EventId(subject.report.id), watch.effect.value, by),
            key=identity.key,
            rule_version=self._version,
            state_digest=rule.state_digest,
            effect=watch.effect,
            severity=_severity(rule, prepared, subject),
            report=header_of(subject.report),
            event=event,
            title=rule.title,
            summary=render(prepared.summaries[watch.effect], subject, title=rule.title, near=identity.near),
            why=reasons(watch.tree, subject),
            coarse=identity.is_coarse,
            held_back=_held_back(watch, prepared, subject),
        )


def _is_partial(event: Event | None) -> bool:
    return event is not None and event.attributes.get(PARTIAL) is True


def _asks_for_partial(tree: Condition) -> bool:
    return any(isinstance(leaf, AttributeIs) and leaf.path == PARTIAL for leaf in leaves(tree))


def _prepare(rule: Rule, known: dict[Condition, Compiled]) -> _Prepared:
    return _Prepared(
        near=near_tests(rule.match),
        steps=tuple((severity, compiled(tree, known)) for severity, tree in rule.severity.steps),
        summaries={
            Effect.SUPPORTS: parse(rule.alert.summary or DEFAULT),
            Effect.ENDS: parse(ENDED),
            Effect.DISPUTES: parse(DISPUTED),
        },
        age=compiled(rule.age, known) if rule.age else None,
    )


def _watches(rule: Rule, known: dict[Condition, Compiled]) -> list[_Watch]:
    """Return a rule's trees; the one that supports comes first."""
    found = [_Watch(rule, Effect.SUPPORTS, compiled(rule.match, known))]
    if _has_default_status(rule.match):
        found.append(_Watch(rule, Effect.DISPUTES, compiled(_denying(rule.match), known)))
    if rule.alert.until is not None:
        found.append(_Watch(rule, Effect.ENDS, compiled(rule.alert.until, known)))
    return found


def _has_default_status(tree: Condition) -> bool:
    if isinstance(tree, All | AnyOf):
        return any(_has_default_status(part) for part in tree.conditions)
    if isinstance(tree, OrUnknown):
        return _has_default_status(tree.condition)
    return isinstance(tree, StatusIs) and tree.by_default


def _denying(tree: Condition) -> Condition:
    """Return a tree that asks for a denial where the rule took the default status."""
    if isinstance(tree, All | AnyOf):
        return replace(tree, conditions=tuple(_denying(part) for part in tree.conditions))
    if isinstance(tree, OrUnknown):
        return replace(tree, condition=_denying(tree.condition))
    return _DENIED if isinstance(tree, StatusIs) and tree.by_default else tree


def _severity(rule: Rule, prepared: _Prepared, subject: Subject) -> Severity:
    """Return the most severe step that holds, else the default."""
    holding = [severity for severity, tree in prepared.steps if tree.truth(subject) is Truth.YES]
    return max(holding, default=rule.severity.default)


def _held_back(watch: _Watch, prepared: _Prepared, subject: Subject) -> HeldBack | None:
    rule, event = watch.rule, subject.event
    if subject.report.backfill:
        return HeldBack.BACKFILL
    if rule.stage is Stage.SHADOW:
        return HeldBack.SHADOW
    asked_for_history = rule.age_by_default and event is not None and event.status is Status.HISTORICAL
    if watch.effect is Effect.ENDS or prepared.age is None or asked_for_history:
        return None
    return HeldBack.TOO_OLD if prepared.age.truth(subject) is Truth.NO else None

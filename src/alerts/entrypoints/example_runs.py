"""Examples of rules put to the test: what a rule did against what its author expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.domain.event import Event
from alerts.domain.ids import report_id
from alerts.domain.match import Effect, HeldBack, Match
from alerts.domain.report import Report
from alerts.entrypoints.example_timelines import fault_of
from alerts.matching.explain import Explanation, explain
from alerts.matching.matcher import Matcher
from alerts.matching.summary import value_of
from alerts.matching.truth import Subject
from alerts.pipeline.versions import UNNUMBERED
from alerts.ruleset.examples import NO_EVENT, Example, ExampleReport, Wanted
from alerts.ruleset.nodes import Plain
from alerts.ruleset.rule import Rule, RuleSet
from alerts.ruleset.templates import is_known
from alerts.ruleset.words import fold

ReadEvents = Callable[[Report], Sequence[Event]]

_NUMBER = re.compile(r"-?\d[\d,]{0,20}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one example went. `fault` is empty when it passed; `explanations` show why a rule was quiet."""

    rule: Rule
    example: Example
    fault: str = ""
    explanations: tuple[Explanation, ...] = ()


def run_example(rule: Rule, example: Example, read_events: ReadEvents) -> Outcome:
    """Put one example to its rule: a text, an event, or reports on a clock."""
    if example.is_timed:
        reports = [as_report(single, number=number) for number, single in enumerate(example.reports, start=1)]
        return Outcome(rule=rule, example=example, fault=fault_of(rule, example, reports, read_events))
    (single,) = example.reports
    report = as_report(single)
    events = (single.event,) if single.event else tuple(read_events(report))
    matches = [m for m in Matcher(RuleSet(version="", rules={rule.id: rule})).match(report, events) if _is_sent(m)]
    asked: Sequence[Event | None] = [None] if rule.on_reports else events
    explanations = tuple(explain(rule, report, event) for event in asked)
    if example.wanted is Wanted.FIRES:
        fault = _fault_of_firing(example, report, events, matches, rule)
    else:
        fault = _fault_of_quiet(example, matches, explanations)
    return Outcome(rule=rule, example=example, fault=fault, explanations=explanations if fault else ())


def as_report(single: ExampleReport, *, number: int = 1) -> Report:
    """Return the report that an example stands for. Without an `item` each is a story of its own."""
    item = single.item or f"example-{number}"
    return Report(
        id=report_id(single.source.id, item),
        source=single.source,
        source_item_id=item,
        version=UNNUMBERED,
        kind=single.kind,
        received_at=single.received_at,
        published_at=single.published_at,
        text=single.text,
        title=single.title,
        language=single.source.language,
        events=(single.event,) if single.event else (),
    )


def _is_sent(match: Match) -> bool:
    """Return whether a match would open an alert; `stage: shadow` does not make an example fail."""
    return match.effect is Effect.SUPPORTS and match.held_back in {None, HeldBack.SHADOW}


def _fault_of_firing(
    example: Example, report: Report, events: Sequence[Event], matches: Sequence[Match], rule: Rule
) -> str:
    if not matches:
        found = "no event was found in it" if not events and not rule.on_reports else "the rule stayed quiet"
        return f"must fire, but {found}"
    faults = [_difference(example.expect, match, report) for match in matches]
    return "" if "" in faults else faults[0]


def _difference(expect: Mapping[str, Plain], match: Match, report: Report) -> str:
    """Return what differs from an expectation; only what is expected is looked at."""
    for name, wanted in expect.items():
        found = _found(name, match, report)
        if not _agrees(wanted, found):
            return f"expected {name} {wanted}, found {', '.join(found) or 'nothing'}"
    return ""


def _found(name: str, match: Match, report: Report) -> list[str]:
    """Return the values of a name in a match; several for a list."""
    of_match = {
        "severity": match.severity.word,
        "summary": match.summary,
        "title": match.title,
        "coarse": str(match.coarse).lower(),
    }
    by = dict(match.key.by)
    if name in of_match:
        return [of_match[name]]
    if name.startswith("by."):
        return [by[name[3:]]] if name[3:] in by else []
    if match.event is not None and name in {"actor", "target"}:
        parties = match.event.actors if name == "actor" else match.event.targets
        return [party.name for party in parties]
    if name == "type" and match.event is not None:
        return [match.event.type]
    if name in {"distance_km", "near.place"}:
        return [reason.actual for reason in match.why if reason.condition == "near"]
    if not is_known(name):
        return []
    value = value_of(name, Subject(report, match.event), title=match.title, near=None)
    return [] if value is None else [value]


def _agrees(wanted: Plain, found: Sequence[str]) -> bool:
    if isinstance(wanted, list):
        return all(_agrees(item, found) for item in wanted)
    if isinstance(wanted, dict):
        return False
    return any(fold(wanted) == fold(value) or _same_number(wanted, value) or _names(wanted, value) for value in found)


def _same_number(wanted: str, found: str) -> bool:
    """Return whether a figure is the number wanted, its comparator and unit aside."""
    if not _NUMBER.fullmatch(wanted):
        return False
    number = _NUMBER.search(found)
    return number is not None and _as_float(number[0]) == _as_float(wanted)


def _as_float(text: str) -> float:
    return float(text.replace(",", ""))


def _names(wanted: str, found: str) -> bool:
    """Return whether a measured distance is the one from the place wanted: "5 km from Homs"."""
    return fold(found).endswith(f" km from {fold(wanted)}")


def _fault_of_quiet(example: Example, matches: Sequence[Match], explanations: Sequence[Explanation]) -> str:
    if matches:
        return f"must stay quiet, but fired: {matches[0].summary}"
    if example.because == NO_EVENT:
        return f"must hold no event, but {len(explanations)} were found" if explanations else ""
    if not explanations:
        return "no event was found in it, so that it proves nothing; if that is meant, write `because: no_event`"
    if example.because is None:
        return ""
    causes = [cause for explanation in explanations for cause in explanation.quiet_because]
    if frozenset({example.because}) in causes:
        return ""
    kept = " or ".join(sorted({" and ".join(sorted(cause)) for cause in causes}))
    return f"must stay quiet because of {example.because} alone, but was kept quiet by {kept}"

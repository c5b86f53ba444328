"""`alerts test` fails for the right reason, and passes for the right reason."""

from __future__ import annotations

from textwrap import indent

import pytest

from alerts.domain.event import Event
from alerts.entrypoints.example_runs import Outcome, run_example
from tests.matching.builders import an_event, compiled, rule_text, rules_of
from tests.ruleset.world import HAMA, HOMS


def outcome_of(example: str, *events: Event, wanted: str = "quiet") -> Outcome:
    """Run one example of a rule on clashes near Homs; `events` are what its text holds."""
    examples = f"examples:\n  {wanted}:\n" + indent(f"- {example}", "    ")
    match = '{type: [armed_clash, siege], near: {place: "Homs, SY", km: 5}}'
    alert = '{expire_after: 24h, until: {type: withdrawal}, summary: "{actor} {distance_km} km"}'
    compilation = compiled(rule_text(match, alert=alert, keys=examples))
    (rule,) = rules_of(compilation).rules.values()
    (found,) = compilation.examples[rule.id]
    return run_example(rule, found, lambda _: events)


@pytest.mark.parametrize(
    ("example", "events", "fault"),
    [
        ("{text: x, because: near}", [an_event(place=HAMA)], ""),
        ("{text: x, because: status}", [an_event(place=HAMA)], "because of status alone, but was kept quiet by near"),
        ("{text: x, because: near}", [an_event("flood", place=HAMA)], "kept quiet by near and type"),
        ("{text: x, because: near}", [an_event("flood"), an_event(place=HAMA)], ""),
        ("{text: x}", [], "it proves nothing"),
        ("{text: x, because: no_event}", [], ""),
        ("{text: x, because: no_event}", [an_event()], "must hold no event, but 1 were found"),
        ("{text: x, because: near}", [an_event(place=HOMS)], "must stay quiet, but fired"),
        ('{event: {type: armed_clash, place: "Homs, SY", age: 8d}, because: age}', [], ""),
        ('{event: {type: armed_clash, place: "Homs, SY", status: possible}, because: status}', [], ""),
    ],
)
def test_a_quiet_example_must_be_quiet_for_its_reason(example: str, events: list[Event], fault: str) -> None:
    found = outcome_of(example, *events).fault

    assert (fault in found) if fault else found == ""


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        ("{distance_km: 0, severity: warning, place: Homs, near.place: Homs}", ""),
        ("{distance_km: 5}", "expected distance_km 5, found 0 km from Homs"),
        ("{severity: critical}", "expected severity critical, found warning"),
        ("{actor: HTS}", "expected actor HTS, found nothing"),
        ("{by.near.place: 'geonames:169577'}", ""),
    ],
)
def test_expectations_are_partial_and_exact(expect: str, fault: str) -> None:
    assert outcome_of(f"{{text: x, expect: {expect}}}", an_event(place=HOMS), wanted="fires").fault == fault


def test_a_firing_example_that_holds_no_event_says_so() -> None:
    assert "no event was found" in outcome_of("{text: x}", wanted="fires").fault


CLASH = 'event: {type: armed_clash, place: "Homs, SY"}'


@pytest.mark.parametrize(
    ("reports", "fault"),
    [
        (f"{{at: 0h, {CLASH}, expect: opened}}, {{at: 25h, expect: expired}}", ""),
        (f"{{at: 0h, {CLASH}, expect: opened}}, {{at: 23h, expect: nothing}}", ""),
        (
            f"{{at: 0h, {CLASH}, expect: opened}}, {{at: 23h, expect: expired}}",
            "report 2 must bring expired, but brought nothing",
        ),
        (
            f'{{at: 0h, {CLASH}}}, {{at: 2h, event: {{type: withdrawal, place: "Homs, SY"}}, expect: resolved}}',
            "",
        ),
        (f"{{at: 0h, {CLASH}, item: a}}, {{at: 2h, item: a, kind: withdrawn, expect: retracted}}", ""),
    ],
)
def test_timed_reports_live_through_an_alerts_life(reports: str, fault: str) -> None:
    """The clock is the example's: nothing sleeps."""
    assert outcome_of(f"{{reports: [{reports}]}}", wanted="fires").fault == fault


def test_a_report_only_example_needs_no_event() -> None:
    keys = "examples: {fires: [{text: 'A depot burns.'}], quiet: [{text: 'A port burns.', because: text}]}"
    compilation = compiled(rule_text("text: depot", keys=keys))
    (rule,) = rules_of(compilation).rules.values()

    assert [run_example(rule, found, lambda _: ()).fault for found in compilation.examples[rule.id]] == ["", ""]

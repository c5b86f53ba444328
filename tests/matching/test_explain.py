"""Explain shows each condition with what was found, by the evaluator that matches."""

from __future__ import annotations

import pytest

from alerts.domain.event import Comparator, Distance, Status
from alerts.entrypoints.explain_text import as_text, title_of
from alerts.matching.explain import explain
from alerts.matching.truth import Truth
from alerts.ruleset.rule import Rule
from tests.golden.compare import assert_golden
from tests.matching.builders import a_report, a_rule, an_event
from tests.ruleset.world import HAMA, HOMS, HOMS_PROVINCE


def forces_near_homs() -> Rule:
    (rule,) = a_rule(
        """
        type: [armed_clash, advance, force_proximity]
        near: {place: "Homs, SY", km: 5}
        any: [{confidence: {at_least: 0.5}}, {source: {reliability: [A, B]}}]
        not: {actor: Israel}
        or_unknown: true
        """
    ).rules.values()
    return rule


@pytest.mark.parametrize(
    ("km", "comparator", "shown", "margin"),
    [
        (4.828032, Comparator.EXACTLY, "4.8 km from Homs", "0.2 km to spare"),
        (4.828032, Comparator.ABOUT, "about 4.8 km from Homs", "0.8 km too far"),
        (5.556, Comparator.EXACTLY, "5.6 km from Homs", "0.6 km too far"),
    ],
)
def test_explain_gives_each_figure(km: float, comparator: Comparator, shown: str, margin: str) -> None:
    """C28: the distance as stated, and by how much it misses."""
    (rule,) = a_rule('near: {place: "Homs, SY", km: 5}').rules.values()
    event = an_event(distance=Distance(km=km, comparator=comparator, of="Homs", anchor=HOMS))

    near = next(part for part in explain(rule, a_report(), event).tree.parts if part.key == "near")

    assert (near.actual, near.margin) == (shown, margin)


def test_a_hit_and_a_miss_read_as_they_should() -> None:
    """The whole text of two explanations is kept as it is."""
    rule = forces_near_homs()
    shown = []
    for number, event in enumerate((an_event(place=HOMS), an_event(place=HAMA, status=Status.POSSIBLE)), start=1):
        shown.append(as_text(explain(rule, a_report(), event), title=title_of(event, number=number, total=2)))

    assert_golden("explain.txt", "\n\n".join(shown) + "\n")


def test_a_quiet_rule_names_the_one_condition_that_keeps_it_quiet() -> None:
    """An event that meets all but one condition is quiet because of that one."""
    (rule,) = a_rule('{type: armed_clash, near: {place: "Homs, SY", km: 5}}').rules.values()

    far = explain(rule, a_report(), an_event(place=HAMA))
    feared = explain(rule, a_report(), an_event(place=HOMS, status=Status.POSSIBLE))
    both = explain(rule, a_report(), an_event(place=HAMA, status=Status.POSSIBLE))

    assert far.quiet_because == (frozenset({"near"}),)
    assert feared.quiet_because == (frozenset({"status"}),)
    assert both.quiet_because == (frozenset({"near", "status"}),)


def test_explain_agrees_with_matching() -> None:
    """The verdict is the matcher's: yes exactly where a match supports."""
    (rule,) = a_rule('{type: armed_clash, near: {place: "Homs, SY", km: 5}}').rules.values()

    for event in (an_event(place=HOMS), an_event(place=HAMA), an_event(), an_event("flood", place=HOMS)):
        explanation = explain(rule, a_report(), event)
        assert (explanation.verdict is Truth.YES) is bool(explanation.matches)


def test_a_province_is_named_as_all_that_is_known() -> None:
    """The author sees that nothing finer was told, and no false figure of how far it misses."""
    (rule,) = a_rule('near: {place: "Homs, SY", km: 5}').rules.values()

    near = explain(rule, a_report(), an_event(place=HOMS_PROVINCE)).tree.parts[0]

    assert near.truth is Truth.UNKNOWN
    assert near.actual.endswith("km from Homs: known only to the province Homs")
    assert near.margin is None

"""Missing values: neither a condition nor its `not` holds for what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import Party
from alerts.matching.explain import explain
from alerts.matching.truth import Truth, negation
from tests.matching.builders import a_report, a_rule, an_event, matches
from tests.ruleset.world import HAMA

DEPOT_STRIKE = an_event("air_drone_strike", place=HAMA)


def test_not_of_an_unknown_actor_stays_quiet() -> None:
    """C01: nobody named who struck; "not Israel" is not proved by that."""
    rules = a_rule("{type: air_drone_strike, not: {actor: Israel}}")

    assert not matches(rules, DEPOT_STRIKE)


def test_explain_says_that_the_actor_is_unknown() -> None:
    """C01: the author sees which value was missing."""
    (rule,) = a_rule("{type: air_drone_strike, not: {actor: Israel}}").rules.values()

    explanation = explain(rule, a_report(), DEPOT_STRIKE)

    negated = next(part for part in explanation.tree.parts if part.key == "not")
    assert (explanation.verdict, negated.truth) == (Truth.UNKNOWN, Truth.UNKNOWN)
    assert negated.parts[0].actual == "not known"
    assert frozenset({"actor"}) in explanation.quiet_because


def test_or_unknown_opts_in() -> None:
    """C01: with `or_unknown` the same event fires, and a named Israel still does not."""
    rules = a_rule("{type: air_drone_strike, not: {actor: Israel}, or_unknown: true}")
    by_israel = an_event("air_drone_strike", actors=(Party(name="Israeli army", kind="state_forces", country="IL"),))

    assert matches(rules, DEPOT_STRIKE)
    assert not matches(rules, by_israel)


def test_another_actor_is_not_israel() -> None:
    """A known actor who is someone else satisfies the negation."""
    rules = a_rule("{type: air_drone_strike, not: {actor: Israel}}")

    assert matches(rules, an_event("air_drone_strike", actors=(Party(name="Russian forces", country="RU"),)))


@pytest.mark.parametrize(
    "match",
    [
        "country: SY",
        'place: "Homs, SY"',
        'near: {place: "Homs, SY", km: 5}',
        "quantity: {killed: {at_least: 1}}",
        "actor: HTS",
        "target: {kind: bridge}",
        "starts: {in_next: 48h}",
        "attributes: {magnitude: {at_least: 5}}",
        "source: {reliability: A}",
        "language: en",
    ],
)
def test_a_missing_value_satisfies_neither_a_condition_nor_its_negation(match: str) -> None:
    """Whatever the key: a bare event says nothing of it."""
    asked = a_rule(f"{{type: armed_clash, status: any, {match}}}")
    negated = a_rule(f"{{type: armed_clash, status: any, not: {{{match}}}}}")

    assert not matches(asked, an_event())
    assert not matches(negated, an_event())


@given(st.sampled_from(Truth))
def test_not_not_is_the_same(truth: Truth) -> None:
    """Negation is its own mirror, for unknown too."""
    assert negation(negation(truth)) is truth


def test_a_missing_field_and_another_are_not_equal() -> None:
    """Two events without an actor share the key `unknown` of one rule only where its author groups by actor."""
    rules = a_rule("type: armed_clash", alert="{by: [actor], expire_after: 1d}")

    (match,) = matches(rules, an_event())

    assert match.key.by == (("actor", "unknown"),)

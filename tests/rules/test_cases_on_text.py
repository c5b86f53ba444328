"""Cases from other people's trouble, told as text and read by the real extractor."""

from __future__ import annotations

import pytest

from alerts.adapters.actor_names import open_actor_names
from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.match import Effect
from alerts.entrypoints.event_reading import open_reader
from alerts.matching.matcher import Matcher
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.nodes import SourceFile
from tests.matching.builders import a_report, rule_text


def fires(match: str, text: str) -> bool:
    """Whether a rule fires for a text that holds at least one event."""
    file = SourceFile(path="a.yaml", text=rule_text(match))
    ruleset = compile_packs([file], open_gazetteer(), actors=open_actor_names()).ruleset
    report = a_report(text)
    events = open_reader()(report)
    assert ruleset is not None
    assert events, "the case needs an event"
    return any(match.effect is Effect.SUPPORTS for match in Matcher(ruleset).match(report, events))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clashes raged 3 miles north of Homs.", True),
        ("Clashes raged about 3 miles north of Homs.", False),
        ("Clashes raged 3 nautical miles north of Homs.", False),
        ("Clashes raged in Homs province.", False),
        ("Clashes raged in Homs.", True),
    ],
)
def test_c28_near_as_the_text_states_it(text: str, *, expected: bool) -> None:
    """4.8 km is near, about 4.8 and 5.6 are not, and a province is nowhere in particular."""
    assert fires('near: {place: "Homs, SY", km: 5}', text) is expected


def test_c01_an_unnamed_attacker_is_not_known_to_be_another() -> None:
    """Nobody is named: quiet, unless unknown is let in."""
    text = "An air strike hit a depot in Hama."

    assert not fires("{type: air_drone_strike, not: {actor: Israel}}", text)
    assert fires("{type: air_drone_strike, not: {actor: Israel}, or_unknown: true}", text)


def test_c01_a_named_attacker_is_who_it_is() -> None:
    """Israel is Israel however the sentence puts it."""
    rule = "{type: air_drone_strike, not: {actor: Israel}, or_unknown: true}"

    assert not fires(rule, "Israel carried out an air strike on a depot in Hama.")
    assert not fires(rule, "Israeli warplanes bombed a depot in Hama.")
    assert fires(rule, "Russian warplanes bombed a depot in Hama.")

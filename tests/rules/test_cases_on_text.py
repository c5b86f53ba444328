"""Cases from other people's trouble, told as text and read by the real extractor."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.adapters.actor_names import open_actor_names
from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.ids import report_id
from alerts.domain.match import Effect
from alerts.domain.report import Source
from alerts.entrypoints.event_reading import open_reader
from alerts.entrypoints.example_timelines import Timeline
from alerts.matching.matcher import Matcher
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.nodes import SourceFile
from tests.matching.builders import NOW, a_report, rule_text


def told(alert: str, match: str, *texts: str) -> list[list[str]]:
    """What each of a row of reports, an hour apart and each from its own source, changes in a rule's alerts."""
    file = SourceFile(path="a.yaml", text=rule_text(match, alert=alert))
    ruleset = compile_packs([file], open_gazetteer(), actors=open_actor_names()).ruleset
    assert ruleset is not None
    (rule,) = ruleset.rules.values()
    timeline = Timeline(rule, open_reader())
    changes = []
    for hour, text in enumerate(texts):
        source = Source(id=f"wire {hour}")
        moment = NOW + timedelta(hours=hour)
        report = a_report(text, id=report_id(source.id, "1"), source=source, received_at=moment, published_at=moment)
        changes.append([change.kind.value for change in timeline.take(report)])
    return changes


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


def test_c25_a_crossing_of_two_names_is_one_and_a_part_of_a_reopening_ends_nothing() -> None:
    """Jaber and Nassib are one alert; lorries alone do not end it, passengers and cargo do."""
    changes = told(
        "{until: {type: border_crossing_reopened}}",
        "type: border_crossing_closed",
        "Jordan has shut the Jaber crossing with Syria.",
        "Syria’s Nassib border post was closed on Friday.",
        "Trucks are moving again at Jaber; travellers are still turned back.",
        "Naseeb reopened to passengers and cargo.",
    )

    assert [kinds[:1] for kinds in changes] == [["opened"], ["updated"], [], ["resolved"]]


def test_c25_an_author_may_take_a_part_for_the_end() -> None:
    """Asking for the attribute lets it through."""
    changes = told(
        "{until: {type: border_crossing_reopened, attributes: {partial: true}}}",
        "type: border_crossing_closed",
        "Jordan has shut the Jaber crossing with Syria.",
        "The crossing at Jaber reopened for trucks only.",
    )

    assert changes == [["opened"], ["resolved"]]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Clashes erupted in Tripoli’s Bab al-Tabbaneh quarter, the Lebanese army said.", "LB"),
        ("Gunmen shut Tripoli’s Mitiga airport, the Libyan unity government said.", "LY"),
    ],
)
def test_c22_near_tripoli_is_near_the_one_that_the_text_means(text: str, country: str) -> None:
    """Each Tripoli fires the rule of its own country and not the other's."""
    for other in ("LB", "LY"):
        assert fires(f'near: {{place: "Tripoli, {other}", km: 10}}', text) is (other == country)


def test_c23_a_blast_in_a_russian_owned_terminal_is_in_the_netherlands() -> None:
    """The owner's country is not where it happened."""
    text = "An explosion shook a Russian-owned terminal in the port of Rotterdam on Tuesday."

    assert fires("country: NL", text)
    assert not fires("country: RU", text)

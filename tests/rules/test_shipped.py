"""The rules that ship do their job on the real extractor: their own examples, and the story they were made for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.adapters.actor_names import open_actor_names
from alerts.adapters.files import read_packs
from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.ids import report_id
from alerts.domain.match import Effect, Match
from alerts.domain.report import Report, ReportKind, Source
from alerts.entrypoints.event_reading import open_reader
from alerts.entrypoints.example_runs import run_example
from alerts.matching.matcher import Matcher
from alerts.ruleset.compiler import Compilation, compile_packs
from alerts.ruleset.examples import Example, Wanted
from alerts.ruleset.rule import Rule

ROOT = Path(__file__).parents[2]
STORY = ROOT.parent / "shared" / "dev" / "homs-article.txt"
PUBLISHED = datetime(2024, 12, 6, 12, tzinfo=UTC)


def compiled() -> Compilation:
    return compile_packs(read_packs(ROOT / "rules", shown_as="rules"), open_gazetteer(), actors=open_actor_names())


COMPILATION = compiled()
RULES = COMPILATION.ruleset.rules if COMPILATION.ruleset else {}
EXAMPLES = [(RULES[rule_id], found) for rule_id, examples in COMPILATION.examples.items() for found in examples]


def test_all_packs_are_sound_without_a_warning() -> None:
    assert COMPILATION.problems == ()


def test_there_are_fifteen_rules_in_three_packs_or_more() -> None:
    assert len(RULES) >= 15
    assert len(COMPILATION.packs) >= 3


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id}:{example.at.line}" for rule, example in EXAMPLES]
)
def test_every_example_does_what_it_says(rule: Rule, example: Example) -> None:
    assert run_example(rule, example, open_reader()).fault == ""


def test_every_rule_has_an_example_of_each_kind() -> None:
    found = {(rule.id, example.wanted) for rule, example in EXAMPLES}

    assert found == {(rule_id, wanted) for rule_id in RULES for wanted in Wanted}


@pytest.fixture(scope="module")
def of_the_story() -> list[Match]:
    """What the rules make of the story that the product was imagined for."""
    if not STORY.exists():
        pytest.skip("the story is not on this machine (../shared/dev)")
    report = Report(
        id=report_id("wire", "homs"),
        source=Source(id="wire"),
        source_item_id="homs",
        version=1,
        kind=ReportKind.NEW,
        received_at=PUBLISHED,
        published_at=PUBLISHED,
        text=STORY.read_text(encoding="utf-8"),
    )
    assert COMPILATION.ruleset is not None
    found = Matcher(COMPILATION.ruleset).match(report, open_reader()(report))
    return [match for match in found if match.effect is Effect.SUPPORTS and match.held_back is None]


@pytest.mark.parametrize(
    ("rule_id", "quoted"),
    [
        ("syria/forces-near-homs", "within 5 kilometers"),
        ("access/border-crossing-closed", "shut the Naseeb"),
        ("conflict/town-changes-hands", "Rastan and Talbiseh"),
        ("humanitarian/mass-displacement", "fled"),
        ("access/crossing-or-bridge-struck", "Rastan bridge"),
    ],
)
def test_the_story_fires_a_rule_with_the_right_quote(rule_id: str, quoted: str, of_the_story: list[Match]) -> None:
    fired = [match.event for match in of_the_story if match.key.rule_id == rule_id and match.event]
    quotes = [evidence.quote for event in fired for evidence in event.evidence]

    assert any(quoted in quote for quote in quotes), quotes


def test_one_rule_opens_one_alert_a_thing(of_the_story: list[Match]) -> None:
    """One town near, one crossing shut, one country displaced, however often the story says so."""
    keys = Counter(str(key.rule_id) for key in {match.key for match in of_the_story})

    assert keys["syria/forces-near-homs"] == 1
    assert keys["access/border-crossing-closed"] == 1
    assert keys["humanitarian/mass-displacement"] == 1


@pytest.mark.parametrize("feared", ["If Homs falls", "in 2014"])
def test_what_was_feared_or_long_past_fires_nothing(feared: str, of_the_story: list[Match]) -> None:
    quotes = [evidence.quote for match in of_the_story if match.event for evidence in match.event.evidence]

    assert not [quote for quote in quotes if feared in quote]


def test_the_forecast_fires_nothing(of_the_story: list[Match]) -> None:
    """The 1.5 million that the displaced "could rise to" is in no figure of an alert."""
    figures = [figure.value for match in of_the_story if match.event for figure in match.event.quantities]

    assert 280_000 in figures
    assert 1_500_000 not in figures

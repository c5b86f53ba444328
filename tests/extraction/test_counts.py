"""Whom a figure counts: victims named one by one are added up, parts of a whole are not, and each event has its own."""

from __future__ import annotations

import pytest

from tests.extraction.reader import events, told


def figures(text: str) -> dict[tuple[str, str], set[float]]:
    """Return the values told, by type of event and kind of figure."""
    found: dict[tuple[str, str], set[float]] = {}
    for event in events(text):
        for figure in event.quantities:
            found.setdefault((event.type, figure.kind), set()).add(figure.value)
    return found


def every(text: str, kind: str) -> set[float]:
    """Return every value of a kind, whatever the event."""
    return {figure.value for event in events(text) for figure in event.quantities if figure.kind == kind}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Gunmen killed a nurse and three patients in Goma.", "killed", 4),
        ("Gunmen killed a nurse, her husband and three patients in Goma.", "killed", 5),
        ("A drone strike on Kherson killed two medics and wounded a driver.", "injured", 1),
        ("A shepherd was killed by a landmine near Herat.", "killed", 1),
        ("Jihadists kidnapped eight pupils and a teacher in Kaduna.", "detained", 9),
        ("The clash in Jos left seven herders and one farmer dead.", "killed", 8),
        ("A blast in Quetta killed four people on the spot and three more in hospital.", "killed", 7),
        ("Five rebels and two soldiers fell in the fighting for Goma.", "killed", 7),
        ("A militiaman hacked a chief to death in Bunia.", "killed", 1),
        ("A young couple and their daughter died when a shell hit their car in Kherson.", "killed", 3),
        ("Gunmen shot a cook and a guard dead in Kumbo.", "killed", 2),
        ("Two soldiers and two civilians were killed when a mine went off near Gao.", "killed", 4),
        ("Gendarmes in Lome took seven students into custody.", "detained", 7),
        ("The army lost six soldiers in an ambush near Gao.", "killed", 6),
        ("A mine near Gao killed two soldiers and wounded as many drivers.", "injured", 2),
        ("Two guards were killed and their driver injured in a car bombing in Benghazi.", "injured", 1),
        ("Shells hit Kherson. A nurse was killed; a patient died on the way to hospital.", "killed", 2),
    ],
)
def test_victims_are_added_up(text: str, kind: str, value: float) -> None:
    """A person without a number is one, and those that one thing was done to are a sum."""
    assert value in every(text, kind), told(events(text))


@pytest.mark.parametrize(
    ("text", "kind", "value", "never"),
    [
        ("A bomb in Quetta killed 30 people, including four children.", "killed", 30, 4),
        ("A bomb in Quetta killed 30 people, nine of them women.", "killed", 30, 9),
        ("A bomb in Quetta killed 30 people, nine of whom were women.", "killed", 30, 9),
        ("Shells on Kherson killed ten people: six men and four women.", "killed", 10, 6),
        ("A bomb in Quetta injured 30 people, nine seriously.", "injured", 30, 9),
        ("A mine near Gao killed nine of the 16 soldiers on board a lorry.", "killed", 9, 16),
        ("Shells killed nine people in Kherson on Monday; an earlier barrage had killed five.", "killed", 9, 5),
        ("Police in Tbilisi detained 60 people, five of them minors.", "detained", 60, 5),
    ],
)
def test_a_part_is_not_the_whole(text: str, kind: str, value: float, never: float) -> None:
    """Some of those that a figure counts are no figure of the event, and add nothing to it."""
    found = every(text, kind)

    assert value in found, told(events(text))
    assert not found & {never, value + never}


@pytest.mark.parametrize(
    "text",
    [
        "The toll of the attack on Goma rose from 14 to 19.",
        "The number of dead in the attack on Goma climbed from 14 to 19, the mayor said.",
    ],
)
def test_of_a_toll_that_rises_the_last_figure_stands(text: str) -> None:
    assert every(text, "killed") == {19}, told(events(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A miner lost a hand when a landmine went off near Donetsk.", 1),
        ("A grenade went off in a bar in Bujumbura and six people were taken to hospital.", 6),
        ("A grenade went off in a bar in Bujumbura. Doctors treated six people for burns.", 6),
        ("A helicopter dropped chlorine gas on Saraqib, sickening eleven people.", 11),
        ("A rocket hit Safed, leaving eight people with injuries.", 8),
    ],
)
def test_the_hurt_are_told_in_many_ways(text: str, value: float) -> None:
    assert value in every(text, "injured"), told(events(text))


def test_as_many_are_as_many() -> None:
    found = figures("Nine soldiers were killed and as many wounded when their truck hit a mine near Gao.")

    assert {value for (_, kind), values in found.items() if kind == "injured" for value in values} == {9}


def test_each_event_of_a_sentence_has_its_own_figure() -> None:
    found = figures("An air strike on Kale killed four villagers, and six died in the shelling of Myinmu.")

    assert found["air_drone_strike", "killed"] == {4}
    assert found["shelling_artillery_missile_attack", "killed"] == {6}


def test_the_figure_of_a_relative_clause_is_its_nouns() -> None:
    found = figures("Troops pulled out of Gwoza after the suicide bombing in Maiduguri, which killed 12 people.")

    assert found["suicide_bomb", "killed"] == {12}


def test_each_end_has_its_own_people() -> None:
    found = figures("The storm left 40,000 households in Manila without power and two people dead.")

    assert found["storm", "killed"] == {2}
    assert found["power_outage", "affected"] == {40_000}


def test_cases_are_people_who_are_ill() -> None:
    found = figures("Officials in Lusaka reported 130 new cholera cases and nine deaths.")

    assert found["epidemic", "affected"] == {130}
    assert found["epidemic", "killed"] == {9}


def test_homes_named_once_are_counted_twice() -> None:
    found = "Nine houses were destroyed and another 40 damaged in the shelling of Nikopol."

    assert every(found, "homes_destroyed") == {9}
    assert every(found, "homes_damaged") == {40}


def test_the_dead_and_the_hurt_of_one_verb_are_two_figures() -> None:
    found = "A drone strike on Gondar left a driver dead and three passengers with burns."

    assert every(found, "killed") == {1}
    assert every(found, "injured") == {3}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("A quake measuring 5.3 shook Malatya.", "magnitude", 5.3),
        ("The power cut in Holguin lasted 30 hours.", "duration_hours", 30),
        ("Holguin was hit by a 48-hour blackout.", "duration_hours", 48),
    ],
)
def test_what_is_measured_is_read(text: str, kind: str, value: float) -> None:
    assert value in every(text, kind), told(events(text))


@pytest.mark.parametrize(
    "text",
    [
        "A shell could kill a driver in Kherson, the mayor warned.",
        "Shells hit Kherson but killed no driver.",
        "The army killed a division's pride in Kherson.",
    ],
)
def test_nobody_is_counted_who_was_not_harmed(text: str) -> None:
    assert not every(text, "killed"), told(events(text))

"""Stories on which other products went wrong, as far as extraction decides them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from alerts.domain.event import HAPPENING, Status
from alerts.domain.place import Precision
from alerts.domain.taxonomy import family
from tests.extraction.passage_check import is_at
from tests.extraction.reader import events, told


def test_a_blast_is_pinned_where_it_was_not_whose_it_hit() -> None:
    """A Russian-owned terminal in Rotterdam is in the Netherlands, and nothing happens in Russia."""
    found = events("An explosion shook a Russian-owned terminal in the port of Rotterdam on Tuesday.")

    assert {event.place.country for event in found if event.place} == {"NL"}, told(found)


@pytest.mark.parametrize(
    "text",
    [
        "Opposition lawmakers vowed a legal war over the occupation of two committee rooms.",
        "A Maryland court took the guilty plea of a man who fired on police in 2021.",
    ],
)
def test_idioms_and_court_reports_are_not_happening(text: str) -> None:
    """A legal war is no war, and a plea for an old crime is no attack today."""
    found = events(text)

    assert not [event for event in found if event.status in HAPPENING], told(found)


def test_quotations_keep_their_speakers() -> None:
    """What a rebel says of his own victory is claimed and disputed; what the army says of it is a denial."""
    text = (
        "“Aleppo is ours. The governor has fled,” said a rebel commander. "
        "The army denied it: \"Aleppo never fell.\" 'We took nothing', a second fighter said."
    )

    found = [event for event in events(text) if family(event.type) == "battle"]

    taken = [event for event in found if event.status in HAPPENING]
    denied = [event for event in found if event.status is Status.DENIED]
    assert [(e.attributed_to, e.claimed, e.disputed) for e in taken] == [("rebel commander", True, True)], told(
        tuple(found)
    )
    assert [event.attributed_to for event in denied] == ["army"]
    assert all(text[x.start : x.end] == x.quote for event in found for x in event.evidence)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The bridge was struck on Sunday.", "2024-12-29"),
        ("The bridge was struck on Wednesday.", "2025-01-01"),
        ("The bridge was struck on Thursday.", "2024-12-26"),
        ("The bridge was struck on 31 December.", "2024-12-31"),
    ],
)
def test_a_weekday_is_the_last_one_before_publication(text: str, day: str) -> None:
    """Seen from Wednesday 1 January 2025 in Moscow's time zone."""
    published = datetime(2025, 1, 1, 9, tzinfo=timezone(timedelta(hours=3)))

    (event,) = events(text, published_at=published)

    assert event.occurred_at.date().isoformat() == day


def test_an_announced_day_is_planned() -> None:
    """A closure that will come on Friday is planned, and says for when."""
    published = datetime(2025, 1, 1, 9, tzinfo=UTC)

    (event,) = events("The border crossing will close on Friday.", published_at=published)

    assert event.status is Status.PLANNED
    assert event.starts_at is not None
    assert event.starts_at.date().isoformat() == "2025-01-03"


def test_two_crossings_in_a_list_stay_two() -> None:
    """One verb, two places: two events."""
    found = events("Rebels captured Aleppo and Idlib on Thursday.")

    assert sorted(event.place.name for event in found if event.place) == ["Aleppo", "Idlib"], told(found)


def test_a_definite_noun_means_the_event_before() -> None:
    """Take "the strike" further on for the same event: it adds evidence and figures."""
    found = events("Israeli jets struck a bridge near Beirut. The strike killed two people.")

    (strike,) = [event for event in found if event.type == "air_drone_strike"]
    assert len(strike.evidence) == 2
    assert [(q.kind, q.value) for q in strike.quantities] == [("killed", 2)]


def test_households_are_never_people() -> None:
    """A figure in households keeps its unit."""
    (event,) = [e for e in events("The fighting displaced 4,000 families in Goma.") if e.type == "displacement"]

    assert [(q.kind, q.value, q.unit) for q in event.quantities] == [("displaced", 4000, "households")]


def test_a_backer_does_not_act() -> None:
    """US-backed forces are not American, and a group's name in brackets holds for the rest of the text."""
    found = events("The US-backed Syrian Democratic Forces (SDF) captured Manbij. SDF fighters then entered Aleppo.")

    assert {actor.name for event in found for actor in event.actors} == {"Syrian Democratic Forces"}, told(found)


def test_a_dismissed_claim_is_disputed_and_belongs_to_its_speaker() -> None:
    """Take "they" for the rebels who say it, and the army's dismissal of the claim disputes it."""
    (event,) = events("Rebels said they had captured Hama. The army dismissed the claim as propaganda.")

    assert [actor.name for actor in event.actors] == ["Rebels"]
    assert (event.claimed, event.disputed, event.attributed_to) == (True, True, "Rebels")


def test_the_group_is_the_one_named_before() -> None:
    """A generic noun with an article means the last party that fits."""
    found = events("Al-Shabaab attacked a village near Mogadishu. The militants then seized the town of Adale.")

    taken = [event for event in found if event.type == "non_state_actor_overtakes_territory"]
    assert [actor.name for event in taken for actor in event.actors] == ["Al-Shabaab"], told(found)


@pytest.mark.parametrize(
    ("text", "event_type", "killed"),
    [
        ("Shells hit Kherson. Nine people died.", "shelling_artillery_missile_attack", 9),
        ("A powerful earthquake struck Kunar. More than 1,400 people died.", "earthquake", 1400),
        ("A blast at a market in Jos killed 12.", "remote_explosive_landmine_ied", 12),
    ],
)
def test_deaths_told_after_their_cause_are_its_figure(text: str, event_type: str, killed: float) -> None:
    """One event, with its dead and both sentences as evidence."""
    (event,) = events(text)

    assert (event.type, [(q.kind, q.value) for q in event.quantities]) == (event_type, [("killed", killed)])


def test_deaths_elsewhere_or_of_one_cause_of_two_stand_for_themselves() -> None:
    """No cause is guessed: another place, or two that may be meant."""
    elsewhere = events("Shells hit Kherson. Nine people died in Nikopol.")
    either = events("Shells hit Kherson. Drones struck Nikopol. Nine people died.")

    assert "casualties" in {event.type for event in elsewhere}, told(elsewhere)
    assert "casualties" in {event.type for event in either}, told(either)


def test_a_prosecutor_who_speaks_of_a_fresh_deed_makes_it_no_trial() -> None:
    """A prosecutor's office is where news of a strike comes from."""
    (event,) = events("Two people were killed when Russian shells hit Kharkiv, the regional prosecutor's office said.")

    assert event.status is Status.OCCURRED


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Shells hit Xandoria camp in Homs.", "Homs"),
        ("Clashes raged in Xandoria, Homs province.", "Homs"),
        ("Shells hit Xandoria, north of Homs.", None),
        ("Shells hit Xandoria, a village south-west of Homs.", None),
    ],
)
def test_an_unknown_name_is_where_it_is_said_to_lie_and_never_at_its_neighbour(text: str, place: str | None) -> None:
    """It keeps its own name; a town that only tells the way to it is not where it happened."""
    spots = [event.place for event in events(text) if event.place]

    assert spots
    assert all("Xandoria" in spot.name and spot.country == "SY" for spot in spots)
    assert all(is_at(replace(spot, name="-"), place) for spot in spots) if place else True
    assert place or all(spot.precision is Precision.COUNTRY for spot in spots)

"""Which place an event gets, and under which name."""

from __future__ import annotations

import pytest

from alerts.domain.place import Place, Precision
from tests.extraction.reader import events, told


def _places(text: str, family: str | None = None) -> list[Place]:
    found = [e for e in events(text) if family is None or e.type == family]
    assert found, text
    return [event.place for event in found if event.place is not None]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("An oil depot at Melitopol in the occupied south of Ukraine was hit by Ukrainian missiles.", "Melitopol"),
        ("A depot at Dzhankoi in occupied Crimea was hit by Ukrainian missiles overnight.", "Dzhankoy"),
        ("More than 3,000 people crossed into northern Uganda at Elegu in the past week, UNHCR said.", "Elegu"),
        ("France sent police to Martinique after a night of rioting in which shops were burnt around Fort-de-France.",
         "Fort-de-France"),
        ("Settlers beat a farmer in the village of Huwara, south of Nablus, and burnt two cars.", "Huwara"),
        ("Clashes between two clans over land left nine people dead, hospital sources in Miranshah said.",
         "Miran Shah"),
    ],
)  # fmt: skip
def test_the_finer_place_goes_before_the_area_around_it(text: str, place: str) -> None:
    names = {spot.name for spot in _places(text)}

    assert any(place in name for name in names), told(events(text))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Turkish jets carried out raids on the Qandil and Metina mountains.", {"Qandil Mountains", "Metina"}),
        ("Eritrean soldiers have left the towns of Adwa and Qwxzy in Tigray.", {"Adwa", "Qwxzy"}),
    ],
)
def test_all_members_of_a_list_are_places(text: str, places: set[str]) -> None:
    assert places <= {spot.name for spot in _places(text)}, told(events(text))


def test_a_name_that_no_list_holds_keeps_its_name_in_its_country() -> None:
    """A desk reads the name that the report has; the spot is known to the country only."""
    (place,) = _places("Gunmen killed nine villagers in Qwxzyville on Monday, the army of Cameroon said.", "attack")

    assert (place.name, place.country, place.precision) == ("Qwxzyville", "CM", Precision.COUNTRY)
    assert place.geonames_id is None
    assert place.radius_km > 300


def test_two_names_that_no_list_holds_are_two_events() -> None:
    text = (
        "Gunmen killed nine villagers in Qwxzyville in Cameroon on Monday. "
        "Gunmen killed five villagers in Zzyxton on Monday."
    )

    assert {place.name for place in _places(text, "attack")} == {"Qwxzyville", "Zzyxton"}


def test_a_country_told_again_is_the_named_place_and_no_second_event() -> None:
    text = "Gunmen killed nine villagers in Qwxzyville in Cameroon on Monday. The attack in Cameroon lasted an hour."

    assert [place.name for place in _places(text, "attack")] == ["Qwxzyville"]


def test_a_victims_name_is_no_place() -> None:
    """Whom a gunman shot may look like a name that no list holds."""
    for place in _places("Gunmen shot dead Qwxzy Brandelson in Kenya on Monday."):
        assert "Brandelson" not in place.name


def test_a_river_is_not_the_country_that_a_text_is_about() -> None:
    text = "A drone crashed in a field near Qwxzyville on the Danube in Romania, officials said."

    assert all(place.name != "Danube" for place in _places(text)), told(events(text))


@pytest.mark.parametrize(
    "text", ["Chisinau accused Moscow of spreading lies.", "Chisinau blamed Moscow for the power cut."]
)
def test_what_a_capital_says_is_said_there(text: str) -> None:
    found = [event for event in events(text) if event.type == "accuse"]

    assert [event.place and event.place.name for event in found] == ["Chisinau"], told(tuple(found))

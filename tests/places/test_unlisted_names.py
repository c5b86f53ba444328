"""Names that no list holds: they are never a namesake elsewhere, and lie where the text says that they lie."""

from __future__ import annotations

import time

import pytest

from alerts.domain.geo import distance_km
from alerts.domain.place import Precision
from tests.places.support import named, places, the, toponyms


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen raided the market of Wad Qurbi in the east.",  # there is a Qurbi elsewhere or there is none
        "A patrol was ambushed near Khor Mandawa on Monday.",
        "A climber died on Mount Alexandria.",
        "Rangers closed the trail on Mount Springfield.",
        "Heavy rain fell over the Serra da Moreira in the north.",
        "The ferry capsized in the Gulf of Sarmat, officials said.",
        "Fishermen drowned on Lake Bergen, the mayor said.",
    ],
)
def test_a_part_of_a_longer_name_is_no_place(text: str) -> None:
    assert [t.text for t in toponyms(text) if t.place is not None] == []


def test_a_longer_name_in_a_places_position_is_named_as_a_whole() -> None:
    assert named("Gunmen raided the market of Wad Qurbi in Sudan.") == ["Wad Qurbi", "Sudan"]


@pytest.mark.parametrize(
    ("text", "name", "outer"),
    [
        ("Police shot two men in the Yattabaya suburb of Conakry.", "Yattabaya suburb", "Conakry"),
        ("Cholera spread in the Bauleni and Ngwerere compounds of Lusaka.", "Bauleni", "Lusaka"),
        ("Cholera spread in the Bauleni and Ngwerere compounds of Lusaka.", "Ngwerere compounds", "Lusaka"),
        ("Gunmen killed five in the Drodjo displacement site in Djugu territory in Congo.", "Drodjo displacement site",
         "Djugu"),
        ("A chief was killed in Gwofon, Batibo subdivision, in Cameroon.", "Gwofon", "Batibo"),
        ("Shells fell on the village of Qwxzyville in Homs province in Syria.", "Qwxzyville", "Homs"),
        ("Rebels captured the towns of Kawlin and Qwxzy in Myanmar's Sagaing region.", "Qwxzy", "Sagaing"),
        ("A bomb went off in Tripoli’s Qwxzy quarter, the Libyan government said.", "Qwxzy quarter", "Tripoli"),
    ],
)  # fmt: skip
def test_an_unlisted_name_lies_in_what_it_is_said_to_lie_in(text: str, name: str, outer: str) -> None:
    found = places(text)
    place = the(text, name)
    around = next(spot for other, spot in found.items() if spot is not None and other.startswith(outer))

    assert place.name in name
    assert place.country == around.country
    assert distance_km(place.point, around.point) < 1
    assert place.radius_km >= around.radius_km


def test_a_namesake_is_not_meant_where_the_text_says_another_land() -> None:
    """Kanyama is a town of DR Congo, and a compound of Lusaka."""
    assert the("Two men were shot in the Kanyama compound of Lusaka.", "Kanyama compound").country == "ZM"
    assert places("Three people were killed in Grasdorf in Mali on Monday.")["Grasdorf"] is None


def test_a_small_foreign_namesake_is_not_meant_beside_a_named_country() -> None:
    """A village that no list holds is likelier than the namesake on another continent."""
    assert places("Troops in Syria shelled the town of Solothurn Bay.").get("Bay") is None
    assert places("Militants in Mali raided Lamballe on Monday.")["Lamballe"] is None
    assert the("Police in France sealed off a street in Lamballe on Monday.", "Lamballe").country == "FR"


def test_a_demonym_tells_the_country_of_an_unlisted_name_and_an_armed_group_is_none() -> None:
    found = places("A drone struck al-Shabaab near the Somali town of Qwxzyville, AFRICOM said.")

    assert "al-Shabaab" not in found
    place = found["Qwxzyville"]
    assert place is not None
    assert (place.name, place.country, place.precision) == ("Qwxzyville", "SO", Precision.COUNTRY)


def test_two_names_that_lie_in_each_other_come_to_an_end() -> None:
    started = time.perf_counter()
    toponyms("Qwxa in Qwxb in Qwxc in " * 4_000)

    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Fuego volcano sent up ash.", "Fuego volcano", "GT"),
        ("M23 fighters hold Masisi-Centre.", "Masisi-Centre", "CD"),
        ("A drone hit the Khor Mor gas field.", "Khor Mor gas field", "IQ"),
        ("Gangs led an assault on Solino.", "Solino", "HT"),
    ],
)
def test_heads_and_endings_of_names_are_read(text: str, name: str, country: str) -> None:
    assert the(text, name).country == country


def test_what_only_stands_in_a_province_leaves_its_name_alone() -> None:
    text = "Miners were trapped in an Illinois coal mine."

    assert [(t.text, t.place and t.place.precision) for t in toponyms(text)] == [("Illinois", Precision.ADMIN1)]

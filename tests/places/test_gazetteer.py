"""What rules and texts get of the compiled gazetteer."""

from __future__ import annotations

import pytest

from alerts.domain.place import PLACE_KINDS, Precision
from tests.places.support import gazetteer


def test_a_name_means_the_most_populous_town_first_and_the_province_last() -> None:
    found = gazetteer().find("Homs")

    assert (found[0].country, found[0].kind, found[0].geonames_id) == ("SY", "town", 169577)
    assert found[-1].precision is Precision.ADMIN1
    assert found[-1].name == found[-1].admin1 == "Homs"


@pytest.mark.parametrize(
    ("reference", "country", "admin1"),
    [
        ("Homs, SY", "SY", "Homs"),
        ("Homs, Syria", "SY", "Homs"),
        ("Tripoli, LB", "LB", "North Lebanon"),
        ("Tripoli, Libya", "LY", "Tripoli"),
        ("Springfield, Illinois", "US", "Illinois"),
        ("geonames:169577", "SY", "Homs"),
    ],
)
def test_a_container_or_an_id_picks_one_bearer_of_a_name(reference: str, country: str, admin1: str) -> None:
    found = gazetteer().find(reference)[0]

    assert (found.country, found.admin1) == (country, admin1)


def test_both_tripolis_are_listed_so_that_a_rule_can_pin_one() -> None:
    countries = [place.country for place in gazetteer().find("Tripoli") if place.precision is Precision.TOWN]

    assert countries[:2] == ["LY", "LB"]


def test_a_country_is_found_by_name_code_free_and_tehran_is_none() -> None:
    assert [p.precision for p in gazetteer().find("Syria")] == [Precision.COUNTRY]
    assert all(p.precision is not Precision.COUNTRY for p in gazetteer().find("Tehran"))


@pytest.mark.parametrize("reference", ["Qwxzyqx", "geonames:1", "", ",", "Homs, JP"])
def test_what_is_no_place_gives_nothing(reference: str) -> None:
    assert gazetteer().find(reference) == ()


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("Kathmandoo", "Kathmandu"), ("Damascuss", "Damascus"), ("Alepo", "Aleppo")]
)
def test_a_misspelt_name_brings_the_right_one_among_the_first_three(misspelt: str, meant: str) -> None:
    suggestions = gazetteer().suggest(misspelt)

    assert meant in suggestions or any(p.name == meant for p in gazetteer().find(misspelt))
    assert len(suggestions) <= 3


@pytest.mark.parametrize(
    "name", ["Naseeb", "Nassib border crossing", "Jaber crossing", "Nasib", "Jaber", "naseeb border crossing"]
)
def test_one_crossing_has_all_its_names(name: str) -> None:
    assert gazetteer().find(name)[0].key == "border_crossing:SY:Nasib"
    assert gazetteer().find(name)[0].countries == ("SY", "JO")


def test_every_place_is_found_again_by_its_key() -> None:
    for name in ("Homs", "Syria", "Rastan bridge", "Bab al-Hawa", "Strait of Hormuz", "Donetsk", "Georgia"):
        for place in gazetteer().find(name):
            assert gazetteer().get(place.key) == place


def test_precision_and_radius_are_honest() -> None:
    homs, province = gazetteer().find("Homs")[0], gazetteer().find("Homs")[-1]
    syria = gazetteer().find("Syria")[0]

    assert 1 <= homs.radius_km < 15 < province.radius_km < syria.radius_km
    assert gazetteer().find("Rastan bridge")[0].precision is Precision.SITE


@pytest.mark.parametrize("name", ["Raqqa", "Hasakah", "Daraa", "Donetsk", "Gezira", "Nineveh", "Rif Dimashq"])
def test_provinces_bear_the_names_of_english_news(name: str) -> None:
    assert any(place.precision is Precision.ADMIN1 and place.admin1 == name for place in gazetteer().find(name))


def test_kinds_are_those_that_rules_know() -> None:
    for name in ("Homs", "Naseeb", "Tabqa Dam", "M5 highway", "Red Sea", "Hmeimim", "Zamzam camp", "Darfur"):
        assert {place.kind for place in gazetteer().find(name)} <= PLACE_KINDS


@pytest.mark.parametrize("name", ["Rastan", "Hama", "Raqqa", "Daraa", "Aleppo", "Mosul", "Benghazi", "Zürich"])
def test_a_town_is_shown_as_english_news_writes_it(name: str) -> None:
    assert gazetteer().find(name)[0].name == name

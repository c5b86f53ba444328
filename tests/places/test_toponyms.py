"""Which spans of a text are places, and which place each one is."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.domain.place import Precision
from tests.places.support import named, places, the, toponyms

_WORDS = st.sampled_from(
    ["Homs", "the", "Syria", "’s", "-", "border", "crossing", "with", "Lebanon", "al-", "Bab", ",", ".", "\n",
     "Georgia", "of", "in", "Port", "Mr", "İ",
     "ß", "\u0301", "\ud800", "US", "U.S.", "governorate", "Syrian-Lebanese", "and", "1"]
)  # fmt: skip


@given(st.text(max_size=300) | st.lists(_WORDS, max_size=40).map(" ".join) | st.lists(_WORDS, max_size=40).map("".join))
@settings(deadline=None)
def test_spans_are_of_the_text_in_order_and_apart(text: str) -> None:
    found = toponyms(text)

    assert all(text[t.start : t.end] == t.text != "" for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= t.confidence <= 1 for t in found)


@pytest.mark.parametrize("letter", ["a", "A", "-", "A ", "Homs ", "Al-", "’", ".", "İ", "Homs, ", "A.", "in Aa "])
def test_a_hundred_kilobytes_of_one_thing_take_linear_time(letter: str) -> None:
    text = letter * (100_000 // len(letter))

    started = time.perf_counter()
    toponyms(text)

    assert time.perf_counter() - started < 5


def test_tripoli_is_in_lebanon_beside_its_army_and_in_libya_beside_its_government() -> None:
    """C22: which Tripoli is meant, the rest of the text says."""
    lebanese = "Clashes erupted in Tripoli’s Bab al-Tabbaneh quarter, the Lebanese army said."
    libyan = "Gunmen shut Tripoli’s Mitiga airport, the Libyan unity government said."

    assert the(lebanese, "Tripoli").country == the(lebanese, "Bab al-Tabbaneh quarter").country == "LB"
    assert the(libyan, "Tripoli").country == the(libyan, "Mitiga airport").country == "LY"


def test_georgia_is_a_country_beside_tbilisi_and_a_state_behind_atlanta() -> None:
    """C22: one name, two places in one text."""
    text = "Protesters marched in Tbilisi as Georgia’s parliament voted; a rally was held in Atlanta, Georgia."

    found = [(t.text, t.place and (t.place.country, t.place.precision)) for t in toponyms(text)]

    assert found == [
        ("Tbilisi", ("GE", Precision.TOWN)),
        ("Georgia", ("GE", Precision.COUNTRY)),
        ("Atlanta", ("US", Precision.TOWN)),
        ("Georgia", ("US", Precision.ADMIN1)),
    ]


@pytest.mark.parametrize(
    ("text", "name", "key"),
    [
        ("Jordan has shut the Jaber crossing with Syria.", "Jaber crossing", "border_crossing:SY:Nasib"),
        ("Syria’s Nassib border post was closed on Friday.", "Nassib border post", "border_crossing:SY:Nasib"),
        ("Naseeb reopened to passengers and cargo.", "Naseeb", "border_crossing:SY:Nasib"),
        ("The Jaber crossing has reopened to passengers and cargo.", "Jaber crossing", "border_crossing:SY:Nasib"),
        ("Strikes killed ten people in Gaza.", "Gaza", "region:PS:Gaza Strip"),
        ("Strikes killed ten people in Gaza City.", "Gaza City", "geonames:281133"),
        ("The UK and the US struck Hodeidah.", "US", "geonames:6252001"),
        ("The Arida crossing was hit.", "Arida crossing", "border_crossing:LB:Arida"),
        ("Jets destroyed the Rastan bridge.", "Rastan bridge", "bridge:SY:Rastan bridge"),
        ("Fighting spread through Homs governorate.", "Homs governorate", "province:SY:Homs"),
        ("Aid can't reach the Homs region.", "Homs region", "province:SY:Homs"),
        ("Troops left the Deir ez-Zor region.", "Deir ez-Zor region", "province:SY:Deir ez-Zor"),
        ("Rebels took Hama.", "Hama", "geonames:170017"),
        ("Shelling hit Pokrovsk in Donetsk oblast.", "Donetsk oblast", "province:UA:Donetsk"),
        ("The Syrian-Lebanese border was shut.", "Syrian-Lebanese border", "border:SY:Lebanon-Syria border"),
        ("A drone fell near Syria’s border with Iraq.", "Syria’s border with Iraq", "border:SY:Syria-Iraq border"),
        ("Convoys crossed the Strait of Hormuz.", "Strait of Hormuz", "strait:OM:Strait of Hormuz"),
        ("KYIV (Reuters) - Drones hit two districts.", "KYIV", "geonames:703448"),
    ],
)
def test_a_head_belongs_to_the_name_and_says_what_it_is(text: str, name: str, key: str) -> None:
    assert the(text, name).key == key


def test_crossings_with_a_neighbour_lie_on_the_border_with_the_country_of_the_text() -> None:
    text = "The war in Syria goes on. Jets hit two border crossings with Lebanon, Syrian officials said."

    assert the(text, "border crossings with Lebanon").key == "border:SY:Lebanon-Syria border"


def test_a_bridge_that_no_list_holds_is_one_near_its_town() -> None:
    bridge = the("Engineers blew up the Talbiseh bridge in Homs province, Syria.", "Talbiseh bridge")

    assert (bridge.kind, bridge.country, bridge.geonames_id) == ("bridge", "SY", None)
    assert bridge.radius_km > 3


def test_a_coordinated_list_is_read_to_its_end() -> None:
    assert named("HTS captured the towns of Rastan and Talbiseh in Homs governorate.") == [
        "Rastan",
        "Talbiseh",
        "Homs governorate",
    ]


def test_a_container_outweighs_a_larger_namesake() -> None:
    moscow = the("A fire burned near Moscow, Idaho.", "Moscow")

    assert (moscow.country, moscow.admin1) == ("US", "Idaho")


def test_the_publishers_home_decides_between_unknown_towns() -> None:
    text = "A crash closed the road in Paris on Monday."

    assert (places(text)["Paris"] or pytest.fail("unread")).country == "FR"
    lebanese = places("A bakery burned in Tripoli on Monday.", publisher_country="LB")["Tripoli"]
    assert lebanese is not None
    assert lebanese.country in {"LB", "LY"}


def test_a_name_that_no_list_holds_stays_unknown_and_is_no_neighbour() -> None:
    assert places("Shells fell in Qwxzyville overnight.") == {"Qwxzyville": None}


@pytest.mark.parametrize(
    "text",
    [
        "Hillary Clinton praised the deal.",
        "Foreign Minister Bassam Sabbagh spoke.",
        "Assad’s forces pulled back.",
        "Researchers at Boston University agreed.",
        "The Houston Rockets won again.",
        "Syrian troops retreated.",
        "The Libyan unity government said so.",
        "Police said the March vote was fair.",
        "A Russian-owned tanker sank.",
        "The Taliban said Hope was left.",
    ],
)
def test_people_teams_demonyms_and_common_words_are_no_places(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("name", "country", "precision"),
    [
        ("Bahia", "BR", Precision.ADMIN1),  # also another name of the town of Salvador
        ("Maranhão", "BR", Precision.ADMIN1),
        ("Bihar", "IN", Precision.ADMIN1),
        ("Puno", "PE", Precision.TOWN),  # also another name of Pune, which is larger
        ("Cox's Bazar", "BD", Precision.TOWN),  # there is a Cox in Spain
        ("Shabwa", "YE", Precision.ADMIN1),
        ("Java", "ID", Precision.ADMIN1),
        ("Swat", "PK", Precision.ADMIN2),
        ("Hama", "SY", Precision.TOWN),
        ("Idlib", "SY", Precision.TOWN),
    ],
)
def test_the_own_name_of_a_place_goes_before_another_name_of_a_larger_one(
    name: str, country: str, precision: Precision
) -> None:
    place = the(f"Ten villagers were killed in {name} on Monday, police said.", name)

    assert (place.country, place.precision) == (country, precision)

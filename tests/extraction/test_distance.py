"""Distances from places: how far, how surely, in which direction, and where that is."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import Comparator
from alerts.domain.geo import distance_km
from alerts.domain.place import Place, Precision
from alerts.extraction.distance import find_distances
from alerts.extraction.mentions import DistancePhrase, Toponym

HOMS = Place(
    name="Homs",
    lat=34.724,
    lon=36.726,
    precision=Precision.TOWN,
    radius_km=6.0,
    kind="town",
    geonames_id=169577,
    country="SY",
)


def distances(text: str) -> tuple[DistancePhrase, ...]:
    """Return the distances of a text in which each "Homs" is the Syrian city."""
    starts = [at for at in range(len(text)) if text.startswith("Homs", at)]
    return find_distances(
        text, [Toponym(start=at, end=at + 4, text="Homs", place=HOMS, confidence=1.0) for at in starts]
    )


def only(text: str) -> DistancePhrase:
    """Return the one distance of a text."""
    (phrase,) = distances(text)
    return phrase


@pytest.mark.parametrize(
    ("text", "km", "comparator"),
    [
        ("within 5 kilometers of Homs", 5, Comparator.AT_MOST),
        ("less than 10 km from Homs", 10, Comparator.LESS_THAN),
        ("more than 50 km from Homs", 50, Comparator.MORE_THAN),
        ("about 3 miles from Homs", 4.828, Comparator.ABOUT),
        ("3 nautical miles from Homs", 5.556, Comparator.EXACTLY),
        ("500 metres from Homs", 0.5, Comparator.EXACTLY),
        ("a mile outside Homs", 1.609, Comparator.EXACTLY),
        ("just five kilometres from the outskirts of Homs", 5, Comparator.EXACTLY),
        ("twenty-five km from the city of Homs", 25, Comparator.EXACTLY),
        ("within 5 km (3 miles) of Homs", 5, Comparator.AT_MOST),
        ("6 km, or 4 miles, from Homs", 6, Comparator.EXACTLY),
        ("within a radius of 5 km of Homs", 5, Comparator.AT_MOST),
        ("advanced to within 5 km of Homs", 5, Comparator.AT_MOST),
    ],
)
def test_a_stated_distance_has_its_length_and_bound(text: str, km: float, comparator: Comparator) -> None:
    """Units come to kilometres; a bracketed doublet is one distance and the first of the two."""
    found = only(text)

    assert (found.distance.km, found.distance.comparator) == (km, comparator)
    assert text[found.anchor_start : found.anchor_end] == found.distance.of == "Homs"
    assert found.distance.anchor == HOMS


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("10-15 km from Homs", 10, 15), ("two to three km from Homs", 2, 3), ("a few kilometres from Homs", 2, 5)],
)
def test_a_range_has_both_ends(text: str, low: float, high: float) -> None:
    """The further end counts for how far the true spot may lie."""
    found = only(text)

    assert (found.distance.km, found.distance.high_km, found.distance.comparator) == (low, high, Comparator.BETWEEN)
    assert found.place is not None
    assert found.place.radius_km == HOMS.radius_km + high


@pytest.mark.parametrize(
    ("text", "bearing"),
    [
        ("40 km north of Homs", 0),
        ("40 km to the north of Homs", 0),
        ("40 km north-east of Homs", 45),
        ("40 km southeast of Homs", 135),
        ("40 km south-west of Homs", 225),
        ("40 km NW of Homs", 315),
        ("40 km (25 miles) east of Homs", 90),
    ],
)
def test_a_bearing_gives_a_spot_off_the_anchor(text: str, bearing: float) -> None:
    """The derived point lies so far off the anchor, and its radius holds the sector that the word names."""
    found = only(text)

    assert found.distance.bearing == bearing
    assert found.place is not None
    assert distance_km(HOMS.point, found.place.point) == pytest.approx(40, abs=0.01)
    assert 16 <= found.place.radius_km <= 40
    assert found.place.geonames_id is None


def test_without_a_bearing_the_spot_is_the_anchor_with_a_wider_radius() -> None:
    """Somewhere within: the anchor stays the anchor, with its own id."""
    place = only("within 5 km of Homs").place

    assert place is not None
    assert (place.key, place.radius_km) == (HOMS.key, 11.0)


@pytest.mark.parametrize(
    "text",
    [
        "a 5 km buffer around Homs",
        "at a depth of 10 km near Homs",
        "a 10 km stretch of the road from Homs",
        "they advanced 5 km from Homs",
        "troops retreated 20 miles from Homs",
        "a 30 km front in Homs",
        "12 people from Homs",
        "5 minutes from Homs",
    ],
)
def test_lengths_and_marches_are_no_distance_from_a_place(text: str) -> None:
    """Depth, buffer, stretch and how far somebody moved stay out."""
    assert distances(text) == ()


def test_the_city_is_the_one_named_before() -> None:
    """A described city is the last town that the text named; the phrase ends with the description."""
    text = "Homs is cut off. Rebels are 5 km from the city now."
    found = only(text)

    assert text[found.start : found.end] == "5 km from the city"
    assert (found.anchor_start, found.anchor_end) == (0, 4)


def test_an_unknown_anchor_gives_a_distance_and_no_spot() -> None:
    """A name that the gazetteer lacks is never replaced by a neighbour."""
    toponym = Toponym(start=13, end=18, text="Xyzzy", place=None, confidence=0.3)
    (found,) = find_distances(
        "within 5 km of Xyzzy", [Toponym(start=15, end=20, text="Xyzzy", place=None, confidence=0.3)]
    )

    assert found.distance.of == toponym.text
    assert found.place is None


@given(st.text(alphabet=string.printable + "–İß", max_size=150), st.sampled_from(("5 km of ", "a mile north of ", "")))
def test_spans_lie_in_the_text(text: str, lead: str) -> None:
    """For any text each phrase holds its own words and ends at or after its anchor's name or a description."""
    whole = f"{text} {lead}Homs {text}"
    for found in distances(whole):
        assert 0 <= found.start < found.end <= len(whole)
        assert whole[found.anchor_start : found.anchor_end] == "Homs"


@pytest.mark.parametrize(
    "piece", ["1", "a ", "5 km ", "5 km north ", "within ", "5 km, away", "5 km (a", "north ", "or 5 km,"]
)
def test_hostile_text_takes_time_by_its_length(piece: str) -> None:
    """100 kB of one thing is read within seconds, on a busy machine too."""
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()

    find_distances(text, [])

    assert time.perf_counter() - began < 10

"""Countries that the sources cut differently, and points that the sources have wrong."""

from __future__ import annotations

import pytest

from alerts.domain.geo import Point, distance_km
from alerts.domain.place import Precision
from tests.places.support import gazetteer


@pytest.mark.parametrize(
    ("town", "admin1"),
    [
        ("London, GB", "England"),
        ("Nice, FR", "Provence-Alpes-Côte d'Azur"),
        ("Milan, IT", "Lombardy"),
        ("Khan Younis, PS", "Gaza Strip"),
        ("Brno, CZ", "South Moravia"),
        ("Davao, PH", "Davao"),
    ],
)
def test_a_town_lies_in_the_region_that_news_speaks_of(town: str, admin1: str) -> None:
    """Where one source has regions and the other departments, the town bears the region."""
    assert gazetteer().find(town)[0].admin1 == admin1


def test_england_is_a_part_of_the_united_kingdom_and_not_the_whole() -> None:
    """An event known only to England is not one anywhere in the United Kingdom."""
    parts = [place for place in gazetteer().find("England") if place.country == "GB"]

    assert [place.precision for place in parts] == [Precision.ADMIN1]


@pytest.mark.parametrize(("country", "inside"), [("Kuwait", Point(29.3, 47.7)), ("Fiji", Point(-17.8, 178.0))])
def test_a_countrys_point_lies_in_it(country: str, inside: Point) -> None:
    """The source's point of Kuwait lies in Arabia, that of Fiji in the open sea."""
    (found,) = [place for place in gazetteer().find(country) if place.precision is Precision.COUNTRY]

    assert distance_km(found.point, inside) < 60

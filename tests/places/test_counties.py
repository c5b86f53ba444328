"""Counties that no list holds."""

from __future__ import annotations

import pytest

from tests.places.support import the, toponyms


@pytest.mark.parametrize("county", ["Laurel County", "Anderson County"])
def test_an_unknown_county_is_no_town_of_its_name(county: str) -> None:
    """A name that the gazetteer lacks gives no place, never a known neighbour in another state."""
    found = toponyms(f"Crews fought a fire in {county}, Tennessee.")

    assert [(t.text, t.place) for t in found if t.text == county] == [(county, None)]


def test_a_known_county_and_a_district_named_after_its_seat_are_places() -> None:
    """Turkana is a county of Kenya; Kupiansk district lies around Kupiansk."""
    assert the("Floods in Turkana County in Kenya.", "Turkana County").country == "KE"
    assert the("Fighting in Kupiansk district in Ukraine.", "Kupiansk district").country == "UA"

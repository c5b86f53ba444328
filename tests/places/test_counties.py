"""Counties that no list holds."""

from __future__ import annotations

import pytest

from alerts.domain.place import Precision
from tests.places.support import places, the


@pytest.mark.parametrize("county", ["Laurel County", "Anderson County"])
def test_an_unknown_county_is_no_town_of_its_name(county: str) -> None:
    """A name that the gazetteer lacks is known to its state only, never a known neighbour in another state."""
    place = the(f"Crews fought a fire in {county}, Tennessee.", county)

    assert (place.name, place.admin1, place.precision) == (county, "Tennessee", Precision.ADMIN1)
    assert places(f"Crews fought a fire in {county}.")[county] is None


def test_a_known_county_and_a_district_named_after_its_seat_are_places() -> None:
    """Turkana is a county of Kenya; Kupiansk district lies around Kupiansk."""
    assert the("Floods in Turkana County in Kenya.", "Turkana County").country == "KE"
    assert the("Fighting in Kupiansk district in Ukraine.", "Kupiansk district").country == "UA"

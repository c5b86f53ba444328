"""A small gazetteer for tests: real places, written out, so that the tests need no data files."""

from __future__ import annotations

from alerts.domain.place import Place, Precision
from alerts.ruleset.words import fold


def a_place(name: str, lat: float, lon: float, country: str, **more: object) -> Place:
    """A town of 5 km, unless `more` says otherwise."""
    given: dict[str, object] = {"precision": Precision.TOWN, "radius_km": 5.0, "kind": "town", **more}
    return Place(name=name, lat=lat, lon=lon, country=country, **given)  # type: ignore[arg-type]


HOMS = a_place("Homs", 34.7324, 36.7137, "SY", geonames_id=169577, admin1="Homs", radius_km=6.0)
HAMA = a_place("Hama", 35.1318, 36.7578, "SY", geonames_id=170017, admin1="Hama")
RASTAN = a_place("Rastan", 34.9274, 36.7325, "SY", geonames_id=1, admin1="Homs", radius_km=2.0)
TALBISEH = a_place("Talbiseh", 34.8403, 36.7311, "SY", geonames_id=2, admin1="Homs", radius_km=2.0)
DAMASCUS = a_place("Damascus", 33.5102, 36.2913, "SY", geonames_id=170654, admin1="Damascus", radius_km=9.0)
TRIPOLI_LB = a_place("Tripoli", 34.4367, 35.8497, "LB", geonames_id=266826, admin1="North")
TRIPOLI_LY = a_place("Tripoli", 32.8752, 13.1875, "LY", geonames_id=2210247, admin1="Tripoli")
SUVA = a_place("Suva", -18.1416, 178.4415, "FJ", geonames_id=2198148, admin1="Central")
APIA = a_place("Apia", -13.8333, -171.7667, "WS", geonames_id=4035413)
HOMS_PROVINCE = a_place(
    "Homs", 34.5, 38.3, "SY", precision=Precision.ADMIN1, radius_km=120.0, kind="province", geonames_id=3, admin1="Homs"
)
SYRIA = a_place("Syria", 35.0, 38.5, "SY", precision=Precision.COUNTRY, radius_km=380.0, kind="country", geonames_id=4)
ISRAEL = a_place("Israel", 31.5, 34.75, "IL", precision=Precision.COUNTRY, radius_km=150.0, kind="country")
JABER = a_place(
    "Jaber",
    32.5392,
    36.1981,
    "JO",
    precision=Precision.SITE,
    radius_km=0.5,
    kind="border_crossing",
    geonames_id=5,
    admin1="Mafraq",
    other_countries=("SY",),
)

_PLACES = (
    HOMS,
    HAMA,
    RASTAN,
    TALBISEH,
    DAMASCUS,
    TRIPOLI_LB,
    TRIPOLI_LY,
    SUVA,
    APIA,
    JABER,
    HOMS_PROVINCE,
    SYRIA,
    ISRAEL,
)


class SmallGazetteer:
    """Finds the places above by name, by name and country, by code and by id."""

    def find(self, reference: str) -> tuple[Place, ...]:
        if reference.startswith("geonames:"):
            return tuple(place for place in _PLACES if place.key == reference)
        name, _, country = (fold(part) for part in reference.partition(", "))
        named = [p for p in _PLACES if fold(p.name) == name and country in {"", fold(p.country or "")}]
        coded = [p for p in _PLACES if p.precision is Precision.COUNTRY and fold(p.country or "") == name]
        return tuple(named + [place for place in coded if place not in named])

    def suggest(self, name: str) -> tuple[str, ...]:
        return tuple(place.name for place in _PLACES if fold(place.name)[:2] == fold(name)[:2])[:3]

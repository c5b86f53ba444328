"""Places: one resolved spot with its precision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alerts.domain.geo import Point


class Precision(StrEnum):
    """How finely a place is known, finest first."""

    SITE = "site"
    TOWN = "town"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    COUNTRY = "country"


PRECISIONS: tuple[Precision, ...] = tuple(Precision)


class PlaceRole(StrEnum):
    """How a place belongs to an event."""

    AT = "at"
    TOWARD = "toward"
    FROM = "from"
    ABOUT = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One resolved spot.

    `lat`, `lon` are WGS 84 degrees; `radius_km` is how far the true spot may lie from them. `name` is the gazetteer's
    main name. `country` is ISO 3166-1 alpha-2, `admin1` and `admin2` are names as the gazetteer spells them. `kind` is
    a word of `PLACE_KINDS`. A border crossing lies in two countries: the second is in `other_countries`.
    """

    name: str
    lat: float
    lon: float
    precision: Precision
    radius_km: float
    kind: str
    geonames_id: int | None = None
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    other_countries: tuple[str, ...] = ()

    @property
    def point(self) -> Point:
        """The spot as a point."""
        return Point(self.lat, self.lon)

    @property
    def countries(self) -> tuple[str, ...]:
        """Every country that the place lies in, the main one first; empty when unknown (high seas)."""
        return ((self.country,) if self.country else ()) + self.other_countries

    @property
    def key(self) -> str:
        """An identity that is the same in every report: its GeoNames id, else kind, country and name."""
        if self.geonames_id is not None:
            return f"geonames:{self.geonames_id}"
        return f"{self.kind}:{self.country or '-'}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A place as a structured source names it, not yet resolved. `country` is ISO 3166-1 alpha-2."""

    name: str
    country: str | None = None
    admin1: str | None = None
    kind: str | None = None


PLACE_KINDS: frozenset[str] = frozenset(
    """country region province district town quarter camp border_crossing border bridge dam port airport
    airbase military_base road railway strait canal sea river island mountain pipeline power_plant refinery
    oil_field mine factory hospital school university embassy prison place_of_worship market site""".split()
)

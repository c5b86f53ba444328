"""The hand-written overlay: places and spellings that the public sources lack, as YAML beside the code."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from alerts.domain.errors import SettingsProblem
from alerts.domain.place import PLACE_KINDS, Place, Precision

OVERLAY = Path(__file__).parents[1] / "data" / "gazetteer"
COUNTRY_NAMES = Path(__file__).parents[1] / "data" / "actors" / "countries.yaml"

_KINDS = ", ".join(sorted(PLACE_KINDS))

# How finely a kind of place is known, where an entry doesn't say so.
_COARSE = {
    "region": Precision.ADMIN1,
    "province": Precision.ADMIN1,
    "border": Precision.ADMIN1,
    "river": Precision.ADMIN1,
    "mountain": Precision.ADMIN1,
    "sea": Precision.COUNTRY,
    "road": Precision.ADMIN1,
    "railway": Precision.ADMIN1,
    "pipeline": Precision.ADMIN1,
    "district": Precision.ADMIN2,
    "island": Precision.ADMIN2,
    "strait": Precision.ADMIN2,
    "canal": Precision.ADMIN2,
    "town": Precision.TOWN,
    "quarter": Precision.TOWN,
}


class OverlayPlace(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """One place of the overlay. `at` is latitude and longitude; `names` are its other spellings.

    `people` weighs it against namesakes, for a name that news gives to it first: "Gaza" is the strip, not the city.
    """

    name: str
    kind: str
    at: tuple[float, float]
    radius_km: float
    country: str | None = None
    other: tuple[str, ...] = ()
    admin1: str | None = None
    names: tuple[str, ...] = ()
    people: int = 0
    precision: Precision | None = None
    source: str | None = None

    def place(self) -> Place:
        """Return the entry as a place."""
        return Place(
            name=self.name,
            lat=self.at[0],
            lon=self.at[1],
            precision=self.precision or _COARSE.get(self.kind, Precision.SITE),
            radius_km=self.radius_km,
            kind=self.kind,
            country=self.country,
            admin1=self.admin1,
            other_countries=self.other,
        )


class Renamed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What a province or country is called in English news, beside what the sources call it.

    `at` is a country's latitude and longitude, where the source's are wrong.
    """

    name: str | None = None
    names: tuple[str, ...] = ()
    at: tuple[float, float] | None = None


class OverlayFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """One file: `provinces` by ISO 3166-2 code, `countries` by ISO 3166-1 alpha-2; `source` is that of its places."""

    source: str
    places: tuple[OverlayPlace, ...] = ()
    provinces: dict[str, Renamed] = {}
    countries: dict[str, Renamed] = {}
    admin1: dict[str, str] = {}


class CountryWords(msgspec.Struct, kw_only=True, frozen=True):
    """A country's English names and demonyms."""

    names: tuple[str, ...]
    demonyms: tuple[str, ...]


class _CountryFile(msgspec.Struct, kw_only=True, frozen=True):
    countries: dict[str, CountryWords]


def overlay_paths() -> list[Path]:
    """Return the files that the overlay is made of, the countries' names too, in a fixed order."""
    return [*sorted(OVERLAY.glob("*.yaml")), COUNTRY_NAMES]


def read_overlay() -> list[OverlayFile]:
    """Return every overlay file.

    Raises:
        SettingsProblem: A file doesn't have the form that `OverlayFile` says; its path and field are named.
    """
    return [_checked(path) for path in overlay_paths() if path != COUNTRY_NAMES]


def read_country_words() -> dict[str, CountryWords]:
    """Return names and demonyms by ISO 3166-1 alpha-2 code."""
    return msgspec.convert(_load(COUNTRY_NAMES), _CountryFile).countries


def _checked(path: Path) -> OverlayFile:
    try:
        read = msgspec.convert(_load(path), OverlayFile)
    except (msgspec.ValidationError, yaml.YAMLError) as fault:
        raise SettingsProblem(f"{path.name}: {fault}; correct the entry") from fault
    for entry in read.places:
        if entry.kind not in PLACE_KINDS:
            raise SettingsProblem(
                f"{path.name}: {entry.name}: no kind {entry.kind!r}; use one of {sorted(PLACE_KINDS)}"
            )
    return read


def _load(path: Path) -> object:
    # The scalars are quoted or plain words of our own: `NO` as a country must be quoted in these files.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 -- both loaders are the safe ones

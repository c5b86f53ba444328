"""Sources and overlay to entries: every place with its precision, radius, province and names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sqrt

from alerts.adapters import gazetteer_sources as sources
from alerts.adapters.gazetteer_overlay import OverlayFile, OverlayPlace, Renamed, read_country_words, read_overlay
from alerts.domain.place import Place, Precision
from alerts.extraction.names import ARTICLE_COUNTRIES, border_key, fold, loose, without_article
from alerts.extraction.place_index import NameUse

_PEOPLE_PER_KM2 = 5_000
"""People per square kilometre of built-up land: between dense Asian and sprawling American cities."""
_TOWN_RADIUS_KM = (1.0, 30.0)
_PROVINCE_RADIUS_KM_MIN = 10.0
_AIRPORT_RADIUS_KM = 3.0
_KM_PER_DEGREE = 111.2
_SAME_TOWN_KM = 30.0
_VOTES_SHARE = 0.6
"""Below this the sources divide a country at different levels: the towns of a French region lie in departments."""

_TRANSLITERATED = ARTICLE_COUNTRIES | {"AF", "PK"}

Names = tuple[tuple[str, NameUse], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place with every name that is looked up."""

    place: Place
    names: Names
    population: int = 0
    is_capital: bool = False


@dataclass(slots=True, kw_only=True)
class _Province:
    source: sources.Province
    name: str
    names: Names
    radius_km: float
    is_above: bool
    codes: Counter[str] = field(default_factory=Counter)


def town_radius_km(population: int) -> float:
    """Return how far a spot "in" a town may lie from its middle: the circle that its people fill, 1 to 30 km."""
    smallest, largest = _TOWN_RADIUS_KM
    return round(min(max(sqrt(population / (_PEOPLE_PER_KM2 * pi)), smallest), largest), 2)


def compile_entries() -> Iterator[Entry]:
    """Yield the entries of all sources and of the overlay."""
    overlay = read_overlay()
    towns = sources.read_towns()
    provinces = _provinces(towns, overlay)
    names = {(p.source.country_code, code): p.name for p in provinces for code in p.codes} | _given(overlay)
    capitals = {(row.iso, row.capital) for row in sources.read_countries() if row.capital}
    yield from (_town(town, names, capitals) for town in towns)
    yield from _province_entries(provinces, towns)
    yield from _countries(towns, overlay, provinces)
    yield from _airports()
    for file in overlay:
        for entry in file.places:
            spellings = _names(entry.name, entry.names) + _border_names(entry)
            yield Entry(place=entry.place(), names=spellings, population=entry.people)


def _given(overlay: list[OverlayFile]) -> dict[tuple[str, str], str]:
    """Return the names that the overlay gives to GeoNames' province codes, by country and code."""
    given = {code: name for file in overlay for code, name in file.admin1.items()}
    return {(code[:2], code[3:]): name for code, name in given.items()}


def _border_names(entry: OverlayPlace) -> Names:
    """Return the name by which the border of two countries is found ("the Syrian-Lebanese border")."""
    if entry.kind != "border" or entry.country is None:
        return ()
    return tuple((border_key(entry.country, other), NameUse.ALTERNATE) for other in entry.other)


def _names(primary: str, others: tuple[str, ...]) -> Names:
    return ((primary, NameUse.PRIMARY), *((name, NameUse.ALTERNATE) for name in others))


def english_name(town: sources.Town, admin1: str | None) -> str:
    """Return a town's name as English news prints it.

    GeoNames writes Arabic and Persian names in a scholar's spelling ("Ḩamāh", "Ar Rastan"). Of the names that sound the
    same, that of its province is taken where it is one ("Raqqa"), else the plainest. Other languages' names stay.
    """
    folded = fold(town.name)
    bare = without_article(folded)
    if town.countrycode not in _TRANSLITERATED or (town.name.isascii() and bare == folded):
        return town.name
    sound = loose(folded)
    if admin1 is not None and loose(fold(admin1)) == sound:
        return admin1
    plain = [name for name in town.alternatenames if _is_written(name) and loose(fold(name)) == sound]
    without = [name for name in plain if without_article(fold(name)) == fold(name) and name.isalpha()]
    wanted = bare.removesuffix("h")
    return min(without or plain, key=lambda name: (fold(name) != wanted, len(name), name), default=town.name)


def _town(town: sources.Town, admin1: Mapping[tuple[str, str], str], capitals: set[tuple[str, str]]) -> Entry:
    province = admin1.get((town.countrycode, town.admin1code))
    name = english_name(town, province)
    place = Place(
        name=name,
        lat=town.latitude,
        lon=town.longitude,
        precision=Precision.TOWN,
        radius_km=town_radius_km(town.population),
        kind="town",
        geonames_id=town.geonameid,
        country=town.countrycode,
        admin1=province,
    )
    spelt = ((town.name, NameUse.PRIMARY),) if name != town.name else ()
    others = tuple((other, NameUse.ALTERNATE) for other in town.alternatenames if _is_written(other))
    is_capital = (town.countrycode, town.name) in capitals and town.population > 0
    return Entry(
        place=place, names=((name, NameUse.PRIMARY), *spelt, *others), population=town.population, is_capital=is_capital
    )


def _is_written(name: str) -> bool:
    """Return whether an alternate name is one that English text could hold.

    GeoNames mixes in other scripts, machine transliterations (which begin with a small letter) and airport codes. Names
    with marks are there without them too, which is how both are looked up.
    """
    return name.isascii() and name[:1].isupper() and not (len(name) <= 4 and name.isupper())


def _provinces(towns: list[sources.Town], overlay: list[OverlayFile]) -> list[_Province]:
    """Return provinces, each with the GeoNames province codes that it answers to.

    The sources share no code. A town that both hold, by name and nearness, is a vote that its two provinces are one.
    """
    renamed: dict[str, Renamed] = {code: entry for file in overlay for code, entry in file.provinces.items()}
    by_name: dict[tuple[str, str], list[sources.Town]] = defaultdict(list)
    for town in towns:
        by_name[town.countrycode, town.name].append(town)
    votes: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    found: list[_Province] = []
    for source, members in sources.read_provinces():
        province = _province(source, members, renamed.get(source.iso3166_2 or "", Renamed()))
        for member in members:
            lat, lon = float(member.latitude), float(member.longitude)
            for town in by_name.get((source.country_code, member.name), ()):
                if _km(lat, lon, town.latitude, town.longitude) < _SAME_TOWN_KM:
                    votes[source.country_code, town.admin1code][len(found)] += 1
        found.append(province)
    given = _given(overlay)
    for (country, code), counted in votes.items():
        winner, support = counted.most_common(1)[0]
        if (country, code) not in given and support >= _VOTES_SHARE * counted.total():
            found[winner].codes[code] += support
    for (country, code), name in given.items():
        for province in _largest_of(found, country, name):
            province.codes[code] += 1
    return found


def _largest_of(provinces: list[_Province], country: str, name: str) -> list[_Province]:
    """Return the province of a name; where a lower area bears it too (Madrid, Dhaka), the upper one."""
    named = [p for p in provinces if p.source.country_code == country and p.name == name]
    return sorted(named, key=lambda p: not p.is_above)[:1]


def _province(source: sources.Province, members: list[sources.ProvinceTown], renamed: Renamed) -> _Province:
    name = renamed.name or source.name
    others = (source.name, *renamed.names) if renamed.name else renamed.names
    radius = _PROVINCE_RADIUS_KM_MIN
    if source.latitude and source.longitude:
        lat, lon = float(source.latitude), float(source.longitude)
        reach = sorted(_km(lat, lon, float(m.latitude), float(m.longitude)) for m in members)
        # The last twentieth holds the source's misplaced towns.
        radius = max(radius, reach[int(0.95 * (len(reach) - 1))] if reach else 0.0)
    # Where the source hangs towns on a lower level, the upper one has none of its own.
    is_above = not members and any(word in (source.type or "") for word in ("region", "community"))
    return _Province(
        source=source, name=name, names=_names(name, others), radius_km=round(radius, 1), is_above=is_above
    )


def _province_entries(provinces: list[_Province], towns: list[sources.Town]) -> Iterator[Entry]:
    people: Counter[tuple[str, str]] = Counter()
    for town in towns:
        people[town.countrycode, town.admin1code] += town.population
    for province in provinces:
        source = province.source
        if not (source.latitude and source.longitude):
            continue
        # What no GeoNames province answers to is a level below: French departments, London's boroughs.
        is_first = bool(province.codes) or province.is_above
        place = Place(
            name=province.name,
            lat=float(source.latitude),
            lon=float(source.longitude),
            precision=Precision.ADMIN1 if is_first else Precision.ADMIN2,
            radius_km=province.radius_km,
            kind="province" if is_first else "district",
            country=source.country_code,
            admin1=province.name if is_first else None,
            admin2=None if is_first else province.name,
        )
        population = sum(people[source.country_code, code] for code in province.codes)
        yield Entry(place=place, names=province.names, population=population)


def _countries(towns: list[sources.Town], overlay: list[OverlayFile], provinces: list[_Province]) -> Iterator[Entry]:
    words = read_country_words()
    points = sources.read_country_points()
    entries = [(code, entry) for file in overlay for code, entry in file.countries.items()]
    renamed = {code: entry for code, entry in entries if entry.name or entry.names}
    points |= {code: entry.at for code, entry in entries if entry.at}
    parts = {(p.source.country_code, p.name) for p in provinces}
    reach: dict[str, float] = defaultdict(float)
    for town in towns:
        if town.countrycode in points:
            middle = points[town.countrycode]
            reach[town.countrycode] = max(reach[town.countrycode], _km(*middle, town.latitude, town.longitude))
    for row in sources.read_countries():
        if row.iso not in points:
            continue
        other = renamed.get(row.iso, Renamed())
        # The list of actors speaks of England as of the United Kingdom; as a place it is a part of it.
        spoken = tuple(n for n in words[row.iso].names if (row.iso, n) not in parts) if row.iso in words else ()
        demonyms = words[row.iso].demonyms if row.iso in words else ()
        name = other.name or row.name
        place = Place(
            name=name,
            lat=points[row.iso][0],
            lon=points[row.iso][1],
            precision=Precision.COUNTRY,
            radius_km=round(min(max(reach[row.iso], sqrt(row.areakm2 / pi), 1.0), 5000.0), 1),
            kind="country",
            geonames_id=row.geonameid,
            country=row.iso,
        )
        names = _names(name, (row.name, *spoken, *other.names))
        yield Entry(
            place=place,
            names=(*names, *((demonym, NameUse.DEMONYM) for demonym in demonyms)),
            population=row.population,
        )


def _airports() -> Iterator[Entry]:
    for row in sources.read_airports():
        place = Place(
            name=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            precision=Precision.SITE,
            radius_km=_AIRPORT_RADIUS_KM,
            kind="airport",
            country=row["country"],
        )
        yield Entry(place=place, names=_names(row["name"], _airport_names(row["name"], row["city"])))


def _airport_names(name: str, city: str) -> tuple[str, ...]:
    """Return how news shortens "Mitiga International Airport", and the airport's city for "Tripoli airport"."""
    plain = name.replace(" International", "")
    bare = plain.removesuffix(" Airport").removesuffix(" Air Base")
    return tuple(
        dict.fromkeys((plain, *((f"{bare} Airport",) if bare else ()), *((f"{city} Airport",) if city else ())))
    )


def _km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Return a flat-earth distance: good to a few percent within a province, and cheap a million times."""
    across = abs(lon_a - lon_b)
    return hypot(lat_a - lat_b, min(across, 360 - across) * cos(radians((lat_a + lat_b) / 2))) * _KM_PER_DEGREE

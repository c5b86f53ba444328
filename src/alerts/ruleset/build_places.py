"""Conditions on where: `place`, `country`, `admin1`, `near`, `inside`, and the areas that packs name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alerts.domain.geo import Point
from alerts.domain.place import PLACE_KINDS, Place
from alerts.ruleset import geojson
from alerts.ruleset.conditions import (
    Admin1Is,
    Condition,
    CountryIs,
    Inside,
    Near,
    PlaceIs,
    PlaceSelector,
    Route,
    Spot,
    Target,
)
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Text
from alerts.ruleset.reading import (
    boolean,
    kilometres,
    mapping,
    number,
    one_or_more,
    plain_number,
    text,
    words,
)
from alerts.ruleset.vocabulary import Vocabulary
from alerts.ruleset.words import fold

NEAR_KEYS = ("place", "point", "sites", "along", "area", "km", "mi", "nm", "coarse")
AREA_KEYS = ("near", "along", "km", "mi", "nm", "inside", "file", "type", "coordinates")
STOPS_MAX = 200


def place(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `place`: names, `$list`, or `{kind, country}`."""
    wanted: list[PlaceSelector] = []
    for item in one_or_more(node):
        if isinstance(item, Fields):
            selector = _place_kind(item, vocabulary)
            wanted.extend([selector] if selector else [])
        else:
            named = (vocabulary.spot_place(name) for name in vocabulary.texts(item, what="place"))
            wanted.extend(selector_of(found) for found in named if found)
    if not wanted:
        return None
    return PlaceIs(key="place", expected=" or ".join(w.name for w in wanted), wanted=tuple(wanted))


def selector_of(found: Place) -> PlaceSelector:
    """Return the selector that means one place and what lies inside it."""
    return PlaceSelector(
        key=found.key,
        name=found.name,
        point=found.point,
        radius_km=found.radius_km,
        precision=found.precision,
        country=found.country,
        admin1=found.admin1,
        admin2=found.admin2,
    )


def _place_kind(node: Fields, vocabulary: Vocabulary) -> PlaceSelector | None:
    entries = mapping(node, ("kind", "country"), vocabulary.problems, what="place")
    if not entries:
        return None
    kinds = _kinds(entries["kind"].value, vocabulary) if "kind" in entries else ()
    codes = countries(entries["country"].value, vocabulary) if "country" in entries else frozenset()
    name = " or ".join(kinds or ("place",)) + (f" in {' or '.join(sorted(codes))}" if codes else "")
    return PlaceSelector(name=name, kinds=frozenset(kinds), countries=codes)


def _kinds(node: Node, vocabulary: Vocabulary) -> tuple[str, ...]:
    known = {kind: kind for kind in sorted(PLACE_KINDS)}
    return words(node, known, vocabulary.problems, what="the kind of a place")


def countries(node: Node, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the codes of the countries that a node names."""
    codes = (vocabulary.country(name) for name in vocabulary.texts(node, what="country"))
    return frozenset(code for code in codes if code)


def country(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `country`: codes or names."""
    codes = countries(node, vocabulary)
    return CountryIs(key="country", expected=" or ".join(sorted(codes)), codes=codes) if codes else None


def admin1(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `admin1`: names of provinces."""
    found = [vocabulary.province(name) for name in vocabulary.texts(node, what="admin1")]
    named = [province for province in found if province]
    if not named:
        return None
    keys = frozenset((p.country or "", fold(p.admin1 or p.name)) for p in named)
    return Admin1Is(key="admin1", expected=" or ".join(f"{p.name}, {p.country}" for p in named), provinces=keys)


def near(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `near`: `$area`, or a distance from a place, point, sites, route or area."""
    if isinstance(node, Text):
        area = _area(node, vocabulary)
        return replace(area, key="near") if area else None
    problems = vocabulary.problems
    entries = mapping(node, NEAR_KEYS, problems, what="near")
    if not entries:
        return None
    given = [entries[name] for name in ("place", "point", "sites", "along", "area") if name in entries]
    if len(given) != 1:
        at = given[1].key.at if given else node.at
        problems.error(
            at, "one-reference", "near takes one of place, point, sites, along, area", "use `any:` for several"
        )
        return None
    km = kilometres(entries, node, problems)
    coarse = boolean(entries["coarse"].value, problems, what="coarse") if "coarse" in entries else False
    targets, beyond = _targets(given[0], vocabulary)
    if km is None or not targets:
        return None
    return _near(targets, km + beyond, coarse=bool(coarse), said_km=km)


def _near(targets: tuple[Target, ...], km: float, *, coarse: bool, said_km: float) -> Near:
    names = " or ".join(target.name for target in targets[:5]) + (" ..." if len(targets) > 5 else "")
    expected = f"within {plain_number(said_km)} km of {names}"
    return Near(key="near", expected=expected, targets=targets, km=km, coarse=coarse)


def _targets(entry: Entry, vocabulary: Vocabulary) -> tuple[tuple[Target, ...], float]:
    """Return what to measure from, and the distance that an area brings along."""
    name, node = entry.key.value, entry.value
    if name == "place":
        found = (vocabulary.spot_place(reference) for reference in vocabulary.texts(node, what="place"))
        return tuple(spot_of(place) for place in found if place), 0.0
    if name == "point":
        spot = _point(node, vocabulary)
        return ((spot,) if spot else ()), 0.0
    if name == "sites":
        return _sites(node, vocabulary), 0.0
    if name == "along":
        route = _route(node, vocabulary)
        return ((route,) if route else ()), 0.0
    area = _area(node, vocabulary)
    if isinstance(area, Near):
        return area.targets, area.km
    return (area.surfaces if area else ()), 0.0


def spot_of(found: Place) -> Spot:
    """Return a place as a reference to measure from."""
    return Spot(
        key=found.key,
        name=found.name,
        point=found.point,
        radius_km=found.radius_km,
        place_key=found.key,
        country=found.country,
        admin1=found.admin1,
    )


def point(node: Node, vocabulary: Vocabulary) -> Point | None:
    """Return the point that `{lat, lon}` gives; a coordinate out of range is a fault where it stands."""
    problems = vocabulary.problems
    entries = mapping(node, ("lat", "lon"), problems, what="a point", required=("lat", "lon"))
    if not entries or len(entries) < 2:
        return None
    lat, lon = number(entries["lat"].value, problems), number(entries["lon"].value, problems)
    if lat is None or lon is None:
        return None
    for value, limit, name in ((lat, 90, "lat"), (lon, 180, "lon")):
        if abs(value) > limit:
            swapped = "; lat and lon look swapped" if name == "lat" and abs(value) <= 180 and abs(lon) <= 90 else ""
            message = f"{name} must lie between -{limit} and {limit}, found {value:g}"
            problems.error(entries[name].value.at, "bad-coordinate", message, f"degrees, WGS 84{swapped}")
            return None
    return Point(lat, lon)


def _point(node: Node, vocabulary: Vocabulary) -> Spot | None:
    found = point(node, vocabulary)
    if found is None:
        return None
    name = f"{found.lat:g},{found.lon:g}"
    return Spot(key=f"point:{name}", name=name, point=found)


def _sites(node: Node, vocabulary: Vocabulary) -> tuple[Spot, ...]:
    name = text(node, vocabulary.problems, what="sites")
    if name is None:
        return ()
    known = vocabulary.sites
    if name.value.removeprefix("$") not in known or not name.value.startswith("$"):
        hint = did_you_mean(name.value.removeprefix("$"), known) or "name them under `sites:` and write $name here"
        vocabulary.problems.error(name.at, "unknown-sites", f"no sites are called `{name.value}`", hint)
        return ()
    return known[name.value[1:]]


def _route(node: Node, vocabulary: Vocabulary) -> Route | None:
    references = vocabulary.texts(node, what="a stop of the route") if isinstance(node, Items | Text) else ()
    if not 2 <= len(references) <= STOPS_MAX:
        vocabulary.problems.error(
            node.at, "route", f"a route has 2 to {STOPS_MAX} stops", 'as in ["Homs, SY", "Hama, SY"]'
        )
        return None
    stops = [vocabulary.spot_place(reference) for reference in references]
    found = [stop for stop in stops if stop]
    if len(found) < len(stops):
        return None
    name = f"{found[0].name}–{found[-1].name}"
    keys = tuple(stop.key for stop in found)
    return Route(key="route:" + "-".join(keys), name=name, stops=tuple(stop.point for stop in found), stop_keys=keys)


def _area(node: Node, vocabulary: Vocabulary) -> Near | Inside | None:
    name = text(node, vocabulary.problems, what="an area")
    if name is None:
        return None
    if name.value.startswith("$") and name.value[1:] in vocabulary.areas:
        return vocabulary.areas[name.value[1:]]
    hint = did_you_mean(name.value.removeprefix("$"), vocabulary.areas) or "name it under `areas:` and write $name here"
    vocabulary.problems.error(name.at, "unknown-area", f"no area is called `{name.value}`", hint)
    return None


def inside(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `inside`: `$area`, GeoJSON inline, or `{file: x.geojson}`."""
    if isinstance(node, Text):
        area = _area(node, vocabulary)
        return replace(area, key="inside") if area else None
    surface = geojson.surface(node, vocabulary)
    return Inside(key="inside", expected=f"inside {surface.name}", surfaces=(surface,)) if surface else None


def area(name: str, node: Node, vocabulary: Vocabulary) -> Near | Inside | None:
    """Compile a named area: `{near: ...}`, `{along: [...], km: 5}`, `{inside: ...}`, GeoJSON or `{file: ...}`."""
    entries = mapping(node, AREA_KEYS, vocabulary.problems, what="an area")
    if not entries:
        return None
    if "near" in entries:
        found = near(entries["near"].value, vocabulary)
    elif "along" in entries:
        found = near(Fields(entries=_only(entries, ("along", "km", "mi", "nm")), at=node.at), vocabulary)
    elif "inside" in entries:
        found = inside(entries["inside"].value, vocabulary)
    else:
        found = inside(node, vocabulary)
    return _named(found, name) if isinstance(found, Near | Inside) else None


def _only(entries: Mapping[str, Entry], names: tuple[str, ...]) -> dict[str, Entry]:
    return {name: entry for name, entry in entries.items() if name in names}


def _named(found: Near | Inside, name: str) -> Near | Inside:
    """Give an area's references the area's own name: that is what an alert near it is about."""
    key = f"area:{name}"
    if isinstance(found, Inside):
        surfaces = tuple(replace(surface, key=key, name=name) for surface in found.surfaces)
        return replace(found, surfaces=surfaces, expected=f"inside {name}")
    targets = tuple(replace(target, key=key, name=name) for target in found.targets)
    return replace(found, targets=targets)

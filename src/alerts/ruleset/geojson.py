"""GeoJSON to surfaces: inline in a rule file, or a file beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from posixpath import dirname, join, normpath

from alerts.ruleset.conditions import Surface
from alerts.ruleset.nodes import Items, Node, Position, SourceFile, Text
from alerts.ruleset.reading import mapping, number, text
from alerts.ruleset.shapes import Ring, ShapeProblem, unrolled
from alerts.ruleset.vocabulary import Vocabulary

_TYPES = ("Polygon", "MultiPolygon")
# Longitudes may run past 180 for a shape over the meridian, a whole turn at most.
_LON_MAX = 540.0


def surface(node: Node, vocabulary: Vocabulary) -> Surface | None:
    """Return the surface that GeoJSON inline or `{file: ...}` gives, or note why there is none."""
    entries = mapping(node, ("type", "coordinates", "file"), vocabulary.problems, what="a shape")
    if not entries:
        return None
    if "file" in entries:
        return _from_file(entries["file"].value, vocabulary)
    kind = text(entries["type"].value, vocabulary.problems, what="type") if "type" in entries else None
    if kind is None or kind.value not in _TYPES or "coordinates" not in entries:
        message = "a shape is GeoJSON: `type: Polygon` or `MultiPolygon`, and `coordinates`"
        vocabulary.problems.error(node.at, "bad-shape", message)
        return None
    found = _inline(entries["coordinates"].value, vocabulary)
    return _surface(found, kind.value, "the polygon", node.at, vocabulary) if found is not None else None


Numbers = float | list["Numbers"]


def _inline(node: Node, vocabulary: Vocabulary) -> Numbers | None:
    if isinstance(node, Items):
        parts = [_inline(item, vocabulary) for item in node.items]
        return None if any(part is None for part in parts) else [part for part in parts if part is not None]
    return number(node, vocabulary.problems)


def file_beside(node: Node, vocabulary: Vocabulary) -> SourceFile | None:
    """Return the file that a rule file names, relative to its own folder, or note that it is not there."""
    name = text(node, vocabulary.problems, what="file")
    if name is None:
        return None
    path = normpath(join(dirname(name.at.path), name.value))
    if path not in vocabulary.files:
        hint = "the path is relative to this file's folder, and stays inside the folder of packs"
        vocabulary.problems.error(name.at, "unknown-file", f"there is no file `{name.value}` beside this one", hint)
        return None
    return vocabulary.files[path]


def _from_file(node: Node, vocabulary: Vocabulary) -> Surface | None:
    file = file_beside(node, vocabulary)
    if file is None:
        return None
    assert isinstance(node, Text)
    try:
        geometries = _geometries(json.loads(file.text))
    except (ValueError, RecursionError):
        vocabulary.problems.error(node.at, "bad-shape", f"`{node.value}` holds no JSON")
        return None
    if not geometries:
        vocabulary.problems.error(node.at, "bad-shape", f"`{node.value}` holds no Polygon or MultiPolygon")
        return None
    polygons: list[tuple[Ring, ...]] = []
    for kind, coordinates in geometries:
        found = _surface(coordinates, kind, node.value, node.at, vocabulary)
        if found is None:
            return None
        polygons.extend(found.polygons)
    return Surface(key=f"shape:{node.value}", name=node.value, polygons=tuple(polygons))


def _geometries(document: object) -> list[tuple[str, Numbers]]:
    """Return the polygons of a geometry, a feature or a collection, in order."""
    if not isinstance(document, dict):
        return []
    if document.get("type") in _TYPES:
        return [(document["type"], document.get("coordinates", []))]
    inner = document.get("features") or document.get("geometries") or [document.get("geometry")]
    return [found for part in inner if isinstance(part, dict) for found in _geometries(part)]


def _surface(found: Numbers, kind: str, name: str, at: Position, vocabulary: Vocabulary) -> Surface | None:
    polygons = found if kind == "MultiPolygon" else [found]
    try:
        assert isinstance(polygons, list)
        rings = tuple(unrolled([_ring(ring) for ring in _list(polygon)]) for polygon in polygons)
    except ShapeProblem as fault:
        hint = "GeoJSON writes longitude first: [[[lon, lat], ...]]"
        vocabulary.problems.error(at, "bad-shape", f"this shape cannot be read: {fault}", hint)
        return None
    return Surface(key=f"shape:{name}", name=name, polygons=rings)


def _list(found: Numbers) -> Sequence[Numbers]:
    if not isinstance(found, list) or not found:
        raise ShapeProblem("a list of rings is missing")
    return found


def _ring(found: Numbers) -> Ring:
    corners = tuple(_corner(corner) for corner in _list(found))
    if len(corners) < 4 or not _is_same(corners[0], corners[-1]):
        raise ShapeProblem("a ring has four corners or more, and ends where it begins")
    return corners


def _is_same(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Return whether two corners are one spot; 180 east is 180 west."""
    return a[1] == b[1] and (a[0] - b[0]) % 360 == 0


def _corner(found: Numbers) -> tuple[float, float]:
    if not isinstance(found, list) or len(found) < 2 or not all(isinstance(part, int | float) for part in found[:2]):
        raise ShapeProblem("a corner is [lon, lat]")
    lon, lat = found[0], found[1]
    assert not isinstance(lon, list)
    assert not isinstance(lat, list)
    if not (abs(lat) <= 90 and abs(lon) <= _LON_MAX):
        raise ShapeProblem(f"[{lon:g}, {lat:g}] is no longitude and latitude; they look swapped")
    return float(lon), float(lat)

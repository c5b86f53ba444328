"""The globe in cells without a seam: cubes that the surface passes through, so that no pole or meridian is special."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import asin, atan2, degrees, sqrt

from alerts.domain.geo import EARTH_RADIUS_KM, Point, distance_km
from alerts.matching.measure import edges, vector_of
from alerts.ruleset.conditions import Route, Spot, Surface, Target

# Edges of the cubes in km, one grid a size: a circle is covered in the first grid whose cubes are not smaller than it.
SIZES_KM: tuple[float, ...] = (16.0, 128.0, 1024.0, 4096.0)

# The sine of a pole's longitude is not quite nothing: a centre on a cube's face may round to either side of it.
_ROUNDING_KM = 0.001

Cell = tuple[float, int, int, int]
Circle = tuple[Point, float]


def cells_of(point: Point) -> Iterator[Cell]:
    """Yield the cell of a point in every grid."""
    x, y, z = (part * EARTH_RADIUS_KM for part in vector_of(point))
    for size in SIZES_KM:
        yield size, int(x // size), int(y // size), int(z // size)


def cover(circle: Circle) -> frozenset[Cell] | None:
    """Return cells that together hold every point of a circle on the globe; None for one too large to be worth it."""
    centre, radius = circle[0], circle[1] + _ROUNDING_KM
    size = next((size for size in SIZES_KM if size >= radius), None)
    if size is None:
        return None
    # A chord is never longer than its arc, so that the cube around the circle's radius holds the circle.
    spans = []
    for part in vector_of(centre):
        middle = part * EARTH_RADIUS_KM
        spans.append(range(int((middle - radius) // size), int((middle + radius) // size) + 1))
    return frozenset((size, x, y, z) for x, y, z in product(*spans) if _meets_surface((x, y, z), size))


def _meets_surface(cell: tuple[int, ...], size: float) -> bool:
    nearest = [min(abs(i), abs(i + 1)) * size for i in cell]  # a cube never reaches across an axis
    farthest = [max(abs(i), abs(i + 1)) * size for i in cell]
    low, high = (sqrt(sum(part * part for part in parts)) for parts in (nearest, farthest))
    return low <= EARTH_RADIUS_KM + 1 and high >= EARTH_RADIUS_KM - 1


def circles(target: Target, km: float) -> list[Circle]:
    """Return circles that together hold every point within `km` of a target, generously."""
    if isinstance(target, Spot):
        return [(target.point, km + target.radius_km + 1)]
    if isinstance(target, Route):
        stops = target.stops
        return [_around(a, b, km) for a, b in pairwise(stops)]
    return [_enclosing(target, km)]


def _around(a: Point, b: Point, km: float) -> Circle:
    """Return a circle around an arc: its middle is at most half its length from any of its points."""
    x, y, z = (p + q for p, q in zip(vector_of(a), vector_of(b), strict=True))
    middle = _point(x, y, z) or a
    return middle, max(distance_km(middle, a), distance_km(middle, b)) + km + 1


def _enclosing(surface: Surface, km: float) -> Circle:
    corners = [a for a, _ in edges(surface)]
    vectors = [vector_of(corner) for corner in corners]
    middle = _point(*(sum(parts) for parts in zip(*vectors, strict=True))) or corners[0]
    # A circle through the corners holds what they enclose as long as it is smaller than half the globe; edges are
    # cut to half a degree, so that no edge bulges out by more than a kilometre.
    return middle, max(distance_km(middle, corner) for corner in corners) + km + 1


def _point(x: float, y: float, z: float) -> Point | None:
    """Return the point in the direction of a vector; None when the vector has no direction."""
    length = sqrt(x * x + y * y + z * z)
    if length < 1e-9:
        return None
    return Point(degrees(asin(max(-1.0, min(1.0, z / length)))), degrees(atan2(y, x)))

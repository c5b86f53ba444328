"""The one door to shapely: polygons on the globe, also over the 180th meridian and around a pole."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry import Polygon
from shapely.validation import explain_validity

from alerts.domain.geo import Point

Ring = tuple[tuple[float, float], ...]

# An edge is a straight line in longitude and latitude (RFC 7946); cut this short, a great circle is as good.
_EDGE_MAX_DEGREES = 0.5
VERTICES_MAX = 20_000


class ShapeProblem(ValueError):
    """Rings that enclose nothing or cross themselves; the message says why."""


def unrolled(rings: Sequence[Ring]) -> tuple[Ring, ...]:
    """Return a polygon's rings with longitudes that run on past 180 instead of jumping, its edges cut short.

    A ring that goes around a pole is closed over that pole. The direction of rings does not matter.

    Raises:
        ShapeProblem: The rings enclose no area, cross themselves or have too many vertices.
    """
    outer = _closed(_continuous(rings[0]))
    holes = [_beside(_closed(_continuous(ring)), outer) for ring in rings[1:]]
    polygon = Polygon(outer, holes)
    if not polygon.is_valid:
        raise ShapeProblem(explain_validity(polygon))
    if polygon.area == 0:
        raise ShapeProblem("it encloses no area")
    cut = shapely.segmentize(polygon, _EDGE_MAX_DEGREES)
    if shapely.get_num_coordinates(cut) > VERTICES_MAX:
        raise ShapeProblem(f"it has more than {VERTICES_MAX:,} vertices once its edges are cut short")
    return tuple(tuple((x, y) for x, y in ring.coords) for ring in (cut.exterior, *cut.interiors))


def _continuous(ring: Ring) -> Ring:
    """Follow a ring without jumps of more than half the globe."""
    followed = [ring[0]]
    for lon, lat in ring[1:]:
        last = followed[-1][0]
        followed.append((lon - 360 * round((lon - last) / 360), lat))
    return tuple(followed)


def _closed(ring: Ring) -> Ring:
    """Close a ring that ends a whole turn away from where it began over the pole that it surrounds."""
    turns = ring[-1][0] - ring[0][0]
    if abs(turns) < 180:
        return ring
    pole = 90.0 if sum(lat for _, lat in ring) > 0 else -90.0
    return (*ring, (ring[-1][0], pole), (ring[0][0], pole), ring[0])


def _beside(hole: Ring, outer: Ring) -> Ring:
    """Shift a hole by whole turns to where its outer ring was unrolled."""
    middle = (min(lon for lon, _ in outer) + max(lon for lon, _ in outer)) / 2
    shift = 360 * round((hole[0][0] - middle) / 360)
    return tuple((lon - shift, lat) for lon, lat in hole)


class Region:
    """Unrolled polygons, prepared to be asked often."""

    def __init__(self, polygons: Sequence[Sequence[Ring]]) -> None:
        """Prepare polygons that `unrolled` gave."""
        self._polygons = [Polygon(rings[0], rings[1:]) for rings in polygons]
        for polygon in self._polygons:
            shapely.prepare(polygon)

    def holds(self, point: Point) -> bool:
        """Return whether a point lies inside or on the edge."""
        turns = [shapely.Point(point.lon + shift, point.lat) for shift in (-360, 0, 360)]
        return any(polygon.covers(turn) for polygon in self._polygons for turn in turns)

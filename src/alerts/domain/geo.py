"""Points on the sphere: distance, offset, bearing."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, isfinite, radians, sin, sqrt

# Mean earth radius R1 of the International Union of Geodesy and Geophysics.
EARTH_RADIUS_KM = 6371.0088

COMPASS_DEGREES = {
    name: index * 22.5
    for index, name in enumerate(
        ("n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw")
    )
}


@dataclass(frozen=True, slots=True)
class Point:
    """A WGS 84 point: latitude in [-90, 90], longitude in [-180, 180], degrees.

    Raises:
        ValueError: A coordinate is not finite or out of range.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and -90 <= self.lat <= 90):
            raise ValueError(f"latitude must lie between -90 and 90, found {self.lat}")
        if not (isfinite(self.lon) and -180 <= self.lon <= 180):
            raise ValueError(f"longitude must lie between -180 and 180, found {self.lon}")


def distance_km(a: Point, b: Point) -> float:
    """Return the great-circle distance by the haversine formula, which stays exact for near points."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat = sin((lat_b - lat_a) / 2)
    half_lon = sin(radians(b.lon - a.lon) / 2)
    chord = half_lat * half_lat + cos(lat_a) * cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def offset(origin: Point, *, bearing_degrees: float, km: float) -> Point:
    """Return the point `km` from `origin` along a great circle that starts at a bearing (0 = north, 90 = east)."""
    angle = km / EARTH_RADIUS_KM
    bearing, lat, lon = radians(bearing_degrees), radians(origin.lat), radians(origin.lon)
    lat_to = asin(sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(bearing))
    lon_to = lon + atan2(sin(bearing) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(lat_to))
    return Point(degrees(lat_to), normal_longitude(degrees(lon_to)))


def normal_longitude(lon: float) -> float:
    """Return the same meridian within [-180, 180)."""
    return (lon + 180) % 360 - 180

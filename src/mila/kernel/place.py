"""Points on the earth, distances between them, and the time it takes to travel."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
DETOUR = 1.3  # streets against the straight line: Wang et al. 2024 (arXiv 2406.06490), over many road networks


class Transport(StrEnum):
    """How a helper travels."""

    CAR = "car"
    PUBLIC = "public"
    BICYCLE = "bicycle"
    FOOT = "foot"


# Door to door and on average over town and country: the house's own assumption, the same as in its simulations. What it
# is off by shows in the error of promised arrivals at the desk; routing servers (MILA_OSRM) replace it.
SPEED_KMH = {Transport.CAR: 38, Transport.PUBLIC: 24, Transport.BICYCLE: 15, Transport.FOOT: 5}
START_MINUTES = {Transport.CAR: 8, Transport.PUBLIC: 10, Transport.BICYCLE: 4, Transport.FOOT: 1}


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees (WGS 84)."""

    latitude: float
    longitude: float


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres (haversine)."""
    rise = radians(other.latitude - one.latitude) / 2
    run = radians(other.longitude - one.longitude) / 2
    chord = sin(rise) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(run) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def travel_minutes(km: float, transport: Transport, *, accuracy_m: int = 0) -> int:
    """Return the expected minutes on the road for a straight-line distance.

    An uncertain address (accuracy in metres) costs the time to cross its uncertainty once.
    """
    return START_MINUTES[transport] + minutes_left(km, transport, accuracy_m=accuracy_m)


def minutes_left(km: float, transport: Transport, *, accuracy_m: int = 0) -> int:
    """Return the expected minutes for a straight-line distance to somebody who is on the road already."""
    road_km = (km + accuracy_m / 1000) * DETOUR
    return round(road_km * 60 / SPEED_KMH[transport])

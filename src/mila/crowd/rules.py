"""Where a helper is, as far as the house wants to know it."""

from math import cos, radians

from mila.kernel.place import Point

KM_PER_DEGREE = 111.2


def on_grid(point: Point) -> Point:
    """Return the point moved to the nearest crossing of a grid of about one kilometre."""
    latitude = round(point.latitude * KM_PER_DEGREE) / KM_PER_DEGREE
    km_per_degree_east = KM_PER_DEGREE * max(cos(radians(latitude)), 0.01)
    longitude = round(point.longitude * km_per_degree_east) / km_per_degree_east
    return Point(round(latitude, 4), round(longitude, 4))

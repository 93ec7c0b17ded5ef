"""A country's outline as a drawing: a map that needs nobody's tiles."""

from dataclasses import dataclass
from functools import cache
from math import cos, radians

from mila.countries.gazetteer import seed

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """A country to draw on: an SVG path in a box of `width` × `height`, and where a position lies in it.

    A plate carrée scaled at the middle latitude: true enough for one country, and a straight sum.
    """

    path: str
    width: float
    height: float
    west: float
    north: float
    scale_x: float
    scale_y: float

    def project(self, *, latitude: float, longitude: float) -> tuple[float, float]:
        """Return x and y in the box of a position in degrees; outside the country it may lie outside the box."""
        return round((longitude - self.west) * self.scale_x, 1), round((self.north - latitude) * self.scale_y, 1)

    def locate(self, *, x: float, y: float) -> tuple[float, float]:
        """Return latitude and longitude in degrees of a point in the box: where a pin was set."""
        return self.north - y / self.scale_y, self.west + x / self.scale_x

    def across(self, metres: float) -> float:
        """Return how wide a distance is in the box, to draw an accuracy as a circle."""
        return metres / 111_195 * self.scale_y


@cache
def outline(country: str, *, width: int = 1000) -> Outline:
    """Return the outline of a shipped country (CH, DE, FR), as wide as asked."""
    rings = seed.rings(country)
    west, east = min(x for ring in rings for x, _ in ring), max(x for ring in rings for x, _ in ring)
    south, north = min(y for ring in rings for _, y in ring), max(y for ring in rings for _, y in ring)
    scale_x = width / (east - west)
    scale_y = scale_x / cos(radians((south + north) / 2))
    frame = Outline("", width, round((north - south) * scale_y, 1), west, north, scale_x, scale_y)
    path = "".join(_drawn(ring, frame) for ring in rings)
    return Outline(path, frame.width, frame.height, west, north, scale_x, scale_y)


def _drawn(ring: Ring, frame: Outline) -> str:
    points = (frame.project(latitude=y, longitude=x) for x, y in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"

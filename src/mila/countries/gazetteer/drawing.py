"""A sheet of a map: a stretch of a country to draw on, in the projection of the web's map tiles."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import atan, cos, degrees, exp, log, pi, radians, tan

from django.db.models import Avg, Count

from mila.countries.gazetteer import seed
from mila.countries.models import Locality
from mila.kernel.place import Point, distance_km

TILE = 256
EQUATOR_M = 40_075_016.686
LOWEST, HIGHEST = 5, 16
MARGIN = 20
NAMES_LOOKED_AT = 60
APART_X, APART_Y = 90, 26  # pixels between two names, so that each can be read
LETTER = 10  # pixels that a letter of a name takes at most
FINGER = 25  # pixels: how exactly somebody points
NEARBY_DEGREES = 0.3

Pixel = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """A square picture of a tile server, and where it lies on the sheet."""

    zoom: int
    column: int
    row: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Name:
    """A place's name, and where it lies on the sheet."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """A stretch of a country, `width` × `height` pixels around a centre; each step of `zoom` doubles the scale."""

    country: str
    centre: Point
    zoom: int
    width: int
    height: int

    def project(self, point: Point) -> Pixel:
        """Return x and y of a position on the sheet; outside of it they lie outside its box."""
        x, y = _world(point, self.zoom)
        left, top = self._corner
        return round(x - left, 1), round(y - top, 1)

    def locate(self, x: float, y: float) -> Point:
        """Return the position of a point of the sheet."""
        left, top = self._corner
        size = TILE * 2**self.zoom
        longitude = (left + x) / size * 360 - 180
        latitude = degrees(2 * atan(exp(pi * (1 - 2 * (top + y) / size))) - pi / 2)
        return Point(round(latitude, 5), round(longitude, 5))

    def across(self, metres: float) -> float:
        """Return how many pixels a distance is around the centre."""
        return round(metres / self.metres_per_pixel, 1)

    @property
    def metres_per_pixel(self) -> float:
        """How far a pixel reaches around the centre."""
        return EQUATOR_M * cos(radians(self.centre.latitude)) / (TILE << self.zoom)

    @property
    def accuracy_m(self) -> int:
        """How exactly somebody points on this sheet: a finger's breadth, at least 50 m."""
        return max(50, round(self.metres_per_pixel * FINGER))

    @property
    def tiles(self) -> list[Tile]:
        """The tiles that cover the sheet."""
        left, top = self._corner
        columns = range(int(left // TILE), int((left + self.width) // TILE) + 1)
        rows = range(int(top // TILE), int((top + self.height) // TILE) + 1)
        return [
            Tile(self.zoom, column, row, round(column * TILE - left, 1), round(row * TILE - top, 1))
            for column in columns
            for row in rows
        ]

    @property
    def border(self) -> str:
        """The country's land on the sheet, as an SVG path."""
        cut = (self._clipped(ring) for ring in _land(self.country))
        return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in cut if ring)

    @property
    def names(self) -> list[Name]:
        """The places on the sheet that have most postcodes, as many as can be read."""
        north, south = self.locate(0, 0), self.locate(self.width, self.height)
        rows = Locality.objects.filter(
            country=self.country,
            latitude__range=(south.latitude, north.latitude),
            longitude__range=(north.longitude, south.longitude),
        )
        found = rows.values("name").annotate(n=Count("id"), y=Avg("latitude"), x=Avg("longitude"))
        kept: list[Name] = []
        for one in found.order_by("-n", "name")[:NAMES_LOOKED_AT]:
            x, y = self.project(Point(one["y"], one["x"]))
            readable = all(_are_apart(Name(one["name"], x, y), other) for other in kept)
            if readable and APART_X / 2 < x < self.width - APART_X / 2 and 30 < y < self.height - 12:
                kept.append(Name(one["name"], x, y))
        return kept

    @cached_property
    def _corner(self) -> Pixel:
        x, y = _world(self.centre, self.zoom)
        return x - self.width / 2, y - self.height / 2

    def _clipped(self, ring: list[Pixel]) -> list[Pixel]:
        """Return a ring of land on the sheet, without what lies far outside of it (Sutherland-Hodgman)."""
        (left, top), scale = self._corner, 2**self.zoom
        for axis, pixel, sign in (
            (0, left - MARGIN, 1),
            (0, left + self.width + MARGIN, -1),
            (1, top - MARGIN, 1),
            (1, top + self.height + MARGIN, -1),
        ):
            ring = _cut(ring, axis, pixel / scale, sign)
        return [(round(x * scale - left, 1), round(y * scale - top, 1)) for x, y in ring]


def sheet_around(country: str, centre: Point, *, radius_m: float, width: int, height: int) -> Sheet:
    """Return the sheet on which a circle around the centre is as large as fits."""
    room = min(width, height) / 2 - 8
    for zoom in range(HIGHEST, LOWEST, -1):
        sheet = Sheet(country, centre, zoom, width, height)
        if sheet.across(radius_m) <= room:
            return sheet
    return Sheet(country, centre, LOWEST, width, height)


def sheet_of(country: str, *, width: int, height: int) -> Sheet:
    """Return the sheet of a whole country."""
    corners = [point for ring in seed.rings(country) for point in ring]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    middle = Point((south + north) / 2, (west + east) / 2)
    for zoom in range(HIGHEST, LOWEST, -1):
        sheet = Sheet(country, middle, zoom, width, height)
        left, top = sheet.project(Point(north, west))
        if left >= 0 and top >= 0:
            return sheet
    return Sheet(country, middle, LOWEST, width, height)


def nearest_place(country: str, point: Point) -> Locality | None:
    """Return the place that lies nearest to the point, None where there is none within some 25 km: abroad, at sea."""
    rows = Locality.objects.filter(
        country=country,
        latitude__range=(point.latitude - NEARBY_DEGREES, point.latitude + NEARBY_DEGREES),
        longitude__range=(point.longitude - NEARBY_DEGREES, point.longitude + NEARBY_DEGREES),
    )
    return min(rows, key=lambda row: distance_km(point, Point(row.latitude, row.longitude)), default=None)


def _world(point: Point, zoom: int) -> Pixel:
    size = TILE * 2**zoom
    latitude = radians(max(-85.0, min(85.0, point.latitude)))
    return (point.longitude + 180) / 360 * size, (1 - log(tan(latitude) + 1 / cos(latitude)) / pi) / 2 * size


@lru_cache(maxsize=16)  # what a sheet shows of it is a matter of scale
def _land(country: str) -> list[list[Pixel]]:
    """Return the country's land on the world at no zoom."""
    return [[_world(Point(y, x), 0) for x, y in ring] for ring in seed.rings(country)]


def _are_apart(one: Name, other: Name) -> bool:
    """Tell whether both names can be read: one below the other, or as far beside it as their letters reach."""
    reach = LETTER * (len(one.name) + len(other.name)) / 2
    return abs(one.x - other.x) > max(APART_X, reach) or abs(one.y - other.y) > APART_Y


def _cut(ring: list[Pixel], axis: int, edge: float, sign: int) -> list[Pixel]:
    """Return what of the ring lies beyond the edge."""
    inside = [(at[axis] - edge) * sign for at in ring]
    kept: list[Pixel] = []
    for before, at, was, now in zip(ring[-1:] + ring[:-1], ring, inside[-1:] + inside[:-1], inside, strict=True):
        if was * now < 0:
            share = was / (was - now)
            kept.append((before[0] + share * (at[0] - before[0]), before[1] + share * (at[1] - before[1])))
        if now >= 0:
            kept.append(at)
    return kept

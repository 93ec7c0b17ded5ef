"""Maps on pages: drawn here, with a tile server's pictures below where the installation names one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings

from mila.countries.gazetteer.drawing import HIGHEST, LOWEST, Name, Sheet, sheet_of
from mila.kernel.place import Point

STEP = 0.4  # of the sheet that a look to the side moves
NEARER = 2  # steps of zoom that pointing at a place takes


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle on the map: its kind is that of its look, `area`, `second`, or `about` for an accuracy."""

    x: float
    y: float
    radius: float
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the map with its name: `pin`, or `helper` for somebody who could come."""

    x: float
    y: float
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A square picture below the drawing."""

    url: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map as `parts/map.html` draws it."""

    width: int
    height: int
    border: str
    names: list[Name]
    pictures: list[Picture]
    circles: list[Circle]
    marks: list[Mark]
    attribution: str


def drawn(
    sheet: Sheet,
    *,
    circles: list[tuple[Point, float, str]] | None = None,
    marks: list[tuple[Point, str, str]] | None = None,
) -> Drawn:
    """Return the sheet with circles (centre, metres, kind) and marks (place, name, kind) on it."""
    return Drawn(
        width=sheet.width,
        height=sheet.height,
        border=sheet.border,
        names=[] if settings.MILA_TILES else sheet.names,
        pictures=_pictures(sheet),
        circles=[Circle(*sheet.project(centre), sheet.across(metres), kind) for centre, metres, kind in circles or []],
        marks=[Mark(*sheet.project(place), label, kind) for place, label, kind in marks or []],
        attribution=settings.MILA_TILES_ATTRIBUTION if settings.MILA_TILES else "",
    )


def tiles_origin() -> str:
    """Return the origin of the tile server, for the content security policy; empty where there is none."""
    parts = urlsplit(settings.MILA_TILES)
    return f"{parts.scheme}://{parts.netloc}" if settings.MILA_TILES else ""


def looked(sheet: Sheet, posted: Mapping[str, str]) -> Sheet:
    """Return the sheet after somebody looked elsewhere: by a button (`look`), or by pointing at a place (`pin.x`).

    Who points moves the middle of the sheet to that place and comes nearer; what cannot be read changes nothing.
    """
    pointed = _pointed(posted)
    if pointed is not None:
        x, y = min(pointed[0], sheet.width), min(pointed[1], sheet.height)
        return replace(sheet, centre=sheet.locate(x, y), zoom=min(sheet.zoom + NEARER, HIGHEST))
    across, down = sheet.width * STEP, sheet.height * STEP
    middle_x, middle_y = sheet.width / 2, sheet.height / 2
    ways = {"north": (0, -down), "south": (0, down), "west": (-across, 0), "east": (across, 0)}
    look = posted.get("look", "")
    if look in ways:
        right, below = ways[look]
        return replace(sheet, centre=sheet.locate(middle_x + right, middle_y + below))
    change = {"nearer": 1, "farther": -1}.get(look, 0)
    return replace(sheet, zoom=max(LOWEST, min(HIGHEST, sheet.zoom + change)))


def kept_sheet(posted: Mapping[str, str], *, country: str, width: int, height: int) -> Sheet | None:
    """Return the sheet that a form carries (`map`: latitude, longitude, zoom), None where it cannot be read."""
    try:
        latitude, longitude, zoom = posted.get("map", "").split(",")
        centre, near = Point(float(latitude), float(longitude)), int(zoom)
    except ValueError:
        return None
    on_earth = -85 <= centre.latitude <= 85 and -180 <= centre.longitude <= 180
    return Sheet(country, centre, near, width, height) if on_earth and LOWEST <= near <= HIGHEST else None


def carried(sheet: Sheet) -> str:
    """Return the sheet as a form carries it."""
    return f"{sheet.centre.latitude},{sheet.centre.longitude},{sheet.zoom}"


def is_look(posted: Mapping[str, str]) -> bool:
    """Tell whether a form was sent to look elsewhere on its map."""
    return "look" in posted or "pin.x" in posted


def whole(country: str, *, width: int, height: int) -> Sheet:
    """Return the sheet of the whole country, where a form begins that knows no better place."""
    return sheet_of(country, width=width, height=height)


def _pointed(posted: Mapping[str, str]) -> tuple[int, int] | None:
    x, y = posted.get("pin.x", ""), posted.get("pin.y", "")
    return (int(x), int(y)) if x.isdecimal() and y.isdecimal() and len(x + y) < 10 else None


def _pictures(sheet: Sheet) -> list[Picture]:
    if not settings.MILA_TILES:
        return []
    return [
        Picture(settings.MILA_TILES.format(z=tile.zoom, x=tile.column, y=tile.row), tile.x, tile.y)
        for tile in sheet.tiles
    ]

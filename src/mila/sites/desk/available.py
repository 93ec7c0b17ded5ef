"""Who is available now, by area: positions on the 1-km grid, nobody's door."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mila.countries.gazetteer.drawing import nearest_place, sheet_of
from mila.crowd import queries as crowd
from mila.crowd.models import Helper
from mila.crowd.rules import on_grid
from mila.kernel.place import Point
from mila.partners.models import Tier
from mila.sites.maps import Drawn, drawn

WIDTH, HEIGHT = 520, 360
AREAS_SHOWN = 40
AREAS_DRAWN = 300
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Area:
    """A square kilometre or so with who is available there; `more` counts those whose names are not shown."""

    place: str
    helpers: int
    friends: int
    pros: int
    until: datetime
    names: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Available:
    """Everybody who is available in a country: how many, the fullest areas, and all of them on a map."""

    helpers: int
    areas: Sequence[Area]
    more_areas: int
    map: Drawn


def available_in(country: str, at: datetime) -> Available:
    """Return who is available in the country now, the areas with most helpers first."""
    people = list(crowd.available_now(country=country, at=at))
    cells = sorted(_by_cell(people), key=lambda cell: -len(cell[1]))
    marks = [(point, str(len(there)), "helper") for point, there in cells[:AREAS_DRAWN]]
    return Available(
        helpers=len(people),
        areas=[_area(country, point, there) for point, there in cells[:AREAS_SHOWN]],
        more_areas=max(0, len(cells) - AREAS_SHOWN),
        map=drawn(sheet_of(country, width=WIDTH, height=HEIGHT), marks=marks),
    )


def _by_cell(people: Iterable[Helper]) -> Iterable[tuple[Point, list[Helper]]]:
    cells: dict[Point, list[Helper]] = defaultdict(list)
    for helper in people:
        cells[_seen(helper)].append(helper)
    return cells.items()


def _seen(helper: Helper) -> Point:
    """Return where the helper said to be, else home, on the same grid."""
    if helper.available_latitude is None or helper.available_longitude is None:
        return on_grid(helper.home)
    return Point(helper.available_latitude, helper.available_longitude)


def _area(country: str, point: Point, there: Sequence[Helper]) -> Area:
    near = nearest_place(country, point)
    friends = sum(helper.provider.tier == Tier.FRIEND for helper in there)
    return Area(
        place=f"{near.postcode} {near.name}" if near else f"{point.latitude:.2f}, {point.longitude:.2f}",
        helpers=len(there),
        friends=friends,
        pros=len(there) - friends,
        until=max(helper.available_until for helper in there if helper.available_until),
        names=[helper.first_name for helper in there[:NAMES_SHOWN]],
        more=max(0, len(there) - NAMES_SHOWN),
    )

"""Today's visits in order, the way between them, and whether they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from django.http import HttpRequest

from mila.booking import queries as booking
from mila.booking.models import Address, Assignment
from mila.catalog.models import Package
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.kernel.place import Point, Transport, distance_km, travel_minutes

NEVER = datetime.max.replace(tzinfo=UTC)  # visits of a day have a time
APPLE = ("iPhone", "iPad", "Macintosh")


class Fit(StrEnum):
    """How a visit fits after what is before it."""

    FIRST = "first"
    EASY = "easy"
    TIGHT = "tight"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a visit: from home, or from the visit before; minutes on the road, and how it fits.

    `spare` is the minutes between the end of the visit before with the way, and the visit's start; `leave_at` is when
    to leave home, or when the visit can be reached at the earliest.
    """

    minutes: int
    fit: Fit
    spare: int
    leave_at: datetime

    @property
    def missing(self) -> int:
        """The minutes that are too few."""
        return -self.spare


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit of the day, with the way to it, and what it needs."""

    visit: Assignment
    leg: Leg
    packages: list[Package]


def todays(visits: Sequence[Assignment], helper: Helper, at: datetime) -> list[Stop]:
    """Return the visits of the day at which their times lie, in order; the day is that of the place."""
    today = [one for one in visits if _is_today(one, at)]
    before: list[Assignment | None] = [None, *today]
    return [
        Stop(visit, _leg(helper, earlier, visit), booking.packages_at_hand(visit.call))
        for earlier, visit in zip(before, today, strict=False)
    ]


def navigation(request: HttpRequest, address: Address) -> str:
    """Return the address by which this kind of phone opens its own navigation."""
    point = f"{address.latitude:.5f},{address.longitude:.5f}"
    words = quote(f"{address.street} {address.house_number}, {address.postcode} {address.town}")
    if any(name in request.headers.get("User-Agent", "") for name in APPLE):
        return f"https://maps.apple.com/?daddr={words}&ll={point}"
    return f"geo:{point}?q={words}"


def _is_today(visit: Assignment, at: datetime) -> bool:
    call = visit.call
    zone = countries.zone(call.country)
    starts = call.visit_starts_at
    return starts is not None and starts.astimezone(zone).date() == at.astimezone(zone).date()


def _leg(helper: Helper, earlier: Assignment | None, visit: Assignment) -> Leg:
    start = visit.call.visit_starts_at or NEVER
    if earlier is None or earlier.call.visit_starts_at is None:
        minutes = _minutes(helper, helper.home, visit)
        return Leg(minutes, Fit.FIRST, 0, start - timedelta(minutes=minutes))
    minutes = _minutes(helper, earlier.call.address.point, visit)
    there = earlier.call.visit_starts_at + timedelta(minutes=earlier.call.minutes + minutes)
    spare = int((start - there).total_seconds() // 60)
    fits = Fit.EASY if spare >= 0 else Fit.TIGHT if -spare <= visit.call.window_minutes else Fit.CONFLICT
    return Leg(minutes, fits, spare, there)


def _minutes(helper: Helper, here: Point, visit: Assignment) -> int:
    address = visit.call.address
    return travel_minutes(distance_km(here, address.point), Transport(helper.transport), accuracy_m=address.accuracy_m)

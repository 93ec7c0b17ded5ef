"""Where and when a helper is at work, as far as the house wants to know it: pure judgements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import cos, radians
from zoneinfo import ZoneInfo

from mila.kernel.periods import Period, merged
from mila.kernel.place import Point

KM_PER_DEGREE = 111.2
AHEAD = timedelta(days=120)  # how far into the future a calendar elsewhere is read
READ_EVERY = timedelta(minutes=30)
KEPT_FOR = timedelta(hours=72)  # busy times of a calendar that cannot be read any more

Span = tuple[time, time]


def on_grid(point: Point) -> Point:
    """Return the point moved to the nearest crossing of a grid of about one kilometre."""
    latitude = round(point.latitude * KM_PER_DEGREE) / KM_PER_DEGREE
    km_per_degree_east = KM_PER_DEGREE * max(cos(radians(latitude)), 0.01)
    longitude = round(point.longitude * km_per_degree_east) / km_per_degree_east
    return Point(round(latitude, 4), round(longitude, 4))


def overlapping(spans: Iterable[Span]) -> bool:
    """Tell whether two of a day's stretches share time, or one ends before it starts; touching ends do not."""
    ordered = sorted(spans)
    return any(ends <= starts for starts, ends in ordered) or any(
        later[0] < earlier[1] for earlier, later in pairwise(ordered)
    )


def calendar_back_off(tries: int) -> timedelta:
    """Return when a calendar that failed so many times in a row is tried again: 5 min, doubling, at most 6 h."""
    return min(timedelta(minutes=5 << min(tries - 1, 10)), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class Times:
    """What a week is drawn from: the weekly hours, what is free or busy besides, and the promised visits."""

    hours: Mapping[int, Sequence[Span]]
    free: Sequence[Period] = ()
    busy: Sequence[Period] = ()
    visits: Sequence[Period] = ()


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A day as it is drawn: stretches that are free, busy and promised, none reaching into another day."""

    day: date
    free: tuple[Period, ...]
    busy: tuple[Period, ...]
    visits: tuple[Period, ...]


def drawn_days(times: Times, *, first: date, days: int, zone: ZoneInfo) -> list[DrawnDay]:
    """Return the days from the first on, in local time: busy and promised time is taken out of the free one."""
    return [_drawn(times, first + timedelta(days=number), zone) for number in range(days)]


def _drawn(times: Times, day: date, zone: ZoneInfo) -> DrawnDay:
    whole = Period(datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone))
    weekly = [
        Period(datetime.combine(day, starts, zone), datetime.combine(day, ends, zone))
        for starts, ends in times.hours.get(day.weekday(), ())
    ]
    visits = _within(times.visits, whole)
    busy = without(_within(times.busy, whole), visits)
    free = without(without(merged([*weekly, *_within(times.free, whole)]), visits), busy)
    return DrawnDay(day, tuple(free), tuple(busy), tuple(visits))


def _within(periods: Iterable[Period], whole: Period) -> list[Period]:
    cut = [Period(max(one.start, whole.start), min(one.end, whole.end)) for one in periods if one.overlaps(whole)]
    return merged(cut)


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """Return what is left of the periods where the taken ones are cut out."""
    left = list(periods)
    for gone in taken:
        left = [piece for one in left for piece in _cut(one, gone)]
    return left


def _cut(one: Period, gone: Period) -> list[Period]:
    if not one.overlaps(gone):
        return [one]
    before = [Period(one.start, gone.start)] if one.start < gone.start else []
    after = [Period(gone.end, one.end)] if gone.end < one.end else []
    return before + after

"""What needs a clock: whether the few whom nothing else keeps are free at the call's times, and have room that day.

Hours are compared as seconds of the week on the helper's wall clock. Who has promised visits to come is asked for them,
all in one question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from mila.dispatch.decided.arrays import Array, kilometres, road_minutes, stretches
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.moments import A_MINUTE, MICROSECONDS, microseconds, moment
from mila.dispatch.decided.near import Few
from mila.dispatch.decided.wall import WEEKS, day_of, monday_of, of_week, on_clock
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.rules import GET_READY
from mila.dispatch.ways import HAND_OUT_MINUTES

FEW = files(__package__).joinpath("few.sql").read_text()
A_DAY_ROUND = 86400  # seconds; hours further away than that cover nothing of a visit, whatever the clocks do
READY = GET_READY.seconds * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Timed:
    """Of some places: minutes on the road, whether measured, the slots at which each is free, what else was found.

    `free` has a row for each place and a column for each slot; `available` and `fits` count for a call at once;
    `visits` are promised on the day, the least over the slots.
    """

    minutes: Array
    measured: Array
    free: Array
    available: Array
    fits: Array
    visits: Array


@dataclass(frozen=True, slots=True)
class _Promised:
    """The visits of the few: whose (by row), when, and the minutes from each to the call and on from it."""

    owner: Array
    starts: Array
    ends: Array
    before: Array
    after: Array

    def clash(self, starts: Array, ends: Array) -> Array:
        """Tell of each visit whether it leaves no time for a visit then; `starts` and `ends` beside each."""
        clash = (starts - self.before * A_MINUTE < self.ends) & (self.starts < ends + self.after * A_MINUTE)
        return np.asarray(clash)


@dataclass(frozen=True, slots=True)
class _Exceptions:
    """The exceptions of the few around the time: whose (by row), whether busy or free, when."""

    owner: Array
    busy: Array
    starts: Array
    ends: Array


@dataclass(frozen=True, slots=True)
class _Looked:
    """Who is looked at, with the numbers of their zones; `names` are those of all zones."""

    held: Held
    few: Few
    names: Sequence[str]
    zones: Array
    exceptions: _Exceptions | None
    promised: _Promised | None

    def __len__(self) -> int:
        return len(self.zones)

    def zone(self, row: int) -> str:
        """Return the name of one's zone."""
        return self.names[int(self.zones[row])]


def look(held: Held, call: Wanted, few: Few) -> Timed:
    """Return what the clock says of the few."""
    minutes, measured = _ways(held, call, few)
    looked = _looked(held, call, few)
    people, slots = len(minutes), len(call.slots)
    free, visits = np.zeros((people, slots), bool), np.zeros((people, slots), np.int64)
    for number, (start, end) in enumerate(call.slots):
        free[:, number] = _works(looked, start, end) & _fits(looked, start, end)
        visits[:, number] = _visits(looked, start)
    fits, today = np.ones(people, bool), np.zeros(people, np.int64)
    if call.asap and looked.promised is not None:
        soon = call.at_us + READY + minutes * A_MINUTE
        fits, today = _at_once(looked, looked.promised, soon, call.minutes)
    return Timed(
        minutes=minutes,
        measured=measured,
        free=free & (not call.asap),
        available=few.near.rows["available"] > call.at_us,
        fits=fits,
        visits=_least(visits, free) if not call.asap else today,
    )


def _ways(held: Held, call: Wanted, few: Few) -> tuple[Array, Array]:
    kind = few.near.rows["kind"]
    start = held.words.kinds.table("start").take(kind)
    speed = held.words.kinds.table("speed").take(kind)
    measured = np.zeros(len(kind), bool)
    if call.via is not None:
        latitude, longitude, _km = _starts(call, few)
        there = road_minutes(kilometres(latitude, longitude, call.via), start, speed)
        here = np.array(call.via)
        onward = kilometres(here[:1], here[1:], call.place)
        return there + HAND_OUT_MINUTES + road_minutes(onward, start, speed, accuracy_m=call.accuracy_m), measured
    km = _starts(call, few)[2] if call.asap else few.near.km
    minutes = road_minutes(km, start, speed, accuracy_m=call.accuracy_m)
    for one in held.places(list(call.roads)).tolist() if call.roads else ():
        for row in (few.near.places == one).nonzero()[0].tolist():
            taken = _measured(call, few, row)
            if taken is not None:
                minutes[row], measured[row] = taken, True
    return minutes, measured


def _starts(call: Wanted, few: Few) -> tuple[Array, Array, Array]:
    """Return from where each sets out, and the kilometres to the call: from where they are, for a call at once."""
    home = few.rest["latitude"], few.rest["longitude"]
    here = few.rest["here_latitude"], few.rest["here_longitude"]
    is_here = ~np.isnan(here[0]) & call.asap
    latitude, longitude = np.where(is_here, here[0], home[0]), np.where(is_here, here[1], home[1])
    return latitude, longitude, np.where(is_here, kilometres(latitude, longitude, call.place), few.near.km)


def _measured(call: Wanted, few: Few, row: int) -> int | None:
    """Return the measured minutes, if the way began where the helper sets out."""
    *began, minutes = call.roads[UUID(bytes=few.near.rows["id"][row : row + 1].tobytes())]
    home = [float(few.rest[name][row]) for name in ("latitude", "longitude")]
    here = [float(few.rest[name][row]) for name in ("here_latitude", "here_longitude")]
    elsewhere = call.asap and not np.isnan(here[0]) and here != home
    return None if elsewhere or began != home else minutes


def _looked(held: Held, call: Wanted, few: Few) -> _Looked:
    names, zones = held.words.kinds.zones()
    timed = call.asap or bool(call.slots)
    busy = (few.rest["booked"] > call.first).nonzero()[0] if timed else ()
    visits = _visits_of(call, few, busy) if len(busy) else ()
    promised = _promised(held, call, few, visits) if visits else None
    return _Looked(held, few, names, zones.take(few.near.rows["kind"]), _exceptions(held, call, few), promised)


def _exceptions(held: Held, call: Wanted, few: Few) -> _Exceptions | None:
    have = few.rest["exceptions_count"].nonzero()[0]
    if not len(have):
        return None
    at, owner = stretches(few.rest["exceptions_from"].take(have), few.rest["exceptions_count"].take(have))
    begun, ends = held.words.heap.take(at).reshape(-1, 2).T
    near = ((ends > call.first) & (begun >> 1 < call.last)).nonzero()[0]
    if not len(near):
        return None
    begun = begun.take(near)
    return _Exceptions(have.take(owner[::2].take(near)), (begun & 1).astype(bool), begun >> 1, ends.take(near))


def _visits_of(
    call: Wanted, few: Few, rows: Array | Sequence[int]
) -> Sequence[tuple[int, int, int, tuple[float | None, ...]]]:
    ids = few.near.rows["id"]
    row_of = {UUID(bytes=ids[row : row + 1].tobytes()): row for row in np.asarray(rows).tolist()}
    with connection.cursor() as cursor:
        cursor.execute(FEW, {"helpers": list(row_of), "first": moment(call.first), "last": moment(call.last)})
        return [(row_of[one[0]], microseconds(one[1]), microseconds(one[2]), one[3:]) for one in cursor]


def _promised(
    held: Held, call: Wanted, few: Few, visits: Sequence[tuple[int, int, int, tuple[float | None, ...]]]
) -> _Promised:
    owner = np.array([row for row, *_ in visits])
    kind = few.near.rows["kind"].take(owner)
    start = held.words.kinds.table("start").take(kind)
    speed = held.words.kinds.table("speed").take(kind)
    latitude, longitude, north, east = np.array([where for *_, where in visits], np.float64).T
    straight = road_minutes(kilometres(latitude, longitude, call.place), start, speed)
    before, after = straight, straight
    if call.via is not None:
        here = np.array(call.via)
        onward = road_minutes(kilometres(here[:1], here[1:], call.place), start, speed)
        before = road_minutes(kilometres(latitude, longitude, call.via), start, speed) + HAND_OUT_MINUTES + onward
    if not np.isnan(north).all():
        fetched = ~np.isnan(north)
        branch = np.where(fetched, north, latitude), np.where(fetched, east, longitude)
        there = road_minutes(kilometres(*branch, call.place), start, speed)
        onward = road_minutes(kilometres(*branch, (latitude, longitude)), start, speed)
        after = np.where(fetched, there + HAND_OUT_MINUTES + onward, straight)
    starts, ends = (np.array([one[place] for one in visits], np.int64) for place in (1, 2))
    return _Promised(owner, starts, ends, before, after)


def _fits(looked: _Looked, start: int, end: int) -> Array:
    fits = np.ones(len(looked), bool)
    if looked.promised is not None:
        clash = looked.promised.clash(np.array(start), np.array(end))
        fits[looked.promised.owner[clash]] = False
    apart = looked.exceptions
    if apart is not None:
        fits[apart.owner[apart.busy & (apart.starts < end) & (start < apart.ends)]] = False
    return fits


def _works(looked: _Looked, start: int, end: int) -> Array:
    """Tell who works then by the week's hours, or by what they said to be free besides."""
    hours, zones = looked.few.rest["hours"], looked.zones
    works = np.zeros(len(looked), bool)
    for number in _all_of(zones):
        open_then = looked.held.words.open_then(*of_week(looked.names[number], start, end)).take(hours)
        works |= open_then & (zones == number)
    apart = looked.exceptions
    if apart is not None:
        for row in set(apart.owner[~apart.busy].tolist()):
            works[row] = works[row] or _covered(looked, apart, row, start, end)
    return works


def _covered(looked: _Looked, apart: _Exceptions, row: int, start: int, end: int) -> bool:
    """Tell whether hours and what is free besides cover the time together."""
    zone = ZoneInfo(looked.zone(row))
    own = (apart.owner == row) & ~apart.busy
    spans = list(zip(apart.starts[own].tolist(), apart.ends[own].tolist(), strict=True))
    monday, opened, closed = monday_of(zone, start), *of_week(looked.zone(row), start, end)
    for opens, closes in looked.held.words.week(int(looked.few.rest["hours"][row])):
        spans += [
            (on_clock(zone, monday + opens + week), on_clock(zone, monday + closes + week))
            for week in WEEKS
            if opens + week <= closed + A_DAY_ROUND and closes + week >= opened - A_DAY_ROUND
        ]
    reached = start
    for starts, ends in sorted(spans):
        if starts <= reached < ends:
            reached = ends
    return reached >= end


def _visits(looked: _Looked, start: int) -> Array | int:
    """Return how many visits each has promised on the day of that moment, on the helper's own wall clock."""
    if looked.promised is None:
        return 0
    starts = np.full(len(looked.promised.owner), start)
    return _on_the_day(looked, looked.promised, starts)


def _at_once(looked: _Looked, promised: _Promised, soon: Array, minutes: int) -> tuple[Array, Array]:
    starts = soon[promised.owner]
    fits = np.ones(len(looked), bool)
    fits[promised.owner[promised.clash(starts, starts + minutes * A_MINUTE)]] = False
    return fits, _on_the_day(looked, promised, starts)


def _on_the_day(looked: _Looked, promised: _Promised, moments: Array) -> Array:
    same = [
        day_of(looked.zone(row), start) == day_of(looked.zone(row), other)
        for row, start, other in zip(promised.owner.tolist(), promised.starts.tolist(), moments.tolist(), strict=True)
    ]
    return np.bincount(promised.owner[np.array(same, bool)], minlength=len(looked))


def _least(visits: Array, free: Array) -> Array:
    """Return the least visits of a day: of those on which the helper is free, or of all where that is none."""
    if not visits.any():
        return np.zeros(len(visits), np.int64)
    counted = np.where(free | ~free.any(axis=1, keepdims=True), visits, np.iinfo(np.int64).max)
    return np.asarray(counted.min(axis=1))


def _all_of(zones: Array) -> list[int]:
    if not len(zones):
        return []
    first = int(zones[0])
    return [first] if (zones == first).all() else [int(one) for one in np.unique(zones)]

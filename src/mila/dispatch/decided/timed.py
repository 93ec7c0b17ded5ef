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
from mila.dispatch.decided.columns import WEEK_BITS
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.moments import A_MINUTE, MICROSECONDS, microseconds, moment
from mila.dispatch.decided.wall import WEEKS, day_of, monday_of, of_week, on_clock
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.rules import GET_READY
from mila.dispatch.ways import HAND_OUT_MINUTES

FEW = files(__package__).joinpath("few.sql").read_text()
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
class _Few:
    """The rows that are looked at, with their zones."""

    held: Held
    call: Wanted
    places: Array
    zones: Array
    exceptions: _Exceptions
    promised: _Promised | None


def look(held: Held, call: Wanted, places: Array, km: Array) -> Timed:
    """Return what the clock says of the helpers at the places, who live so many kilometres away."""
    minutes, measured = _ways(held, call, places, km)
    few = _few(held, call, places)
    slots = np.array(call.slots, np.int64).reshape(-1, 2)
    free = np.zeros((len(places), len(slots)), bool)
    visits = np.zeros((len(places), len(slots)), np.int64)
    for number, (start, end) in enumerate(slots.tolist()):
        free[:, number] = _works(few, start, end) & _fits(few, start, end)
        visits[:, number] = _visits(few, start)
    soon = call.at_us + READY + minutes * A_MINUTE
    fits, today = np.ones(len(places), bool), np.zeros(len(places), np.int64)
    if call.asap and few.promised is not None:
        fits, today = _at_once(few, few.promised, soon)
    return Timed(
        minutes=minutes,
        measured=measured,
        free=free & (not call.asap),
        available=held.of("available", places) > call.at_us,
        fits=fits,
        visits=_least(visits, free) if not call.asap else today,
    )


def _ways(held: Held, call: Wanted, places: Array, km: Array) -> tuple[Array, Array]:
    kind = held.of("kind", places)
    start = held.words.kinds.table("start").take(kind)
    speed = held.words.kinds.table("speed").take(kind)
    measured = np.zeros(len(places), bool)
    if call.via is not None:
        latitude, longitude, _km = _starts(held, call, places, km)
        there = road_minutes(kilometres(latitude, longitude, call.via), start, speed)
        here = np.array(call.via)
        onward = kilometres(here[:1], here[1:], call.place)
        return there + HAND_OUT_MINUTES + road_minutes(onward, start, speed, accuracy_m=call.accuracy_m), measured
    if call.asap:
        km = _starts(held, call, places, km)[2]
    minutes = road_minutes(km, start, speed, accuracy_m=call.accuracy_m)
    for one in held.places(list(call.roads)).tolist() if call.roads else ():
        for row in np.flatnonzero(places == one).tolist():
            taken = _measured(held, call, one)
            if taken is not None:
                minutes[row], measured[row] = taken, True
    return minutes, measured


def _starts(held: Held, call: Wanted, places: Array, km: Array) -> tuple[Array, Array, Array]:
    """Return from where each sets out, and the kilometres to the call: from where they are, for a call at once."""
    home = held.of("latitude", places), held.of("longitude", places)
    here = held.of("here_latitude", places), held.of("here_longitude", places)
    is_here = ~np.isnan(here[0]) & call.asap
    latitude, longitude = np.where(is_here, here[0], home[0]), np.where(is_here, here[1], home[1])
    return latitude, longitude, np.where(is_here, kilometres(latitude, longitude, call.place), km)


def _measured(held: Held, call: Wanted, place: int) -> int | None:
    """Return the measured minutes, if the way began where the helper sets out."""
    at = np.array([place])
    *began, minutes = call.roads[UUID(bytes=held.of("ids", at).tobytes())]
    home = [float(held.of(name, at)[0]) for name in ("latitude", "longitude")]
    here = [float(held.of(name, at)[0]) for name in ("here_latitude", "here_longitude")]
    elsewhere = call.asap and not np.isnan(here[0]) and here != home
    return None if elsewhere or began != home else minutes


def _few(held: Held, call: Wanted, places: Array) -> _Few:
    zones = held.words.kinds.table("zone").take(held.of("kind", places))
    timed = call.asap or bool(call.slots)
    busy = np.flatnonzero((held.of("booked", places) > call.first) & timed)
    visits = _visits_of(held, call, places, busy) if len(busy) else ()
    promised = _promised(held, call, places, visits) if visits else None
    return _Few(held, call, places, zones, _exceptions(held, call, places), promised)


def _exceptions(held: Held, call: Wanted, places: Array) -> _Exceptions:
    at, owner = stretches(held.of("exceptions_from", places), 2 * held.of("exceptions_count", places))
    begun, ends = held.words.heap[at].reshape(-1, 2).T
    near = (ends > call.first) & (begun >> 1 < call.last)
    return _Exceptions(owner[::2][near], (begun[near] & 1).astype(bool), begun[near] >> 1, ends[near])


def _visits_of(
    held: Held, call: Wanted, places: Array, rows: Array
) -> Sequence[tuple[int, int, int, tuple[float | None, ...]]]:
    ids = held.of("ids", places[rows])
    row_of = {UUID(bytes=ids[number : number + 1].tobytes()): row for number, row in enumerate(rows.tolist())}
    with connection.cursor() as cursor:
        cursor.execute(FEW, {"helpers": list(row_of), "first": moment(call.first), "last": moment(call.last)})
        return [(row_of[one[0]], microseconds(one[1]), microseconds(one[2]), one[3:]) for one in cursor]


def _promised(
    held: Held, call: Wanted, places: Array, visits: Sequence[tuple[int, int, int, tuple[float | None, ...]]]
) -> _Promised:
    owner = np.array([row for row, *_ in visits])
    kind = held.of("kind", places[owner])
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


def _fits(few: _Few, start: int, end: int) -> Array:
    fits = np.ones(len(few.places), bool)
    if few.promised is not None:
        clash = few.promised.clash(np.array(start), np.array(end))
        fits[few.promised.owner[clash]] = False
    apart = few.exceptions
    fits[apart.owner[apart.busy & (apart.starts < end) & (start < apart.ends)]] = False
    return fits


def _works(few: _Few, start: int, end: int) -> Array:
    """Tell who works then by the week's hours, or by what they said to be free besides."""
    works = np.zeros(len(few.places), bool)
    for zone in _all_of(few.zones):
        of_zone = few.zones == zone
        works[of_zone] = _in_hours(few.held, few.places[of_zone], *of_week(zone, start, end))
    for row in set(few.exceptions.owner[~few.exceptions.busy].tolist()):
        works[row] = works[row] or _covered(few, row, start, end)
    return works


def _in_hours(held: Held, places: Array, opens: int, closes: int) -> Array:
    starts, owner = np.unique(held.of("hours_from", places), return_inverse=True)
    counts = np.zeros(len(starts), np.int64)
    counts[owner] = held.of("hours_count", places)
    at, which = stretches(starts, counts)
    hours = held.words.heap[at]
    inside = (hours >> WEEK_BITS <= opens) & (hours & (1 << WEEK_BITS) - 1 >= closes)
    open_then = np.zeros(len(starts), bool)
    open_then[which[inside]] = True
    return open_then[owner]


def _covered(few: _Few, row: int, start: int, end: int) -> bool:
    """Tell whether hours and what is free besides cover the time together."""
    zone = ZoneInfo(str(few.zones[row]))
    own = (few.exceptions.owner == row) & ~few.exceptions.busy
    spans = list(zip(few.exceptions.starts[own].tolist(), few.exceptions.ends[own].tolist(), strict=True))
    at = few.places[row : row + 1]
    first, count = int(few.held.of("hours_from", at)[0]), int(few.held.of("hours_count", at)[0])
    monday = monday_of(zone, start)
    for packed in few.held.words.heap[first : first + count].tolist():
        opens, closes = packed >> WEEK_BITS, packed & (1 << WEEK_BITS) - 1
        spans += [(on_clock(zone, monday + opens + week), on_clock(zone, monday + closes + week)) for week in WEEKS]
    reached = start
    for starts, ends in sorted(spans):
        if starts <= reached < ends:
            reached = ends
    return reached >= end


def _visits(few: _Few, start: int) -> Array:
    """Return how many visits each has promised on the day of that moment, on the helper's own wall clock."""
    if few.promised is None:
        return np.zeros(len(few.places), np.int64)
    starts = np.full(len(few.promised.owner), start)
    return _on_the_day(few, few.promised, starts)


def _at_once(few: _Few, promised: _Promised, soon: Array) -> tuple[Array, Array]:
    starts = soon[promised.owner]
    fits = np.ones(len(few.places), bool)
    fits[promised.owner[promised.clash(starts, starts + few.call.minutes * A_MINUTE)]] = False
    return fits, _on_the_day(few, promised, starts)


def _on_the_day(few: _Few, promised: _Promised, moments: Array) -> Array:
    same = [
        day_of(zone, start) == day_of(zone, other)
        for zone, start, other in zip(
            few.zones[promised.owner].tolist(), promised.starts.tolist(), moments.tolist(), strict=True
        )
    ]
    return np.bincount(promised.owner[np.array(same, bool)], minlength=len(few.places))


def _least(visits: Array, free: Array) -> Array:
    """Return the least visits of a day: of those on which the helper is free, or of all where that is none."""
    if not visits.size:
        return np.zeros(len(visits), np.int64)
    counted = np.where(free | ~free.any(axis=1, keepdims=True), visits, np.iinfo(np.int64).max)
    return np.asarray(counted.min(axis=1))


def _all_of(zones: Array) -> list[str]:
    if not len(zones):
        return []
    return [str(zones[0])] if (zones == zones[0]).all() else [str(one) for one in np.unique(zones)]

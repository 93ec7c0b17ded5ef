"""The helpers' rows as columns: read from the database, searched by latitude, joined; nobody changes one.

What a helper has many of (hours, exceptions from them, ratings, proofs that end) lies in a heap beside; the columns say
where and how much.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.resources import files
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from psycopg.pq import Format

from mila.dispatch.decided.arrays import ID, REAL, WHOLE, Array, coded, globe, received
from mila.dispatch.decided.kinds import Kinds

NEVER = 2**30  # days
A_COUNTRY = 1000.0  # degrees between countries on the line along which the columns are sorted
ROOM_FOR_SKILLS = 8
UNTIL_BITS = 32
TIMES_REMEMBERED = 500
NOBODY = np.empty(0, bool)
SLACK = 100_000  # values on the heap, 0.8 MB


# What is looked at of everybody around, and what of the few besides: a line of the processor's memory a row, since
# fetching costs more than reckoning.
NEAR = np.dtype(
    [
        ("id", "S16"),
        *((axis, "<f8") for axis in "xyz"),
        ("available", "<i8"),
        *((name, "<i4") for name in ("kind", "proofs_end")),
        *((name, "<i2") for name in ("radius", "second")),
        ("code", "<u4"),
    ]
)
REST = np.dtype(
    [
        *((name, "<f8") for name in ("latitude", "longitude", "here_latitude", "here_longitude")),
        ("booked", "<i8"),
        *((name, "<i4") for name in ("ratings_from", "proofs_from", "exceptions_from")),
        *((name, "<i2") for name in ("ratings_count", "proofs_count", "exceptions_count", "promises", "faults")),
        ("hours", "<i4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows in the order of `line`: countries side by side, from south to north; times in microseconds.

    `reach` and `reach_east` are the degrees within which a helper may be around. In `near` and `rest` stand the other
    facts: `x`, `y`, `z` on a globe of radius one, `code` the helper's number as the log writes it, `booked` until when
    visits are promised, `hours` the number of the week. `levels` has a column for every skill.
    """

    ids: Array
    line: Array
    latitude: Array
    longitude: Array
    reach: Array
    reach_east: Array
    near: Array
    rest: Array
    levels: Array

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, places: Array) -> "Columns":
        """Return some of the rows."""
        return Columns(*(getattr(self, one.name).take(places, axis=0) for one in fields(self)))

    def joined(self, other: "Columns") -> "Columns":
        """Return the rows of both, in order."""
        both = Columns(*(np.concatenate((getattr(self, one.name), getattr(other, one.name))) for one in fields(self)))
        return both.only(np.argsort(both.line, kind="stable"))

    @property
    def most(self) -> float:
        """The largest reach."""
        return float(self.reach.max(initial=0.0))

    def around(self, line: float, latitude: float, longitude: float, most: float) -> Array:
        """Return the places of the rows whose reach, `most` at most, covers a point; its country begins at `line`."""
        first, last = self.line.searchsorted((line + latitude - most, line + latitude + most)).tolist()
        part = slice(first, last)
        near = np.abs(self.latitude[part] - latitude) <= self.reach[part]
        near &= np.abs(self.longitude[part] - longitude) <= self.reach_east[part]
        return np.asarray(near.nonzero()[0] + first)


class Words:
    """What the columns of a process have in common: kinds, the numbers of skills and countries, hours, and the heap.

    It only grows, so that a row of any version finds what it points to; overgrown, it is left for a new one.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.kinds = Kinds()
        self.skills: dict[str, int] = {}
        self.countries: dict[str, int] = {}
        self.heap = np.empty(1024, np.int64)
        self._used = self._used_at_first = 0
        self._hours: dict[str, int] = {}
        self._weeks: list[Array] = []
        self._open: dict[tuple[int, int], Array] = {}
        self.columns_of_skills = 0

    def settle(self) -> None:
        """Remember how much everybody took."""
        self._used_at_first = self._used

    @property
    def is_overgrown(self) -> bool:
        """Whether most of the heap is what nobody's row points to any more."""
        return self._used > 2 * self._used_at_first + SLACK

    def line(self, country: str) -> float:
        """Return where a country begins on the line along which the columns are sorted."""
        return A_COUNTRY * self.countries.setdefault(country, len(self.countries))

    def heaped(self, values: Array) -> int:
        """Put the values on the heap and return where they begin."""
        first, self._used = self._used, self._used + len(values)
        if self._used > len(self.heap):
            larger = np.empty(self._used * 3 // 2, np.int64)
            larger[:first] = self.heap[:first]
            self.heap = larger
        self.heap[first : self._used] = values
        return first

    def hours(self, texts: list[str]) -> Array:
        """Return the number of the hours that each text says, a new one for what was never read before."""
        for text in set(texts) - self._hours.keys():
            stretches = [one.strip("[)").split(",") for one in text.strip("{}").split("),")] if text != "{}" else []
            self._weeks.append(np.array(stretches, np.int64).reshape(-1, 2))
            self._hours[text] = len(self._weeks) - 1
        return np.fromiter(map(self._hours.__getitem__, texts), np.int32, len(texts))

    def week(self, number: int) -> list[tuple[int, int]]:
        """Return the stretches of these hours, in seconds of the week."""
        return [(opens, closes) for opens, closes in self._weeks[number].tolist()]

    def open_then(self, opens: int, closes: int) -> Array:
        """Tell of each number whether one of its stretches covers these seconds of the week."""
        with self.lock:
            known = self._open.get((opens, closes), NOBODY)
            if len(known) < len(self._weeks):
                late = self._weeks[len(known) :]
                more = [bool(((week[:, 0] <= opens) & (week[:, 1] >= closes)).any()) for week in late]
                if len(self._open) >= TIMES_REMEMBERED:
                    self._open.clear()
                known = self._open[opens, closes] = np.concatenate((known, np.array(more, bool)))
            return known


def read(words: Words, since: datetime, helpers: Collection[UUID] | None = None) -> Columns:
    """Read the rows of these helpers, or of all, with the exceptions that ended after `since`.

    One statement, and no object for each helper.
    """
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.execute(EVERYBODY if helpers is None else SOME, {"since": since, "helpers": list(helpers or ())})
        told = cursor.fetchone()
    with words.lock:
        return _columns(words, told)


def _columns(words: Words, told: Sequence[Any]) -> Columns:
    ids, numbers, places, kinds, hours, skills, levels, ratings, exceptions = told
    known = received(ids, ID)[:, 0]
    number, own, radius, second, promises, faults, rated, proofs_end, available, booked = received(numbers, WHOLE, 10).T
    latitude, longitude, here_latitude, here_longitude = received(places, REAL, 4).T
    kind = words.kinds.numbers(kinds.split("\n") if kinds else [])
    begins = np.array([words.line(one.country) for one in words.kinds.rows], np.float64).take(kind)
    reach = np.maximum(radius, second) * 1.25 / 111.0
    held, proofs, proofs_count = _held(words, number, skills, received(levels, WHOLE, 3))
    apart, differ = _of_each(number, received(exceptions, WHOLE, 3), by=1)
    given, _given = _of_each(number, received(ratings, WHOLE, 3), by=1)
    near, rest = np.zeros(len(known), NEAR), np.zeros(len(known), REST)
    near["id"], near["kind"], near["proofs_end"], near["available"] = known, kind, proofs_end, available
    near["radius"], near["second"] = radius, second
    near["x"], near["y"], near["z"] = globe(latitude, longitude)
    near["code"] = coded(own)
    rest["hours"] = words.hours(hours.split("\n") if hours else [])
    rest["latitude"], rest["longitude"], rest["booked"] = latitude, longitude, booked
    rest["here_latitude"], rest["here_longitude"] = here_latitude, here_longitude
    rest["promises"], rest["faults"] = promises, faults
    rest["ratings_from"], rest["ratings_count"] = _stretches(words.heaped(given[:, 2]), rated)
    rest["proofs_from"], rest["proofs_count"] = _stretches(words.heaped(proofs), proofs_count)
    rest["exceptions_from"], rest["exceptions_count"] = _stretches(words.heaped(apart[:, 1:].reshape(-1)), 2 * differ)
    east = reach / np.maximum(np.cos(np.radians(latitude)), 0.01)
    made = Columns(known, begins + latitude, latitude, longitude, reach, east, near, rest, held)
    return made.only(np.argsort(made.line, kind="stable"))


def _stretches(first: int, counts: Array) -> tuple[Array, Array]:
    """Return where on the heap the stretch of each begins, and how long it is; all stand one after another."""
    return first + np.cumsum(counts) - counts, counts


def _of_each(number: Array, told: Array, *, by: int) -> tuple[Array, Array]:
    """Return the rows told helper by helper, in the order of the helpers' numbers, and how many each has."""
    place = np.empty(len(number), np.int64)
    place[number] = np.arange(len(number))
    owner = place[told[:, 0]]
    return told[np.lexsort((told[:, by], owner))], np.bincount(owner, minlength=len(number))


def _held(words: Words, number: Array, skills: str | None, levels: Array) -> tuple[Array, Array, Array]:
    """Return the levels by skill and helper, the proofs that end with the skill's number, and how many each has."""
    codes = skills.split(" ") if skills else []
    for code in set(codes) - words.skills.keys():
        words.skills[code] = len(words.skills)
    while words.columns_of_skills < len(words.skills):
        words.columns_of_skills += ROOM_FOR_SKILLS
    numbers = np.fromiter(map(words.skills.__getitem__, codes), np.int64, len(codes))
    owner, level, until = levels.T
    held = np.zeros((len(number), words.columns_of_skills), np.uint8)
    held[owner, numbers] = level
    ends = until < NEVER
    proofs = np.stack((owner[ends], until[ends] << UNTIL_BITS | numbers[ends]), axis=1)
    ended, counts = _of_each(number, proofs, by=1)
    return held[number], ended[:, 1], counts


_TEXT = files(__package__).joinpath("columns.sql").read_text()
EVERYBODY = _TEXT.format(which="true", never=NEVER)
SOME = _TEXT.format(which="helper_id = any(%(helpers)s)", never=NEVER)

"""How a round is kept in arrays, and read again: whole values of the best and the nearest, what is short of the others.

A round's helpers stand in four parts: the best, who is eligible behind them, the nearest of those who are not, who is
further away. What a line says is the same as `record` reads; here it is written for all at once, and read for a few.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

import numpy as np

from mila.dispatch.decided.arrays import Array
from mila.dispatch.decided.kinds import Kind, Needs, kind_of
from mila.dispatch.decided.scored import drawn
from mila.dispatch.points import FACTORS
from mila.dispatch.record import FULL, Said

AN_ID = 16
POINTS = np.dtype("<i4")
FAR = np.dtype([("name", "i1"), ("metres", "<u4")])
RATING = np.dtype([("stars", "u1"), ("age", "<u2")])
LINE = np.dtype(
    [
        ("kind", "<u2"),
        ("metres", "<u4"),
        ("radius", "<u2"),
        ("slots", "<u2"),
        ("available", "u1"),
        ("fits", "u1"),
        ("visits", "<u2"),
        ("minutes", "<u4"),
        ("above", "<u2"),
        ("promises", "<u2"),
        ("faults", "<u2"),
        ("preferred", "u1"),
        ("earlier", "u1"),
        ("measured", "u1"),
        ("ratings", "u1"),
    ]
)


@dataclass(frozen=True, slots=True)
class Whole:
    """The values that are kept whole: a line each, levels by skill, their kinds in words, ratings one after another."""

    lines: Array
    levels: Array
    kinds: Sequence[str]
    ratings: Array

    def packed(self) -> bytes:
        """Return all of it in bytes."""
        parts = (self.lines.tobytes(), self.levels.tobytes(), "\n".join(self.kinds).encode(), self.ratings.tobytes())
        return np.array([len(one) for one in parts], "<u4").tobytes() + b"".join(parts)


def unpacked(said: bytes) -> Whole:
    """Return what was packed."""
    sizes = np.frombuffer(said, "<u4", 4).tolist()
    ends = list(accumulate(sizes, initial=16))
    lines, levels, kinds, ratings = (bytes(said[start:end]) for start, end in pairwise(ends))
    found = np.frombuffer(lines, LINE)
    held = np.frombuffer(levels, np.uint8).reshape(len(found), -1) if len(found) else np.empty((0, 0), np.uint8)
    return Whole(found, held, kinds.decode().split("\n"), np.frombuffer(ratings, RATING))


class Values:
    """The whole values of a round, read line by line; `asked` is what the call needed."""

    def __init__(self, asked: Mapping[str, Any], whole: bytes) -> None:
        self._asked = asked
        self._whole = unpacked(whole)
        self._kinds = [kind_of(one) for one in self._whole.kinds if one]
        self._first_rating = [0, *accumulate(self._whole.lines["ratings"].tolist())]

    def __len__(self) -> int:
        return len(self._whole.lines)

    def of(self, row: int, helper: str) -> Said:
        """Return what was found of the helper in that line, in the form that `record` reads."""
        line, needed = self._whole.lines[row], self._asked["needed"]
        kind = self._kinds[line["kind"]]
        skills = zip(sorted(needed["skills"]), self._whole.levels[row].tolist(), strict=True)
        timed = needed["free"] != "to be agreed"
        return {
            "h": helper,
            "n": {"area": int(line["radius"]), "daily_cap": kind.daily_cap if timed else None},
            "f": [
                *(kind.active, kind.company, kind.payable, kind.tier),
                needed["contract"] is not None and needed["contract"] in kind.contracts,
                dict(skills),
                _qualified(kind, self._asked),
                *(kind.languages, kind.vehicles, int(line["metres"]) / 1000),
                self._asked.get("excluded", {}).get(helper, []),
                _free(line, needed["free"]),
                int(line["visits"]),
            ],
        }

    def best(self, row: int, helper: str, points: Array) -> Said:
        """Return the same of one of the best, with points, rank, and what the points follow from."""
        line = self._whole.lines[row]
        given = self._whole.ratings[self._first_rating[row] : self._first_rating[row + 1]].tolist()
        skills = max(1, len(self._asked["needed"]["skills"]))
        numbers = [int(line[name]) for name in ("minutes", "promises", "faults")]
        flags = [bool(line[name]) for name in ("preferred", "earlier", "measured")]
        facts = [given, int(line["above"]), skills, *numbers, *flags]
        return self.of(row, helper) | {"r": row + 1, "s": points.tolist(), "p": facts}


class Round:
    """A kept round, read line by line."""

    def __init__(  # noqa: PLR0913 - the parts of one row
        self, *, call: UUID, asked: Mapping[str, Any], looked: bytes, points: bytes, missed: bytes, whole: bytes
    ) -> None:
        self._call = call
        self._names = asked["names"]
        self._ids = looked
        self._points = np.frombuffer(points, POINTS).reshape(-1, len(FACTORS))
        self._far = np.frombuffer(missed, FAR)
        self._values = Values(asked, whole)

    def __len__(self) -> int:
        return len(self._ids) // AN_ID

    def part(self, start: int, count: int) -> list[Said]:
        """Return so many lines in order, the best first, who is further away last and by distance."""
        ordered = self._in_order(start + count)[start : start + count]
        return [self._said(one, rank) for rank, one in enumerate(ordered, start + 1)]

    def of(self, helpers: Iterable[UUID]) -> list[Said]:
        """Return the lines of these helpers, as far as they were looked at, in order."""
        wanted = {one.bytes for one in helpers}
        ordered = enumerate(self._in_order(len(self)), 1)
        return [self._said(one, rank) for rank, one in ordered if self._id(one) in wanted]

    def _in_order(self, upto: int) -> list[int]:
        """Return the places as they stand: behind the best by lot between equal points, far away by distance."""
        fit, far = len(self._points), len(self) - len(self._far)
        places = list(range(len(self)))
        if upto > FULL:
            places[FULL:fit] = in_turn(self._call, self._points, self._ids)
        if upto <= far:
            return places
        metres = self._far["metres"].tolist()
        places[far:] = sorted(places[far:], key=lambda place: (metres[place - far], self._id(place)))
        return places

    def _id(self, place: int) -> bytes:
        return self._ids[place * AN_ID : (place + 1) * AN_ID]

    def _said(self, place: int, rank: int) -> Said:
        fit, far, helper = len(self._points), len(self) - len(self._far), self._id(place).hex()
        if place >= far:
            return beyond(helper, self._names, int(self._far["name"][place - far]))
        if place >= fit:
            return self._values.of(place - fit + min(fit, FULL), helper)
        if place >= FULL:
            return behind(helper, rank, self._points[place])
        return self._values.best(place, helper, self._points[place])


def in_turn(call: UUID, points: Array, ids: bytes) -> list[int]:
    """Return the places of those behind the best in their order, with the lots between equal points."""
    if len(points) <= FULL:
        return []
    found = drawn(call, points[FULL:].sum(axis=1), np.frombuffer(ids, "S16", len(points))[FULL:])
    return [FULL + int(place) for place in found]


def beyond(helper: str, names: Sequence[str], name: int) -> Said:
    """Return the line of somebody who is further away: what was missed first."""
    return {"h": helper, "m": names[name]}


def behind(helper: str, rank: int, points: Array) -> Said:
    """Return the line of somebody who is eligible behind the best."""
    return {"h": helper, "r": rank, "s": points.tolist()}


def _qualified(kind: Kind, asked: Mapping[str, Any]) -> list[str]:
    wanted = tuple(asked["needed"]["qualifications"])
    return kind.qualified(Needs((), "", None, "", wanted, asked["on"])) if wanted else []


def _free(line: Any, needed: object) -> object:  # noqa: ANN401 - a row of an array
    if isinstance(needed, dict):
        return {"available": bool(line["available"]), "fits": bool(line["fits"])}
    if not isinstance(needed, list):
        return needed
    return [slot for slot in range(len(needed)) if int(line["slots"]) >> slot & 1]

"""Who is around a call, and what keeps each from it that needs no clock: what `rules` ask, of all at once."""

from dataclasses import dataclass

import numpy as np

from mila.dispatch.decided.arrays import Array, globe
from mila.dispatch.decided.columns import UNTIL_BITS
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.kinds import BEFORE_AREA, NO_CONTRACT, NOT_QUALIFIED
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.rules import MEETS
from mila.kernel.place import EARTH_RADIUS_KM

NAMES = tuple(MEETS)
ORDER = (*BEFORE_AREA, "area", "contract", "skills", "qualifications", "not_excluded", "free", "daily_cap")
NUMBERS = {name: number for number, name in enumerate(ORDER, 1)}  # 0 is nothing missed
HALF_A_METRE = 0.0005  # areas are judged by kilometres with three digits
DAY_ZERO = 730_120  # ordinal of 1 January 2000, from which the days of proofs are counted


@dataclass(frozen=True, slots=True)
class Near:
    """Everybody around: places in the columns, rows of `columns.NEAR`, kilometres, and the number of what each misses.

    What counts is the first thing missed, 0 for nothing.
    """

    places: Array
    rows: Array
    km: Array
    missed: Array

    def only(self, some: Array) -> "Near":
        """Return some of them."""
        return Near(self.places.take(some), self.rows.take(some), self.km.take(some), self.missed.take(some))


@dataclass(frozen=True, slots=True)
class Few:
    """Some of those around, with rows of `columns.REST`, and levels with a column for each of the call's skills."""

    near: Near
    rest: Array
    levels: Array

    def only(self, some: Array) -> "Few":
        """Return some of them."""
        return Few(self.near.only(some), self.rest.take(some), self.levels.take(some, axis=0))


def look(held: Held, call: Wanted) -> Near:
    """Return who is around the call and what keeps them from it, times and caps left aside."""
    places = held.around(call.country, *call.place)
    rows = held.near(places)
    km = _kilometres(rows, call.place)
    judged = held.words.kinds.judged(call.needs).take(rows["kind"])
    missed = judged & (NO_CONTRACT - 1)
    _miss(missed, "area", km >= area_of(call, rows) + HALF_A_METRE)
    if call.needs.contract:
        _miss(missed, "contract", judged & NO_CONTRACT)
    if call.skills:
        left = (missed == 0).nonzero()[0]
        missed[left[_unskilled(held, call, places.take(left), rows["proofs_end"].take(left))]] = NUMBERS["skills"]
    if call.needs.qualifications:
        _miss(missed, "qualifications", judged & NOT_QUALIFIED)
    if call.excluded:
        _miss(missed, "not_excluded", np.isin(places, held.places(list(call.excluded))))
    return Near(places, rows, km, missed)


def few(held: Held, call: Wanted, around: Near, most: int) -> tuple[Array, Few]:
    """Return whom nothing has kept so far, and so many of the others, the nearest first; as rows of who is around."""
    others = (around.missed != 0).nonzero()[0]
    some = np.concatenate(((around.missed == 0).nonzero()[0], nearest(around, others, most)))
    near = around.only(some)
    return some, Few(near, held.rest(near.places), held.levels(list(call.skills), near.places))


def area_of(call: Wanted, rows: Array) -> Array:
    """Return how far each comes, in kilometres: further on the second rung, who has said so."""
    radius: Array = rows["radius"]
    if call.area <= 1:
        return radius
    second = rows["second"]
    return np.where(second, second, radius)


def _kilometres(rows: Array, place: tuple[float, float]) -> Array:
    """Return the great-circle distances, as `kernel.place.distance_km` does, by the chord through the globe."""
    x, y, z = globe(*np.array(place))
    chord = (rows["x"] - x) ** 2
    chord += (rows["y"] - y) ** 2
    chord += (rows["z"] - z) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord) / 2))


def ended(held: Held, call: Wanted, place: int) -> set[int]:
    """Return the numbers of the skills whose proof has ended before the day of the call."""
    row = held.rest(np.array([place]))[0]
    start, count = int(row["proofs_from"]), int(row["proofs_count"])
    proofs = held.words.heap[start : start + count].tolist()
    return {one & (1 << UNTIL_BITS) - 1 for one in proofs if one >> UNTIL_BITS < day_of(call)}


def day_of(call: Wanted) -> int:
    """Return the day on which proofs have to hold, as the columns count days."""
    return call.on.toordinal() - DAY_ZERO


def nearest(around: Near, of: Array, most: int) -> Array:
    """Return which rows of these are the nearest so many, the nearest first, between equals by id."""
    km = around.km.take(of)
    furthest = np.partition(km, most - 1)[most - 1] if len(km) > most else np.inf
    among = (km <= furthest).nonzero()[0]
    turn = np.lexsort((around.rows["id"].take(of.take(among)), km.take(among)))
    return of.take(among.take(turn[:most]))


def _miss(missed: Array, name: str, wrong: Array) -> None:
    missed[(missed == 0) & (wrong != 0)] = NUMBERS[name]


def _unskilled(held: Held, call: Wanted, places: Array, proofs_end: Array) -> Array:
    short = held.levels(list(call.skills), places) < np.array(list(call.skills.values()))
    wrong = np.asarray(short.any(axis=1))
    over = ((proofs_end < day_of(call)) & ~wrong).nonzero()[0].tolist()
    asked = {held.words.skills[skill] for skill in call.skills if skill in held.words.skills} if over else set()
    for one in over:
        wrong[one] = bool(asked & ended(held, call, int(places[one])))
    return wrong

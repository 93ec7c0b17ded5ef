"""Who is around a call, and what keeps each from it that needs no clock: what `rules` ask, of all at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mila.dispatch.decided.arrays import Array, kilometres
from mila.dispatch.decided.columns import UNTIL_BITS
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.kinds import BEFORE_AREA, NO_CONTRACT, NOT_QUALIFIED
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.rules import MEETS

NAMES = tuple(MEETS)
ORDER = (*BEFORE_AREA, "area", "contract", "skills", "qualifications", "not_excluded", "free", "daily_cap")
NUMBERS = {name: number for number, name in enumerate(ORDER, 1)}  # 0 is nothing missed
HALF_A_METRE = 0.0005  # areas are judged by kilometres with three digits
DAY_ZERO = 730_120  # ordinal of 1 January 2000, from which the days of proofs are counted


@dataclass(frozen=True, slots=True)
class Near:
    """Everybody around: places in the columns, kilometres, and the number of what each misses first, 0 for nothing."""

    places: Array
    km: Array
    missed: Array


def look(held: Held, call: Wanted) -> Near:
    """Return who is around the call and what keeps them from it, times and caps left aside."""
    places = held.around(call.country, *call.place)
    km = kilometres(held.of("latitude", places), held.of("longitude", places), call.place)
    judged = held.words.kinds.judged(call.needs).take(held.of("kind", places))
    missed = judged & (NO_CONTRACT - 1)
    _miss(missed, "area", km >= area_of(held, call, places) + HALF_A_METRE)
    if call.needs.contract:
        _miss(missed, "contract", judged & NO_CONTRACT)
    if call.skills:
        _miss(missed, "skills", _unskilled(held, call, places))
    if call.needs.qualifications:
        _miss(missed, "qualifications", judged & NOT_QUALIFIED)
    if call.excluded:
        _miss(missed, "not_excluded", np.isin(places, held.places(list(call.excluded))))
    return Near(places, km, missed)


def area_of(held: Held, call: Wanted, places: Array) -> Array:
    """Return how far each comes, in kilometres: further on the second rung, who has said so."""
    radius = held.of("radius", places)
    if call.area <= 1:
        return radius
    second = held.of("second", places)
    return np.where(second, second, radius)


def ended(held: Held, call: Wanted, place: int) -> set[int]:
    """Return the numbers of the skills whose proof has ended before the day of the call."""
    at = np.array([place])
    start, count = int(held.of("proofs_from", at)[0]), int(held.of("proofs_count", at)[0])
    proofs = held.words.heap[start : start + count].tolist()
    return {one & (1 << UNTIL_BITS) - 1 for one in proofs if one >> UNTIL_BITS < day_of(call)}


def day_of(call: Wanted) -> int:
    """Return the day on which proofs have to hold, as the columns count days."""
    return call.on.toordinal() - DAY_ZERO


def nearest(km: Array, ids: Callable[[Array], Array], most: int) -> Array:
    """Return the rows of the nearest so many, the nearest first, between equals by id; `ids` gives those of rows."""
    furthest = np.partition(km, most - 1)[most - 1] if len(km) > most else np.inf
    among = np.flatnonzero(km <= furthest)
    return among[np.lexsort((ids(among), km[among]))][:most]


def _miss(missed: Array, name: str, wrong: Array) -> None:
    missed[(missed == 0) & (wrong != 0)] = NUMBERS[name]


def _unskilled(held: Held, call: Wanted, places: Array) -> Array:
    wrong = np.zeros(len(places), bool)
    for skill, level in call.skills.items():
        wrong |= held.level(skill, places) < level
    over = np.flatnonzero((held.of("proofs_end", places) < day_of(call)) & ~wrong).tolist()
    asked = {held.words.skills[skill] for skill in call.skills if skill in held.words.skills} if over else set()
    for one in over:
        wrong[one] = bool(asked & ended(held, call, int(places[one])))
    return wrong

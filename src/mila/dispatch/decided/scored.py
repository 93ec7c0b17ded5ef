"""The points of all who are eligible, in whole numbers as `points.score` counts them, and their order."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import numpy as np

from mila.dispatch.decided.arrays import Array, stretches
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.moments import A_DAY
from mila.dispatch.decided.near import Few
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.points import FAILED, FORGOTTEN_AFTER, FRESH, TRAVEL_CAP_MINUTES, WeightValues, fresh_weight

STAR_BITS = 3  # a rating on the heap: when, in microseconds, and its stars


@dataclass(frozen=True, slots=True)
class Given:
    """The ratings of some helpers, the newest first: whose (by row), the stars, the age in days."""

    owner: Array
    stars: Array
    age: Array


def points(held: Held, call: Wanted, few: Few, minutes: Array, weights: WeightValues) -> Array:
    """Return the points by factor (`points.FACTORS`), a row for each of the few, who are eligible."""
    promises, faults = few.rest["promises"].astype(np.int64), few.rest["faults"].astype(np.int64)
    kept = np.maximum(0, 1000 * promises - 1000 * faults // FAILED)
    reliable = (weights.prior_reliability * weights.prior_jobs + kept) // (weights.prior_jobs + promises)
    found = np.empty((len(promises), 7), np.int64)
    found[:, 0], found[:, 6] = _stars(len(promises), ratings(held, call, few.rest), weights)
    found[:, 1] = weights.level * 1000 * above(call, few) // max(1, len(call.skills))
    found[:, 2] = weights.travel * 1000 * np.maximum(0, TRAVEL_CAP_MINUTES - minutes) // TRAVEL_CAP_MINUTES
    found[:, 3] = weights.reliability * reliable
    found[:, 4] = weights.tier * 1000 * preferred(held, call, few)
    found[:, 5] = weights.earlier * 1000 * had_earlier(held, call, few) if call.earlier else 0
    return found


def ratings(held: Held, call: Wanted, rest: Array) -> Given:
    """Return the ratings given up to the moment."""
    at, owner = stretches(rest["ratings_from"], rest["ratings_count"])
    packed = held.words.heap.take(at)
    given = packed >> STAR_BITS
    known = given <= call.at_us
    if not known.all():
        owner, packed, given = owner[known], packed[known], given[known]
    return Given(owner, packed & (1 << STAR_BITS) - 1, (call.at_us - given) // A_DAY)


def above(call: Wanted, few: Few) -> Array:
    """Return the sum of the levels above what is asked."""
    asked = np.array(list(call.skills.values()), np.int64)
    return np.asarray(np.maximum(0, few.levels - asked).sum(axis=1))


def preferred(held: Held, call: Wanted, few: Few) -> Array:
    """Tell whose tier the package prefers."""
    return np.asarray(held.words.kinds.of_tier(call.preferred or "").take(few.near.rows["kind"]))


def had_earlier(held: Held, call: Wanted, few: Few) -> Array:
    """Tell who has done earlier work well for this customer."""
    if not call.earlier:
        return np.zeros(len(few.near.places), bool)
    return np.isin(few.near.places, held.places(call.earlier))


def order(call: UUID, total: Array, ids: Array, best: int) -> tuple[Array, int]:
    """Return the rows by points, and how many of the first stand where they stay: the best so many at least.

    Lots are drawn between equal points, among these alone: those behind stand together by points.
    """
    rows = np.argsort(-total, kind="stable")
    points_ = total[rows]
    settled = len(rows) if len(rows) <= best else int(np.searchsorted(-points_, -points_[best - 1], side="right"))
    rows[:settled] = rows[:settled][drawn(call, points_[:settled], ids[rows[:settled]])]
    return rows, settled


def drawn(call: UUID, total: Array, ids: Array) -> Array:
    """Return the order of rows that stand by points already, with the lot (`points.lot`) between equal ones."""
    equal = np.zeros(len(total) + 1, bool)
    np.equal(total[1:], total[:-1], out=equal[1:-1])
    tied = (equal[1:] | equal[:-1]).nonzero()[0]
    found = np.arange(len(total))
    if len(tied):
        whole, drawn_for = ids.take(tied).tobytes(), call.bytes
        lots = b"".join([sha256(drawn_for + whole[at : at + 16]).digest() for at in range(0, len(whole), 16)])
        parts = np.frombuffer(lots, ">u8").reshape(-1, 4)
        found[tied] = tied[np.lexsort((*parts.T[::-1], -total.take(tied)))]
    return found


def _stars(people: int, given: Given, weights: WeightValues) -> tuple[Array, Array]:
    fresh = _fresh(weights.half_life_days)
    weight = fresh.take(np.minimum(given.age, len(fresh) - 1))
    stars = np.bincount(given.owner, weights=given.stars * weight, minlength=people).astype(np.int64)
    whole = weights.prior_ratings * FRESH + np.bincount(given.owner, weights=weight, minlength=people).astype(np.int64)
    rated = weights.stars * 1000 * stars
    believed = weights.stars * weights.prior_stars * weights.prior_ratings * FRESH
    more = 1000 * weights.newcomer * weights.prior_ratings * FRESH
    found = (believed + rated) // whole
    return found, (believed + more + rated) // whole - found


@lru_cache(maxsize=8)
def _fresh(half_life_days: int) -> Array:
    """Return what a rating weighs by its age in days; the last is nothing (`points.fresh_weight`)."""
    return np.array([fresh_weight(age, half_life_days) for age in range(FORGOTTEN_AFTER * half_life_days + 1)])

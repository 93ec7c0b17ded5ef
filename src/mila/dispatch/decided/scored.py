"""The points of all who are eligible, in whole numbers as `points.score` counts them, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import numpy as np

from mila.dispatch.decided.arrays import Array, stretches
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.moments import A_DAY
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.points import FAILED, FORGOTTEN_AFTER, FRESH, TRAVEL_CAP_MINUTES, WeightValues

STAR_BITS = 3  # a rating on the heap: when, in microseconds, and its stars


@dataclass(frozen=True, slots=True)
class Given:
    """The ratings of some places, the newest first: whose (by row), the stars, the age in days."""

    owner: Array
    stars: Array
    age: Array


def points(held: Held, call: Wanted, places: Array, minutes: Array, weights: WeightValues) -> Array:
    """Return the points by factor (`points.FACTORS`), a row for each place."""
    kind = held.of("kind", places)
    promises, faults = held.of("promises", places).astype(np.int64), held.of("faults", places).astype(np.int64)
    stars, newcomer = _stars(len(places), ratings(held, call, places), weights)
    kept = np.maximum(0, 1000 * promises - 1000 * faults // FAILED)
    reliable = (weights.prior_reliability * weights.prior_jobs + kept) // (weights.prior_jobs + promises)
    found = np.empty((len(places), 7), np.int64)
    found[:, 0] = stars
    found[:, 1] = weights.level * above(held, call, places) * 1000 // max(1, len(call.skills))
    found[:, 2] = weights.travel * np.maximum(0, TRAVEL_CAP_MINUTES - minutes) * 1000 // TRAVEL_CAP_MINUTES
    found[:, 3] = weights.reliability * reliable
    found[:, 4] = weights.tier * 1000 * (held.words.kinds.table("tier").take(kind) == (call.preferred or ""))
    found[:, 5] = weights.earlier * 1000 * had_earlier(held, call, places)
    found[:, 6] = newcomer
    return found


def ratings(held: Held, call: Wanted, places: Array) -> Given:
    """Return the ratings given up to the moment."""
    at, owner = stretches(held.of("ratings_from", places), held.of("ratings_count", places))
    packed = held.words.heap[at]
    given = packed >> STAR_BITS
    known = given <= call.at_us
    return Given(owner[known], packed[known] & (1 << STAR_BITS) - 1, (call.at_us - given[known]) // A_DAY)


def above(held: Held, call: Wanted, places: Array) -> Array:
    """Return the sum of the levels above what is asked."""
    found = np.zeros(len(places), np.int64)
    for skill, level in call.skills.items():
        found += np.maximum(0, held.level(skill, places).astype(np.int64) - level)
    return found


def had_earlier(held: Held, call: Wanted, places: Array) -> Array:
    """Tell who has done earlier work well for this customer."""
    if not call.earlier:
        return np.zeros(len(places), bool)
    return np.isin(places, held.places(call.earlier))


def order(call: UUID, total: Array, ids: Array, best: int) -> tuple[Array, int]:
    """Return the rows by points, and how many of the first stand where they stay: the best so many at least.

    Lots are drawn between equal points, among these alone: those behind stand together by points.
    """
    rows = np.argsort(-total, kind="stable")
    points_ = total[rows]
    settled = len(rows) if len(rows) <= best else int(np.searchsorted(-points_, -points_[best - 1], side="right"))
    rows[:settled] = rows[:settled][drawn(call, points_[:settled], ids[rows[:settled]])]
    return rows, settled


def drawn(call: UUID, total: Array, ids: Array) -> Sequence[int]:
    """Return the order of rows that stand by points already, with the lot (`points.lot`) between equal ones."""
    equal = np.zeros(len(total) + 1, bool)
    equal[1:-1] = total[1:] == total[:-1]
    tied = np.flatnonzero(equal[1:] | equal[:-1])
    found = np.arange(len(total))
    if len(tied):
        whole, drawn_for = ids[tied].tobytes(), call.bytes
        lots = [sha256(drawn_for + whole[at : at + 16]).digest() for at in range(0, len(whole), 16)]
        behind = (-total[tied]).tolist()
        turn = sorted(range(len(lots)), key=lambda one: (behind[one], lots[one]))
        found[tied] = tied[np.array(turn)]
    return found  # type: ignore[return-value]


def _stars(people: int, given: Given, weights: WeightValues) -> tuple[Array, Array]:
    halves, rest = np.divmod(given.age, weights.half_life_days)
    weight = FRESH * (2 * weights.half_life_days - rest) // (2 * weights.half_life_days)
    weight = np.where(halves >= FORGOTTEN_AFTER, 0, weight >> np.minimum(halves, FORGOTTEN_AFTER))
    stars = np.bincount(given.owner, weights=given.stars * weight, minlength=people).astype(np.int64)
    whole = weights.prior_ratings * FRESH + np.bincount(given.owner, weights=weight, minlength=people).astype(np.int64)
    rated = weights.stars * 1000 * stars
    believed = weights.stars * weights.prior_stars * weights.prior_ratings * FRESH
    more = 1000 * weights.newcomer * weights.prior_ratings * FRESH
    found = (believed + rated) // whole
    return found, (believed + more + rated) // whole - found

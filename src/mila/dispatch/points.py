"""The published sum of points: pure integers, so that the same facts give the same order everywhere and for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from uuid import UUID

TRAVEL_CAP_MINUTES = 60
RATINGS_COUNTED = 50
JOBS_COUNTED = 30
FRESH = 1000  # what a rating of today weighs
FORGOTTEN_AFTER = 4  # half-lives
LATE, FAILED = 1, 2  # halves of a fault: late counts half, dropping out and not coming count whole


@dataclass(frozen=True, slots=True)
class WeightValues:
    """How much the factors count, in points; the defaults are the first published version.

    `stars` per star, `level` per level above what is asked, `travel` for being next door, `reliability` for keeping
    every promise, `tier` for the tier that the package prefers, `earlier` for earlier good work for this customer,
    `newcomer` for somebody without ratings. What is believed of somebody new: `prior_stars` (thousandths of a star)
    with the weight of `prior_ratings` ratings; `prior_reliability` (thousandths) with that of `prior_jobs` jobs. A
    rating weighs half as much after `half_life_days`.
    """

    stars: int = 40
    level: int = 20
    travel: int = 60
    reliability: int = 40
    tier: int = 10
    earlier: int = 25
    newcomer: int = 8
    prior_stars: int = 4500
    prior_ratings: int = 5
    half_life_days: int = 365
    prior_reliability: int = 970
    prior_jobs: int = 5


FACTORS = ("stars", "level", "travel", "reliability", "tier", "earlier", "newcomer")
BOUNDS: Mapping[str, tuple[int, int]] = {
    "stars": (1, 200),
    "level": (1, 200),
    "travel": (0, 200),
    "reliability": (0, 200),
    "tier": (0, 100),
    "earlier": (0, 100),
    "newcomer": (0, 100),
    "prior_stars": (3000, 5000),
    "prior_ratings": (1, 12),  # more would let old ratings vanish below a thousandth: stars must strictly add
    "half_life_days": (30, 1825),
    "prior_reliability": (500, 1000),
    "prior_jobs": (1, 30),
}


@dataclass(frozen=True, slots=True)
class PointFacts:
    """What the points of one helper for one call follow from; kept with the decision so that it can be recomputed.

    `ratings` are the last ones as (stars, age in days); `above` sums the levels above what is asked over `skills`
    skills; `minutes` on the road, `measured` or reckoned; of the last `promises` jobs `faults` halves of a fault were
    the helper's own.
    """

    ratings: tuple[tuple[int, int], ...] = ()
    above: int = 0
    skills: int = 1
    minutes: int = 0
    promises: int = 0
    faults: int = 0
    preferred: bool = False
    earlier: bool = False
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """The sum of points in thousandths, by factor."""

    stars: int
    level: int
    travel: int
    reliability: int
    tier: int
    earlier: int
    newcomer: int

    @property
    def total(self) -> int:
        """The sum that ranks."""
        above_all = self.stars + self.level + self.travel + self.reliability
        return above_all + self.tier + self.earlier + self.newcomer


def score(facts: PointFacts, weights: WeightValues) -> Points:
    """Return the helper's points (product: Distribution 2); answers to earlier offers are no part of the facts."""
    stars = _stars(facts, weights, newcomer=0)
    near = max(0, TRAVEL_CAP_MINUTES - facts.minutes)
    return Points(
        stars=stars,
        level=weights.level * facts.above * 1000 // max(1, facts.skills),
        travel=weights.travel * near * 1000 // TRAVEL_CAP_MINUTES,
        reliability=weights.reliability * reliability(facts, weights),
        tier=weights.tier * 1000 if facts.preferred else 0,
        earlier=weights.earlier * 1000 if facts.earlier else 0,
        newcomer=_stars(facts, weights, newcomer=weights.newcomer) - stars,
    )


def standing(facts: PointFacts, weights: WeightValues) -> int:
    """Return the Bayesian star average in thousandths: few ratings pull little, old ones pull less."""
    stars, weight = _weighed(facts, weights)
    return (weights.prior_stars * weights.prior_ratings * FRESH + 1000 * stars) // (
        weights.prior_ratings * FRESH + weight
    )


def reliability(facts: PointFacts, weights: WeightValues) -> int:
    """Return the share of promises kept in thousandths, drawn towards what is believed of somebody new."""
    kept = max(0, 1000 * facts.promises - 1000 * facts.faults // FAILED)
    return (weights.prior_reliability * weights.prior_jobs + kept) // (weights.prior_jobs + facts.promises)


def fresh_weight(age_days: int, half_life_days: int) -> int:
    """Return what a rating of that age weighs, out of 1000: halved every half-life, nothing after four."""
    halves, rest = divmod(max(0, age_days), half_life_days)
    if halves >= FORGOTTEN_AFTER:
        return 0
    return (FRESH * (2 * half_life_days - rest) // (2 * half_life_days)) >> halves


def lot(call: UUID, helper: UUID) -> str:
    """Return what decides between equal points: drawn anew for every call, the same whenever it is looked at again."""
    return sha256(call.bytes + helper.bytes).hexdigest()


def faults_of(values: Mapping[str, object]) -> list[str]:
    """Return the names of the values that may not be published: unknown, missing, out of bounds, or `newcomer`.

    Newcomer points may never fall by more than a five-star rating adds; that is so while they are worth no more than
    the stars that are missing from what is believed of a newcomer to five.
    """
    wrong = [name for name in values if name not in BOUNDS]
    for name, (least, most) in BOUNDS.items():
        value = values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            wrong.append(name)
    if not wrong:
        given = values_of(values)
        if given.newcomer * 1000 > given.stars * (5000 - given.prior_stars):
            wrong.append("newcomer")
    return wrong


def values_of(kept: Mapping[str, object]) -> WeightValues:
    """Return the values as they were kept; what a version does not name counts as nothing."""
    return WeightValues(**{one.name: _whole(kept.get(one.name)) for one in fields(WeightValues)})


def most_of(weights: WeightValues) -> dict[str, int]:
    """Return how many points each factor can make a difference of at most: its importance."""
    return {
        "stars": weights.stars * 4,
        "level": weights.level * 4,
        "travel": weights.travel,
        "reliability": weights.reliability,
        "tier": weights.tier,
        "earlier": weights.earlier,
        "newcomer": weights.newcomer,
    }


def importance(weights: WeightValues) -> list[tuple[str, int]]:
    """Return the factors with their share of all that can be won, in tenths of a per cent, the weightiest first."""
    most = most_of(weights)
    whole = sum(most.values())
    shares = [(factor, points * 1000 // whole) for factor, points in most.items()]
    return sorted(shares, key=lambda one: (-one[1], FACTORS.index(one[0])))


def _stars(facts: PointFacts, weights: WeightValues, *, newcomer: int) -> int:
    # Newcomer points are a higher belief that ratings replace: so stars and newcomer points together move as one sum.
    stars, weight = _weighed(facts, weights)
    believed = weights.stars * weights.prior_stars + 1000 * newcomer
    return (believed * weights.prior_ratings * FRESH + weights.stars * 1000 * stars) // (
        weights.prior_ratings * FRESH + weight
    )


def _weighed(facts: PointFacts, weights: WeightValues) -> tuple[int, int]:
    each = [(stars, fresh_weight(age, weights.half_life_days)) for stars, age in facts.ratings]
    return sum(stars * weight for stars, weight in each), sum(weight for _stars, weight in each)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0

"""The published points: versions, what a draft would change, what a helper's own points are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from mila.dispatch.kept import APART, page_of
from mila.dispatch.models import Decision, Weights
from mila.dispatch.points import FACTORS, PointFacts, WeightValues, score, values_of
from mila.dispatch.record import Line, judged_again

LOOK_BACK = timedelta(days=90)
SAMPLE = 200
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A past call that the draft would have offered to somebody else first."""

    call_id: UUID
    order_number: str
    at: datetime
    before: Line
    after: Line


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a draft would have changed of the calls of the last 90 days: `looked_at` of `sampled` calls."""

    sampled: int
    looked_at: int
    other_first: int
    other_order: int
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would get a helper more points, and how many, in thousandths."""

    factor: str
    gain: int


def versions() -> QuerySet[Weights]:
    """Return every version, drafts first, then by the moment from which they hold, the newest first."""
    rows = Weights.objects.select_related("brand", "country", "drafted_by", "activated_by")
    return rows.order_by("-holds_from", "-version")


def in_force(*, brand: UUID | None, country: str, at: datetime) -> Weights:
    """Return the version that holds for the brand, or for brands without their own, in the country at the time."""
    found = _of(brand, country).filter(holds_from__lte=at)
    return max(found, key=lambda row: (row.brand_id is not None, row.country_id is not None, row.holds_from))


def history(*, brand: UUID | None, country: str) -> list[Weights]:
    """Return every activated version that ever held or will hold there, the newest first."""
    return list(_of(brand, country).order_by("-holds_from"))


def brands_apart(country: str) -> set[UUID]:
    """Return the brands that have or will have a version of their own in the country."""
    own = Weights.objects.filter(Q(country=country) | Q(country=None), holds_from__isnull=False)
    return set(own.exclude(brand=None).values_list("brand", flat=True))


def compare(draft: Weights, *, upto: int, at: datetime) -> Comparison:
    """Judge the first rounds of past calls again by the draft: the newest `upto` of a sample of at most 200."""
    rows = _sample(draft, at)
    sampled = min(rows.count(), SAMPLE)
    values = values_of(draft.values)
    first = order = looked = 0
    examples: list[Example] = []
    for decision in rows[: min(upto, sampled)].iterator(chunk_size=20):
        looked += 1
        before, after = _both(decision, values)
        order += [one.helper_id for one in before] != [one.helper_id for one in after]
        if before[0].helper_id != after[0].helper_id:
            first += 1
            if len(examples) < EXAMPLES:
                call = decision.search.call
                examples.append(Example(call.id, call.order_number, decision.at, before[0], after[0]))
    return Comparison(sampled, looked, first, order, examples)


def what_would_add(facts: PointFacts, weights: WeightValues) -> list[Step]:
    """Return what would add points, the most first: a five-star rating, a level, ten minutes less, a kept promise."""
    now = score(facts, weights).total
    better = {
        "stars": replace(facts, ratings=((5, 0), *facts.ratings)),
        "level": replace(facts, above=facts.above + 1),
        "travel": replace(facts, minutes=max(0, facts.minutes - 10)),
        "reliability": replace(facts, promises=facts.promises + 1),
    }
    steps = [Step(factor, score(changed, weights).total - now) for factor, changed in better.items()]
    return sorted((one for one in steps if one.gain > 0), key=lambda one: (-one.gain, FACTORS.index(one.factor)))


def _of(brand: UUID | None, country: str) -> QuerySet[Weights]:
    rows = Weights.objects.filter(Q(country=country) | Q(country=None), holds_from__isnull=False)
    return rows.filter(Q(brand=None) | Q(brand=brand) if brand else Q(brand=None))


def _sample(draft: Weights, at: datetime) -> QuerySet[Decision]:
    rows = Decision.objects.filter(round=1, eligible__gte=1, at__gte=at - LOOK_BACK, at__lte=at)
    rows = rows.exclude(asked__needed={})  # of rounds older than decision 0015 the facts were not kept
    if draft.brand_id:
        rows = rows.filter(search__call__brand=draft.brand_id)
    if draft.country_id:
        rows = rows.filter(search__call__country=draft.country_id)
    return rows.select_related("search__call").defer(*APART).order_by("-at")


def _both(decision: Decision, values: WeightValues) -> tuple[list[Line], list[Line]]:
    kept = page_of(decision, start=0, count=decision.eligible)
    return kept, judged_again(kept, call=decision.search.call_id, weights=values)

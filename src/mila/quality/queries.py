"""How helpers are rated, and how they keep their promises."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from mila.booking.models import Assignment, AssignmentState, DiaryEntry, ServiceCall
from mila.quality.models import CasePhoto, CaseState, GuaranteeCase, Rating, Recommendation
from mila.quality.rules import DETRACTORS_TO, PROMOTERS_FROM, Conduct, Promise, Promoters, conduct
from mila.worded import worded

GOOD = 4  # stars, from which a customer is glad to see the helper again


@dataclass(frozen=True, slots=True)
class Stars:
    """What customers see: the plain average (None without ratings) and how many."""

    average: float | None
    count: int


def stars(helper_id: UUID) -> Stars:
    """Return the helper's plain average and count of ratings."""
    average, count = next(iter(_stars(helper_id)), (None, 0))
    return Stars(average, count)


def last_ratings(helpers: Collection[UUID], *, at: datetime, limit: int) -> Mapping[UUID, tuple[tuple[int, int], ...]]:
    """Return each helper's last ratings, the newest first, as stars and age in days."""
    place = Window(RowNumber(), partition_by=[F("helper")], order_by=[F("at").desc(), F("id").desc()])
    rows = Rating.objects.filter(helper__in=helpers, at__lte=at).annotate(place=place).filter(place__lte=limit)
    found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for helper_id, given, given_at in rows.order_by("place").values_list("helper", "stars", "at"):
        found[helper_id].append((given, (at - given_at).days))
    return defaultdict(tuple, {helper_id: tuple(each) for helper_id, each in found.items()})


def last_conduct(helpers: Collection[UUID], *, limit: int) -> Mapping[UUID, Conduct]:
    """Return how each helper kept the last promises that were kept, or broken by own fault; others do not count."""
    place = Window(RowNumber(), partition_by=[F("helper")], order_by=[F("ended_at").desc(), F("id").desc()])
    over = Q(state=AssignmentState.KEPT) | Q(state=AssignmentState.RELEASED, at_own_fault=True)
    ended = Assignment.objects.filter(over, helper__in=helpers).annotate(place=place).filter(place__lte=limit)
    rows = list(ended.select_related("call"))
    arrivals = _arrivals([row.call_id for row in rows if row.state == AssignmentState.KEPT])
    promises: dict[UUID, list[Promise]] = defaultdict(list)
    for row in rows:
        kept = row.state == AssignmentState.KEPT
        promises[row.helper_id].append(Promise(kept, row.call.window_ends_at, arrivals.get(row.call_id)))
    return defaultdict(Conduct, {helper_id: conduct(each) for helper_id, each in promises.items()})


def good_visits(helpers: Collection[UUID], *, email: str, phone: str) -> Mapping[UUID, int]:
    """Return how many visits to the customer of that mail address or phone were rated well, by helper."""
    same = Q(pk=None)
    if email:
        same |= Q(call__site_contact__email__iexact=email)
    if phone:
        same |= Q(call__site_contact__phone=phone)
    rated = Rating.objects.filter(same, helper__in=helpers, stars__gte=GOOD)
    return dict(rated.values_list("helper").annotate(Count("id")))


def rating(call: ServiceCall) -> Rating | None:
    """Return how the customer has rated the visit, if they have."""
    return next(iter(_ratings(call.pk)), None)


def has_rating(call: ServiceCall) -> bool:
    """Tell whether the customer has rated the visit."""
    return rating(call) is not None


def question(call: ServiceCall) -> Recommendation | None:
    """Return the question whether the brand is recommended, once it was asked."""
    return next(iter(_questions(call.pk)), None)


def cases_of(call: ServiceCall) -> QuerySet[GuaranteeCase]:
    """Return the cases of the call, the newest first, with their photos."""
    return (
        GuaranteeCase.objects.filter(call=call).order_by("-opened_at").prefetch_related("photos").select_related("redo")
    )


def open_cases() -> QuerySet[GuaranteeCase]:
    """Return the cases that wait for a decision, the one to be decided first first."""
    rows = GuaranteeCase.objects.filter(state=CaseState.OPEN).order_by("decide_by", "id")
    return rows.select_related("call__brand", "call__booker", "owner")


def decided_cases() -> QuerySet[GuaranteeCase]:
    """Return the cases that are decided, the newest first."""
    rows = GuaranteeCase.objects.filter(state=CaseState.DECIDED).order_by("-decided_at", "id")
    return rows.select_related("call__brand", "call__booker", "owner")


def case_photo(call: ServiceCall, photo_id: UUID) -> CasePhoto | None:
    """Return a photo of one of the call's cases."""
    return CasePhoto.objects.filter(pk=photo_id, case__call=call).first()


def promoters_by_brand(*, since: datetime) -> Mapping[UUID, Promoters]:
    """Return how customers recommend each brand, by the answers given since then."""
    answered = Recommendation.objects.filter(answered_at__gte=since, score__isnull=False)
    rows = answered.values_list("call__brand").annotate(
        n=Count("id"),
        glad=Count("id", filter=Q(score__gte=PROMOTERS_FROM)),
        sorry=Count("id", filter=Q(score__lte=DETRACTORS_TO)),
    )
    return {brand: Promoters(n, glad, sorry) for brand, n, glad, sorry in rows}


def asked_by_brand(*, since: datetime) -> Mapping[UUID, int]:
    """Return how many customers of each brand were asked since then."""
    asked = Recommendation.objects.filter(asked_at__gte=since)
    return dict(asked.values_list("call__brand").annotate(Count("id")))


def stars_by_brand(*, since: datetime) -> Mapping[UUID, Stars]:
    """Return the plain average of each brand's ratings since then, and how many there are."""
    rows = Rating.objects.filter(at__gte=since).values_list("call__brand").annotate(Avg("stars"), Count("id"))
    return {brand: Stars(average, count) for brand, average, count in rows}


@worded
def _stars(helper: UUID) -> QuerySet[Rating, tuple[float | None, int]]:
    rows = Rating.objects.filter(helper=helper).order_by().values("helper")
    return rows.annotate(average=Avg("stars"), count=Count("id")).values_list("average", "count")


@worded
def _ratings(call: UUID) -> QuerySet[Rating]:
    return Rating.objects.filter(call=call)


@worded
def _questions(call: UUID) -> QuerySet[Recommendation]:
    return Recommendation.objects.filter(call=call, asked_at__isnull=False)


def _arrivals(calls: Collection[UUID]) -> Mapping[UUID, datetime]:
    return dict(DiaryEntry.objects.filter(call__in=calls, step="arrive").values_list("call", "at"))

"""Answering why, from the log: what a helper was found to be, how many were asked; all bounded."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from mila.booking.models import Offer, OfferState, SearchState, ServiceCall
from mila.crowd.models import Helper
from mila.dispatch.kept import first_lines, own_lines
from mila.dispatch.models import Decision
from mila.dispatch.points import JOBS_COUNTED, RATINGS_COUNTED, PointFacts, values_of
from mila.dispatch.published import Step, in_force, what_would_add
from mila.dispatch.record import Line
from mila.kernel.occasion import Who
from mila.quality import queries as quality

LOOK_BACK = timedelta(days=30)
CALLS_LOOKED_AT = 200
BEST_SHOWN = 20
KM_PER_DEGREE = 111.2
NO_ANSWER = (OfferState.UNREACHED, OfferState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Counts:
    """A call's search in numbers: helpers around, who met every requirement at the best moment, asked, and answers."""

    looked_at: int
    eligible: int
    asked: int
    declined: int
    silent: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one round found of one helper; `fit` helpers met every requirement then; points by `version` of the weights.

    `taken` tells that the search ended because somebody accepted.
    """

    call_id: UUID
    at: datetime
    line: Line
    fit: int
    version: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """A requirement that kept a helper from calls: how many, of how many it was the only one, and what was missing.

    `wanting` names skills, languages, qualifications or vehicles with the number of calls, the most first.
    """

    name: str
    calls: int
    alone: int
    wanting: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Nearby:
    """The calls of the last 30 days around a helper: how many of the newest were looked at, and what came of them."""

    looked_at: int
    fit: int
    asked: int
    got: int
    missed: Sequence[Missed]
    newest: Sequence[Found]


def best_of_last_look(calls: Collection[UUID]) -> Mapping[UUID, tuple[datetime, list[Line]]]:
    """Return when each call's newest round looked, and its first lines, the best first: two questions for all calls."""
    rounds = Decision.objects.filter(search__call__in=calls).order_by("search__call", "-at", "-round")
    rows = list(rounds.distinct("search__call").values_list("search__call", "at", "pk"))
    first = first_lines([key for _call, _at, key in rows], BEST_SHOWN)
    return {call: (at, first[key]) for call, at, key in rows}


def found_of(call: ServiceCall, helper: Helper) -> Found | None:
    """Return what the newest round that looked at the helper found, None where none did."""
    return next(iter(_found(Decision.objects.filter(search__call=call), helper)), None)


def nearby(helper: Helper, *, at: datetime) -> Nearby:
    """Return what kept the helper from calls around, over the newest of the last 30 days whose search has ended.

    A customer who does not wish to meet the helper again is not told of: such calls are left out.
    """
    ended = Decision.objects.filter(_around(helper), round=1, at__gte=at - LOOK_BACK, at__lte=at)
    newest = ended.exclude(search__state=SearchState.RUNNING).order_by("-at").values_list("pk", flat=True)
    rows = Decision.objects.filter(pk__in=list(newest[:CALLS_LOOKED_AT]))
    found = [one for one in _found(rows, helper) if not _shunned(one.line)]
    calls = [one.call_id for one in found]
    offers = Offer.objects.filter(helper=helper, call__in=calls)
    return Nearby(
        looked_at=len(found),
        fit=sum(one.line.rank is not None for one in found),
        asked=offers.values("call").distinct().count(),
        got=offers.filter(state=OfferState.ACCEPTED).values("call").distinct().count(),
        missed=missed_in([one.line for one in found]),
        newest=found,
    )


def missed_in(lines: Sequence[Line]) -> list[Missed]:
    """Return what was missing in the lines, the requirement that kept the helper from most calls first."""
    calls, alone = Counter[str](), Counter[str]()
    wanting: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        failed = [name for name, one in line.filters.items() if not one.met]
        calls.update(failed)
        alone.update(failed if len(failed) == 1 else [])
        for name in failed:
            wanting[name].update(_wanting(name, line.filters[name].found, line.filters[name].needed))
    return [Missed(name, count, alone[name], wanting[name].most_common(3)) for name, count in calls.most_common()]


def what_would_help(helper: Helper, newest: Sequence[Found], *, at: datetime) -> list[Step]:
    """Return what would add to the helper's points, for a call like the newest for which points were counted."""
    facts = next((one.line.facts for one in newest if one.line.facts is not None), PointFacts())
    conduct = quality.last_conduct([helper.id], limit=JOBS_COUNTED)[helper.id]
    ratings = quality.last_ratings([helper.id], at=at, limit=RATINGS_COUNTED)[helper.id]
    today = replace(facts, ratings=ratings, promises=conduct.promises, faults=conduct.faults)
    weights = in_force(brand=None, country=helper.provider.country_id, at=at)
    return what_would_add(today, values_of(weights.values))


def counts(calls: Collection[UUID]) -> Mapping[UUID, Counts]:
    """Return the searches of the calls in numbers, in two queries; calls that were never looked at are left out."""
    rounds = Decision.objects.filter(search__call__in=calls).values("search__call")
    offers = Offer.objects.filter(call__in=calls).values("call")
    answers: dict[UUID, Mapping[str, Any]] = {
        row["call"]: row
        for row in offers.annotate(
            asked=Count("helper", distinct=True),
            declined=Count("helper", distinct=True, filter=Q(state=OfferState.DECLINED)),
            silent=Count("helper", distinct=True, filter=Q(state__in=NO_ANSWER, standing_since=None)),
        )
    }
    most = rounds.annotate(most=Max("looked_at"), fit=Max("eligible"))
    return {row["search__call"]: _counted(row, answers.get(row["search__call"], {})) for row in most}


def _counted(row: Mapping[str, Any], answers: Mapping[str, Any]) -> Counts:
    return Counts(
        looked_at=row["most"],
        eligible=row["fit"],
        asked=answers.get("asked", 0),
        declined=answers.get("declined", 0),
        silent=answers.get("silent", 0),
    )


def _found(rounds: QuerySet[Decision], helper: Helper) -> list[Found]:
    """Return what those of the rounds that looked at the helper found, the newest first."""
    rows = rounds.order_by("-at", "-round").values_list(
        "pk", "search__call", "at", "eligible", "weights__version", "search__state"
    )
    own = own_lines([row[0] for row in rows], helper.pk)
    return [
        Found(call, at, own[key], fit, version, taken=state == SearchState.FOUND)
        for key, call, at, fit, version, state in rows
        if key in own
    ]


def _around(helper: Helper) -> Q:
    north = helper.radius_km / KM_PER_DEGREE
    east = north / cos(radians(helper.latitude))
    return Q(
        search__call__country=helper.provider.country_id,
        search__call__address__latitude__range=(helper.latitude - north, helper.latitude + north),
        search__call__address__longitude__range=(helper.longitude - east, helper.longitude + east),
    )


def _shunned(line: Line) -> bool:
    excluded = line.filters.get("not_excluded")
    if excluded is None or excluded.met:
        return False
    return not isinstance(excluded.found, list) or Who.CUSTOMER in excluded.found  # unknown whose wish: say nothing


def _wanting(name: str, found: Any, needed: Any) -> list[str]:  # noqa: ANN401 - values as the log keeps them
    if found is None:
        return []  # of somebody far away only the requirement is known
    match name:
        case "skills":
            return [skill for skill, level in needed.items() if found.get(skill, 0) < level]
        case "qualifications":
            return sorted(set(needed) - set(found))
        case "language" | "vehicle":
            return [str(needed)]
    return []

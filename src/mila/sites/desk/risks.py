"""Calls at risk: what went wrong or is about to, how much time is left, and who could come instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, AssignmentState, Offer, Search, SearchState, ServiceCall, Stage, TimeWish
from mila.booking.models.calls import MISSED_STEPS
from mila.crowd.models import Helper
from mila.dispatch import why
from mila.dispatch.actions import next_bonus
from mila.journey.lifecycle import LIFE
from mila.kernel.texts import Texts
from mila.payments.models import Hold, HoldState
from mila.sites.desk.diary import helper_name
from mila.sites.desk.filters import COUNTED_TO, LOOKED_AT, Chip
from mila.sites.desk.lists import packages_of
from mila.sites.templatetags.words import decimal

SHOWN = 50
NEAR = timedelta(hours=24)
HOLDS_FROM = timedelta(hours=72)
WAITS_AT_MOST = timedelta(minutes=10)  # as soon as possible: who has not been found by then needs somebody
AT_THE_DOOR_IN = timedelta(hours=1)
PAUSES_BEFORE = timedelta(hours=2)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
WITH_HELPER = (Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED)

MISSED: Mapping[str, tuple[Sequence[Stage], str]] = {
    "not_contacted": ((Stage.ACCEPTED,), "silent"),
    "not_confirmed": ((Stage.CONTACTED,), "unsure"),
    "not_on_the_way": (WITH_HELPER, "not_on_the_way"),
    "late": ((Stage.ON_THE_WAY,), "late"),
}

KINDS: Mapping[str, Promise] = {
    "unassigned": _("Nobody yet, and near"),
    "not_contacted": _("Client not called"),
    "not_confirmed": _("Not confirmed"),
    "not_on_the_way": _("Not on the way"),
    "late": _("Late"),
    "unsecured": _("No money held"),
    "stranded": _("Stranded"),
}


@dataclass(frozen=True, slots=True)
class Next:
    """Who stood best at the last look and was not asked for this call yet; points as shown, minutes on the road."""

    helper_id: UUID
    name: str
    rank: int
    points: str
    minutes: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Risk:
    """A call at risk with all its kinds, until when something has to happen, and what can be done."""

    call: ServiceCall
    kinds: Sequence[tuple[str, Promise]]
    until: datetime | None
    is_over: bool
    packages: Sequence[Texts]
    held: Assignment | None
    helper: str
    search: Search | None
    next: Next | None
    bonus: int | None
    currency: str
    steps: frozenset[str]


def chips(current: str, at: datetime) -> list[Chip]:
    """Return the kinds with their counts; no count looks at more than a hundred calls."""
    counted = {kind: at_risk(kind, at).order_by()[:LOOKED_AT].count() for kind in KINDS}
    return [
        Chip(kind, name, min(counted[kind], COUNTED_TO), counted[kind] > COUNTED_TO, kind == current)
        for kind, name in KINDS.items()
    ]


def risks(kind: str, at: datetime) -> list[Risk]:
    """Return the most urgent calls of a kind, or of all kinds, each call once, the least time left first."""
    wanted = [kind] if kind in KINDS else list(KINDS)
    kinds: dict[UUID, list[str]] = {}
    calls: dict[UUID, ServiceCall] = {}
    for one in wanted:
        for call in at_risk(one, at)[:SHOWN]:
            calls.setdefault(call.pk, call)
            kinds.setdefault(call.pk, []).append(one)
    urgent = sorted(calls.values(), key=lambda call: (_until(call, kinds[call.pk], at) or LATEST, call.pk))
    return _told(urgent[:SHOWN], kinds, at)


def at_risk(kind: str, at: datetime) -> QuerySet[ServiceCall]:
    """Return the calls of a kind, the next visit first: one query over an index of live calls alone."""
    rows = ServiceCall.objects.select_related("brand", "address", "site_contact", "country")
    return rows.filter(_condition(kind, at)).order_by("visit_starts_at", "pk")


def _condition(kind: str, at: datetime) -> Q:
    if kind in MISSED:
        stages, step = MISSED[kind]
        # The first term is the condition of the index.
        return Q(clock_steps_taken__overlap=MISSED_STEPS) & Q(stage__in=stages, clock_steps_taken__contains=[step])
    if kind == "unassigned":
        at_once = Q(time_wish=TimeWish.ASAP, visit_starts_at=None, since__lte=at - WAITS_AT_MOST)
        return Q(stage=Stage.REQUESTED) & (Q(visit_starts_at__lte=at + NEAR) | at_once)
    if kind == "unsecured":
        return Q(stage=Stage.PAUSED) | _nothing_held(at)
    return Q(stage=Stage.STRANDED)


def _nothing_held(at: datetime) -> Q:
    holds = Hold.objects.filter(call=OuterRef("pk")).exclude(change__isnull=False, reference="")
    newest = holds.order_by("-id").values("state")[:1]
    failed = ServiceCall.objects.filter(
        stage__in=[Stage.REQUESTED, *WITH_HELPER], visit_starts_at__lte=at + HOLDS_FROM
    ).annotate(newest_hold=Subquery(newest))
    return Q(pk__in=failed.filter(Q(("newest_hold", HoldState.FAILED))).values("pk"))


def _until(call: ServiceCall, kinds: Sequence[str], at: datetime) -> datetime | None:
    """Return when it is too late: the visit, its window's end for who is under way, the pause without money."""
    starts = call.visit_starts_at
    if starts is None:
        return call.since + AT_THE_DOOR_IN if call.time_wish == TimeWish.ASAP else call.due_at
    if kinds == ["unsecured"] and call.stage != Stage.PAUSED:
        return starts - PAUSES_BEFORE
    under_way = "late" in kinds or "not_on_the_way" in kinds
    return call.window_ends_at if under_way else starts


def _told(calls: Sequence[ServiceCall], kinds: Mapping[UUID, Sequence[str]], at: datetime) -> list[Risk]:
    held = {row.call_id: row for row in _held(calls)}
    running = Search.objects.filter(call__in=calls, state=SearchState.RUNNING).select_related("policy")
    searches = {row.call_id: row for row in running}
    packages, best = packages_of(calls), _next(calls)
    found = []
    for call in calls:
        until, mine, search = _until(call, kinds[call.pk], at), held.get(call.pk), searches.get(call.pk)
        found.append(
            Risk(
                call=call,
                kinds=[(kind, KINDS[kind]) for kind in kinds[call.pk]],
                until=until,
                is_over=until is not None and until <= at,
                packages=packages[call.pk],
                held=mine,
                helper=helper_name(mine.helper) if mine else "",
                search=search,
                next=best.get(call.pk),
                bonus=next_bonus(search) if search else None,
                currency=call.country.currency,
                steps=_steps(call),
            )
        )
    return found


def _steps(call: ServiceCall) -> frozenset[str]:
    names = ("assign", "seek_replacement", "search_anew", "cancel_by_desk")
    return frozenset(name for name in names if LIFE.step(name, Stage(call.stage)))


def _held(calls: Sequence[ServiceCall]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(call__in=calls, state=AssignmentState.ACTIVE).select_related("helper__account")


def _next(calls: Sequence[ServiceCall]) -> dict[UUID, Next]:
    """Return for each call the best of its last look who neither was asked nor held it, in four queries."""
    gone: dict[UUID, set[UUID]] = {}
    for rows in (Offer.objects.filter(call__in=calls), Assignment.objects.filter(call__in=calls)):
        for call_id, helper_id in rows.values_list("call", "helper"):
            gone.setdefault(call_id, set()).add(helper_id)
    looks = why.best_of_last_look([call.pk for call in calls])
    best = {
        call_id: (at, line)
        for call_id, (at, lines) in looks.items()
        if (line := next((one for one in lines if one.rank and one.helper_id not in gone.get(call_id, ())), None))
    }
    people = Helper.objects.in_bulk([line.helper_id for _at, line in best.values()])
    return {
        call_id: Next(
            helper_id=line.helper_id,
            name=helper_name(people[line.helper_id]),
            rank=line.rank or 0,
            points=decimal(line.total / 1000),
            minutes=line.facts.minutes if line.facts else None,
            at=at,
        )
        for call_id, (at, line) in best.items()
    }

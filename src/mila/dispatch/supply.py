"""Where there is supply: the slots at which somebody could come, less the open calls that compete for them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from mila.booking.models import QuoteLine
from mila.countries import queries as countries
from mila.dispatch.around import Moment, nearest
from mila.dispatch.queries import OpenCall, calls_at_once, competing_calls, levels_of
from mila.dispatch.rules import (
    GET_READY,
    CallFacts,
    HelperFacts,
    could_come,
    eligible,
    filters,
    free_when,
    has_room,
    travel_to,
)
from mila.kernel.periods import Period
from mila.kernel.place import Point, distance_km
from mila.worded import worded

Judged = tuple[HelperFacts, Callable[[Period], bool]]

NEAREST = 150  # helpers looked at: more would not change whether there is supply
FIRST_RUNG = 1
NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rival:
    """An open call that competes for helpers; `period` is None while its time is open."""

    point: Point
    period: Period | None
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be booked, where and for whom: `needs` as of `needs_of`, with its place filled in.

    `email` and `phone` are the customer's as far as they are known, to respect exclusions by either side.
    """

    needs: CallFacts
    country: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Supply for as soon as possible: after how many minutes the nearest free helper would be at the door."""

    minutes: int


def open_slots(wanted: Wanted, *, starts: Sequence[datetime], window_minutes: int, at: datetime) -> list[datetime]:
    """Return those starts of arrival windows at which more helpers are free than open calls compete for."""
    return list(each_open_slot(wanted, starts=starts, window_minutes=window_minutes, at=at))


def each_open_slot(
    wanted: Wanted, *, starts: Sequence[datetime], window_minutes: int, at: datetime
) -> Iterator[datetime]:
    """Yield them one after another, for who asks only whether there is one."""
    if not starts:
        return
    length = timedelta(minutes=window_minutes + wanted.needs.minutes)
    periods = [Period(start, start + length) for start in starts]
    helpers = _candidates(wanted, Period(periods[0].start, max(period.end for period in periods)), at)
    yield from _open_of(periods, wanted, helpers, at)


def open_slots_and_at_once(
    wanted: Wanted, *, starts: Sequence[datetime], window_minutes: int, at: datetime
) -> tuple[list[datetime], AtOnce | None]:
    """Return both answers, as `open_slots` and `at_once` give them, from one look at who is around."""
    length = timedelta(minutes=window_minutes + wanted.needs.minutes)
    periods = [Period(start, start + length) for start in starts]
    last = max([at + NEXT_DAY, *(period.end for period in periods)])
    helpers = _candidates(wanted, Period(at, last), at)
    return list(_open_of(periods, wanted, helpers, at)), _soonest(wanted, helpers, at)


def at_once(wanted: Wanted, *, at: datetime) -> AtOnce | None:
    """Return when somebody who is available now could be there, or None where nobody is, or all are sought already."""
    return _soonest(wanted, who_fit(wanted, at=at), at)


def _soonest(wanted: Wanted, helpers: list[HelperFacts], at: datetime) -> AtOnce | None:
    call = replace(wanted.needs, asap=True)
    here = [one for one in helpers if one.available_until is not None and one.available_until > at]
    ready = [one for one in here if eligible(filters(one, call, at=at, rung=FIRST_RUNG))]
    if call.via and not call.via.is_in_time(at + timedelta(hours=1), call.point, at=at):
        return None
    if len(ready) <= len(_rivals(calls_at_once(wanted.country), ready)):
        return None
    return AtOnce(min(travel_to(one, call) for one in ready) + GET_READY // timedelta(minutes=1))


def who_fit(wanted: Wanted, *, at: datetime) -> list[HelperFacts]:
    """Return the helpers who fit but for the time, the nearest first, with what they have promised for the next day."""
    return _candidates(wanted, Period(at, at + NEXT_DAY), at)


def _candidates(wanted: Wanted, span: Period, at: datetime) -> list[HelperFacts]:
    """Return the helpers who fit but for the time, the nearest first."""
    timeless = replace(wanted.needs, asap=False, periods=())
    on = countries.day_in(countries.by_code(wanted.country), at)
    moment = Moment([span], on, wanted.email, wanted.phone)
    found = nearest(timeless, moment, country=wanted.country, rung=FIRST_RUNG, most=NEAREST)
    return [one for one in found if could_come(one, timeless, at=at, rung=FIRST_RUNG)]


def _open_of(periods: list[Period], wanted: Wanted, helpers: list[HelperFacts], at: datetime) -> Iterator[datetime]:
    rivals = _rivals(competing_calls(wanted.country, periods), helpers)
    via = wanted.needs.via.point if wanted.needs.via else None
    judged = [(one, free_when(one, wanted.needs.point, via)) for one in helpers]
    yield from (period.start for period in periods if _is_open(period, wanted, judged, rivals, at))


def _is_open(period: Period, wanted: Wanted, judged: list[Judged], rivals: list[Rival], at: datetime) -> bool:
    if wanted.needs.via and not wanted.needs.via.is_in_time(period.start, wanted.needs.point, at=at):
        return False
    needed = 1 + sum(rival.period is not None and rival.period.overlaps(period) for rival in rivals)
    free = 0
    for one, is_free in judged:
        free += is_free(period) and has_room(one, period)
        if free >= needed:
            return True
    return False


def _rivals(calls: Sequence[OpenCall], helpers: list[HelperFacts]) -> list[Rival]:
    """Return the calls that one of the helpers could take, with what they need, in two queries for all."""
    needs = _needs(calls)
    found = [Rival(call.point, period, needs[call.id]) for call in calls for period in call.periods or (None,)]
    return [rival for rival in found if any(_may_take(one, rival) for one in helpers)]


def _may_take(helper: HelperFacts, rival: Rival) -> bool:
    """Tell whether an open call may take this helper away: what it needs is held, and the area is the helper's."""
    held = all(helper.skills.get(skill, 0) >= level for skill, level in rival.skills.items())
    return held and distance_km(helper.home, rival.point) <= helper.radius_km


def _needs(calls: Sequence[OpenCall]) -> dict[UUID, dict[str, int]]:
    pairs = _packages_of([call.id for call in calls]) if calls else []
    skills: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for code, skill, level in levels_of(tuple(sorted({package or "" for _call, package in pairs}))):
        skills[code].append((skill, level))
    needs: dict[UUID, dict[str, int]] = defaultdict(dict)
    for call, package in pairs:
        for skill, level in skills[package or ""]:
            needs[call][skill] = max(level, needs[call].get(skill, 0))
    return needs


@worded
def _packages_of(calls: list[UUID]) -> QuerySet[QuoteLine, tuple[UUID, str | None]]:
    lines = QuoteLine.objects.filter(quote__call__pk__among=calls).exclude(package=None)
    return lines.values_list("quote__call", "package").distinct()

"""Who may be asked, and in which order: pure judgements over facts, also for simulations and laws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from mila.kernel.periods import Period, merged
from mila.kernel.place import Point, Transport, distance_km, travel_minutes

GET_READY = timedelta(minutes=10)  # between accepting an as-soon-as-possible call and setting out


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that a helper has promised, with where it is."""

    period: Period
    point: Point


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a decision needs to know of a call.

    `periods` are the times that would bind the helper, empty for as soon as possible and to be agreed;
    `skills` maps each required skill to its level; `contract` is the contract to have signed, if any.
    """

    point: Point
    accuracy_m: int
    periods: tuple[Period, ...]
    asap: bool
    minutes: int
    tiers: frozenset[str]
    skills: Mapping[str, int]
    language: str
    contract: UUID | None


@dataclass(frozen=True, slots=True)
class HelperFacts:
    """What a decision needs to know of a helper; `busy` and `free` are exceptions, `standing` thousandths of a star."""

    id: UUID
    active: bool
    payable: bool
    tier: str
    contracts: frozenset[UUID]
    skills: Mapping[str, int]
    languages: frozenset[str]
    home: Point
    radius_km: int
    second_radius_km: int | None
    transport: Transport
    zone: ZoneInfo
    hours: Mapping[int, Sequence[tuple[time, time]]]
    free: tuple[Period, ...]
    busy: tuple[Period, ...]
    jobs: tuple[Job, ...]
    daily_cap: int
    excluded: bool
    available_until: datetime | None
    available_at: Point | None
    standing: int


@dataclass(frozen=True, slots=True)
class Filter:
    """One requirement with what was found and what was needed, kept in the log of why."""

    met: bool
    found: object
    needed: object


@dataclass(frozen=True, slots=True)
class Points:
    """The sum of points in thousandths, by factor."""

    stars: int
    level: int
    travel: int

    @property
    def total(self) -> int:
        """The sum that ranks."""
        return self.stars + self.level + self.travel


@dataclass(frozen=True, slots=True)
class WeightValues:
    """How much the factors count: points per star, per skill level, and for being next door."""

    stars: int
    level: int
    travel: int


@dataclass(frozen=True, slots=True)
class Rival:
    """An open call that competes for helpers; `period` is None while its time is open."""

    point: Point
    period: Period | None
    skills: Mapping[str, int]


TRAVEL_CAP_MINUTES = 60


def filters(helper: HelperFacts, call: CallFacts, *, at: datetime, rung: int) -> dict[str, Filter]:
    """Return every requirement of the call with the helper's value (product: Distribution 1)."""
    km = distance_km(_start(helper, call), call.point)
    radius = helper.second_radius_km if rung > 1 and helper.second_radius_km else helper.radius_km
    held = {skill: helper.skills.get(skill, 0) for skill in call.skills}
    return {
        "active": Filter(helper.active, helper.active, True),
        "payable": Filter(helper.payable, helper.payable, True),
        "tier": Filter(helper.tier in call.tiers, helper.tier, sorted(call.tiers)),
        "contract": Filter(
            call.contract is None or call.contract in helper.contracts,
            call.contract in helper.contracts,
            call.contract and str(call.contract),
        ),
        "skills": Filter(all(held[skill] >= level for skill, level in call.skills.items()), held, dict(call.skills)),
        "language": Filter(call.language in helper.languages, sorted(helper.languages), call.language),
        "area": Filter(distance_km(helper.home, call.point) <= radius, round(km, 1), radius),
        "not_excluded": Filter(not helper.excluded, not helper.excluded, True),
        "free": _free(helper, call, at),
        "daily_cap": _cap(helper, call, at),
    }


def eligible(found: Mapping[str, Filter]) -> bool:
    """Tell whether every requirement is met."""
    return all(one.met for one in found.values())


def could_come(helper: HelperFacts, call: CallFacts, *, at: datetime, rung: int) -> bool:
    """Tell whether the helper meets all but the daily cap, which depends on the day that is chosen."""
    found = filters(helper, call, at=at, rung=rung)
    return all(one.met for name, one in found.items() if name != "daily_cap")


def may_take(helper: HelperFacts, rival: Rival) -> bool:
    """Tell whether an open call may take this helper away: what it needs is held, and the area is the helper's."""
    held = all(helper.skills.get(skill, 0) >= level for skill, level in rival.skills.items())
    return held and distance_km(helper.home, rival.point) <= helper.radius_km


def has_room(helper: HelperFacts, period: Period) -> bool:
    """Tell whether the helper's daily cap leaves room for another visit on the day of the period."""
    day = _day(helper, period.start)
    return sum(_day(helper, job.period.start) == day for job in helper.jobs) < helper.daily_cap


def points(helper: HelperFacts, call: CallFacts, weights: WeightValues) -> Points:
    """Return the helper's points: raising only stars or a required level strictly adds."""
    minutes = travel_to(helper, call)
    levels = sum(helper.skills.get(skill, 0) for skill in call.skills)
    near = max(0, TRAVEL_CAP_MINUTES - minutes)
    return Points(
        stars=weights.stars * helper.standing,
        level=weights.level * levels * 1000 // max(1, len(call.skills)),
        travel=weights.travel * near * 1000 // TRAVEL_CAP_MINUTES,
    )


def travel_to(helper: HelperFacts, call: CallFacts) -> int:
    """Return the minutes on the road to the call: from where the helper is for a call at once, else from home."""
    km = distance_km(_start(helper, call), call.point)
    return travel_minutes(km, helper.transport, accuracy_m=call.accuracy_m)


def times(helper: HelperFacts, call: CallFacts, at: datetime) -> tuple[Period, ...]:
    """Return the periods that the call would bind this helper, as soon as possible counted with the journey."""
    if not call.asap:
        return call.periods
    start = at + GET_READY + timedelta(minutes=travel_to(helper, call))
    return (Period(start, start + timedelta(minutes=call.minutes)),)


def is_free(helper: HelperFacts, period: Period, point: Point) -> bool:
    """Tell whether the helper works at that time and can travel there and on to the next visit in time."""
    if not any(span.covers(period) for span in _working(helper, period)):
        return False
    if any(busy.overlaps(period) for busy in helper.busy):
        return False
    return all(_fits(helper, job, period, point) for job in helper.jobs)


def _free(helper: HelperFacts, call: CallFacts, at: datetime) -> Filter:
    if call.asap:
        return _free_at_once(helper, call, at)
    if not call.periods:
        return Filter(True, "to be agreed", "to be agreed")
    fitting = [period for period in call.periods if is_free(helper, period, call.point)]
    return Filter(
        bool(fitting),
        [_said(period) for period in fitting],
        [_said(period) for period in call.periods],
    )


def _free_at_once(helper: HelperFacts, call: CallFacts, at: datetime) -> Filter:
    here = helper.available_until is not None and helper.available_until > at
    period = times(helper, call, at)[0]
    fits = all(_fits(helper, job, period, call.point) for job in helper.jobs)
    return Filter(here and fits, {"available": here, "fits": fits}, {"available": True, "fits": True})


def _cap(helper: HelperFacts, call: CallFacts, at: datetime) -> Filter:
    days = {_day(helper, period.start) for period in times(helper, call, at)} or {_day(helper, at)}
    taken = min(sum(_day(helper, job.period.start) == day for job in helper.jobs) for day in days)
    return Filter(taken < helper.daily_cap, taken, helper.daily_cap)


def _fits(helper: HelperFacts, job: Job, period: Period, point: Point) -> bool:
    gap = timedelta(minutes=travel_minutes(distance_km(job.point, point), helper.transport))
    return not period.widened(before=gap, after=gap).overlaps(job.period)


def _working(helper: HelperFacts, period: Period) -> list[Period]:
    first = period.start.astimezone(helper.zone).date()
    spans = list(helper.free)
    for day in (first - timedelta(days=1), first, first + timedelta(days=1)):
        for starts, ends in helper.hours.get(day.weekday(), ()):
            spans.append(Period(datetime.combine(day, starts, helper.zone), datetime.combine(day, ends, helper.zone)))
    return merged(spans)


def _start(helper: HelperFacts, call: CallFacts) -> Point:
    return helper.available_at if call.asap and helper.available_at else helper.home


def _day(helper: HelperFacts, at: datetime) -> str:
    return at.astimezone(helper.zone).date().isoformat()


def _said(period: Period) -> str:
    return f"{period.start.isoformat()}/{period.end.isoformat()}"

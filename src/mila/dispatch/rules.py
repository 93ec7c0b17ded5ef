"""Who may be asked, and in which order: pure judgements over facts, also for simulations and laws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from mila.dispatch.points import PointFacts, Points, WeightValues, score
from mila.dispatch.ways import Via, minutes_to
from mila.kernel.periods import Period, merged
from mila.kernel.place import Point, Transport, distance_km

NO_CALL = UUID(int=0)  # the key of a call that is not booked yet
GET_READY = timedelta(minutes=10)  # between accepting an as-soon-as-possible call and setting out


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that a helper has promised, with where it is, and the branch at which something is fetched before."""

    period: Period
    point: Point
    via: Point | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a decision needs to know of a call.

    `periods` are the times that would bind the helper, empty for as soon as possible and to be agreed;
    `skills` maps each required skill to its level; `contract` is the contract to have signed, if any; `qualifications`
    are the codes that the brand asks for; `vehicle` is the smallest that a pick-up needs, `via` where that is; `key`
    draws lots.
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
    qualifications: frozenset[str] = frozenset()
    vehicle: str | None = None
    via: Via | None = None
    preferred_tier: str | None = None
    key: UUID = NO_CALL


@dataclass(frozen=True, slots=True)
class HelperFacts:
    """What a decision needs to know of a helper.

    `busy` and `free` are exceptions from the hours; `excluded_by` names the sides that do not wish to meet again;
    `ratings` are the last ones as (stars, age in days); of the last `promises` jobs `faults` halves of a fault were
    the helper's own; `earlier` counts well-rated visits to this customer; `road_minutes` is a measured way to the call.
    """

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
    available_until: datetime | None
    available_at: Point | None
    company_active: bool = True
    qualifications: frozenset[str] = frozenset()
    vehicles: frozenset[str] = frozenset()
    excluded_by: frozenset[str] = frozenset()
    ratings: tuple[tuple[int, int], ...] = ()
    promises: int = 0
    faults: int = 0
    earlier: int = 0
    road_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One requirement with what was found and what was needed, kept in the log of why."""

    met: bool
    found: object
    needed: object


VEHICLES = ("cargo_bike", "car", "estate", "van")  # the smallest first


def _carries(found: Sequence[str], needed: str | None) -> bool:
    return needed is None or any(VEHICLES.index(one) >= VEHICLES.index(needed) for one in found)


MEETS: Mapping[str, Callable[[Any, Any], bool]] = {
    "active": lambda found, needed: bool(found == needed),
    "company": lambda found, needed: bool(found == needed),
    "payable": lambda found, needed: bool(found == needed),
    "tier": lambda found, needed: found in needed,
    "contract": lambda found, needed: needed is None or bool(found),
    "skills": lambda found, needed: all(found.get(skill, 0) >= level for skill, level in needed.items()),
    "qualifications": lambda found, needed: set(needed) <= set(found),
    "language": lambda found, needed: needed in found,
    "vehicle": _carries,
    "area": lambda found, needed: bool(found <= needed),
    "not_excluded": lambda found, _needed: not found,
    "free": lambda found, needed: bool(found == needed) or (isinstance(found, list) and bool(found)),
    "daily_cap": lambda found, needed: needed is None or bool(found < needed),
}


def filters(helper: HelperFacts, call: CallFacts, *, at: datetime, rung: int) -> dict[str, Filter]:
    """Return every requirement of the call with the helper's value (product: Distribution 1).

    Whether it is met follows from the two values alone, so that a kept decision can be judged again.
    """
    radius = helper.second_radius_km if rung > 1 and helper.second_radius_km else helper.radius_km
    said: dict[str, tuple[object, object]] = {
        "active": (helper.active, True),
        "company": (helper.company_active, True),
        "payable": (helper.payable, True),
        "tier": (helper.tier, sorted(call.tiers)),
        "contract": (call.contract in helper.contracts, call.contract and str(call.contract)),
        "skills": ({skill: helper.skills.get(skill, 0) for skill in call.skills}, dict(call.skills)),
        "qualifications": (sorted(helper.qualifications & call.qualifications), sorted(call.qualifications)),
        "language": (sorted(helper.languages), call.language),
        "vehicle": (sorted(helper.vehicles), call.vehicle),
        "area": (round(distance_km(helper.home, call.point), 3), radius),
        "not_excluded": (sorted(helper.excluded_by), []),
        "free": _free(helper, call, at),
        "daily_cap": _cap(helper, call, at),
    }
    return {name: Filter(MEETS[name](found, needed), found, needed) for name, (found, needed) in said.items()}


def eligible(found: Mapping[str, Filter]) -> bool:
    """Tell whether every requirement is met."""
    return all(one.met for one in found.values())


def missed_first(found: Mapping[str, Filter]) -> str:
    """Return the first requirement that is not met, empty where all are."""
    return next((name for name, one in found.items() if not one.met), "")


def could_come(helper: HelperFacts, call: CallFacts, *, at: datetime, rung: int) -> bool:
    """Tell whether the helper meets all but the daily cap, which depends on the day that is chosen."""
    found = filters(helper, call, at=at, rung=rung)
    return all(one.met for name, one in found.items() if name != "daily_cap")


def has_room(helper: HelperFacts, period: Period) -> bool:
    """Tell whether the helper's daily cap leaves room for another visit on the day of the period."""
    day = _day(helper, period.start)
    return sum(_day(helper, job.period.start) == day for job in helper.jobs) < helper.daily_cap


def points(helper: HelperFacts, call: CallFacts, weights: WeightValues) -> Points:
    """Return the helper's points: raising only stars or a required level strictly adds."""
    return score(point_facts(helper, call), weights)


def point_facts(helper: HelperFacts, call: CallFacts) -> PointFacts:
    """Return what the helper's points for the call follow from; a level that is missing does not count below none."""
    return PointFacts(
        ratings=helper.ratings,
        above=sum(max(0, helper.skills.get(skill, 0) - level) for skill, level in call.skills.items()),
        skills=max(1, len(call.skills)),
        minutes=travel_to(helper, call),
        promises=helper.promises,
        faults=helper.faults,
        preferred=call.preferred_tier is not None and helper.tier == call.preferred_tier,
        earlier=helper.earlier > 0,
        measured=_is_measured(helper, call),
    )


def travel_to(helper: HelperFacts, call: CallFacts) -> int:
    """Return the minutes on the road to the call: from where the helper is for a call at once, else from home.

    A measured way counts before the straight line times the detour. The stop at a branch counts with it.
    """
    if helper.road_minutes is not None and _is_measured(helper, call):
        return helper.road_minutes
    start = _start(helper, call)
    return minutes_to(start, call.point, helper.transport, via=_via(call), accuracy_m=call.accuracy_m)


def times(helper: HelperFacts, call: CallFacts, at: datetime) -> tuple[Period, ...]:
    """Return the periods that the call would bind this helper, as soon as possible counted with the journey."""
    if not call.asap:
        return call.periods
    start = at + GET_READY + timedelta(minutes=travel_to(helper, call))
    return (Period(start, start + timedelta(minutes=call.minutes)),)


def is_free(helper: HelperFacts, period: Period, point: Point, via: Point | None = None) -> bool:
    """Tell whether the helper works then and can travel there, by the branch where there is one, and on in time."""
    return free_when(helper, point, via)(period)


def free_when(helper: HelperFacts, point: Point, via: Point | None = None) -> Callable[[Period], bool]:
    """Return the judgement of `is_free` for many periods: what is the same for all of them is found once."""
    works: dict[date, list[Period]] = {}
    taken: list[Period] = []

    def is_free_then(period: Period) -> bool:
        day = period.start.astimezone(helper.zone).date()
        if day not in works:
            works[day] = _working(helper, day)
        if not any(span.covers(period) for span in works[day]):
            return False
        if not taken:
            taken.extend([*helper.busy, *(_held_by(helper, job, point, via) for job in helper.jobs)])
        return not any(one.overlaps(period) for one in taken)

    return is_free_then


def fitting(helper: HelperFacts, call: CallFacts, at: datetime) -> list[Period]:
    """Return those of the call's times at which the helper is free and has room that day, in the call's order."""
    free = [period for period in times(helper, call, at) if is_free(helper, period, call.point, _via(call))]
    return [period for period in free if has_room(helper, period)] or free


def _free(helper: HelperFacts, call: CallFacts, at: datetime) -> tuple[object, object]:
    if call.asap:
        return _free_at_once(helper, call, at)
    if not call.periods:
        return "to be agreed", "to be agreed"
    free = [period for period in call.periods if is_free(helper, period, call.point, _via(call))]
    return [_said(period) for period in free], [_said(period) for period in call.periods]


def _free_at_once(helper: HelperFacts, call: CallFacts, at: datetime) -> tuple[object, object]:
    here = helper.available_until is not None and helper.available_until > at
    period = times(helper, call, at)[0]
    fits = not any(_held_by(helper, job, call.point, _via(call)).overlaps(period) for job in helper.jobs)
    return {"available": here, "fits": fits}, {"available": True, "fits": True}


def _cap(helper: HelperFacts, call: CallFacts, at: datetime) -> tuple[object, object]:
    asked = times(helper, call, at)
    free = asked if call.asap else [period for period in asked if is_free(helper, period, call.point, _via(call))]
    days = {_day(helper, period.start) for period in free or asked}
    if not days:
        return 0, None  # the day is to be agreed
    return min(sum(_day(helper, job.period.start) == day for job in helper.jobs) for day in days), helper.daily_cap


def _held_by(helper: HelperFacts, job: Job, point: Point, via: Point | None) -> Period:
    """Return the time that a promised visit keeps the helper from the point: with the way there, and on from it."""
    there = timedelta(minutes=minutes_to(point, job.point, helper.transport, via=job.via))
    onward = timedelta(minutes=minutes_to(job.point, point, helper.transport, via=via))
    return job.period.widened(before=there, after=onward)


def _via(call: CallFacts) -> Point | None:
    return call.via.point if call.via else None


def _working(helper: HelperFacts, first: date) -> list[Period]:
    spans = list(helper.free)
    for day in (first - timedelta(days=1), first, first + timedelta(days=1)):
        for starts, ends in helper.hours.get(day.weekday(), ()):
            spans.append(Period(datetime.combine(day, starts, helper.zone), datetime.combine(day, ends, helper.zone)))
    return merged(spans)


def _start(helper: HelperFacts, call: CallFacts) -> Point:
    return helper.available_at if call.asap and helper.available_at else helper.home


def _is_measured(helper: HelperFacts, call: CallFacts) -> bool:
    return helper.road_minutes is not None and _start(helper, call) == helper.home and call.via is None


def _day(helper: HelperFacts, at: datetime) -> str:
    return at.astimezone(helper.zone).date().isoformat()


def _said(period: Period) -> str:
    return f"{period.start.isoformat()}/{period.end.isoformat()}"

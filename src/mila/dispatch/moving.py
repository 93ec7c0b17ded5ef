"""The times to which a visit can be moved: those that suit whoever comes, and those that somebody could keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.dispatch import queries, supply
from mila.dispatch.around import Moment, named
from mila.dispatch.rules import free_when
from mila.dispatch.supply import Wanted
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.kernel.periods import Period
from mila.visit import queries as visit


@dataclass(frozen=True, slots=True)
class Movable:
    """A start of an arrival window; `same_helper` where it suits who comes already."""

    starts_at: datetime
    same_helper: bool


def starts_to_move_to(call: ServiceCall, *, at: datetime) -> list[Movable]:
    """Return the starts to which the visit could move, in order: free for its helper, or with supply otherwise."""
    possible = [start for start in possible_starts(countries.zone(call.country), at) if start != call.visit_starts_at]
    held = booking.active_assignment(call)
    theirs = set(free_starts(call=call, helper=held.helper, starts=possible)) if held else set()
    others = set(starts_with_supply(call, starts=possible, at=at))
    return [Movable(start, start in theirs) for start in possible if start in theirs or start in others]


def starts_with_supply(call: ServiceCall, *, starts: Sequence[datetime], at: datetime) -> list[datetime]:
    """Return those starts at which more helpers are free for this call than other calls compete for."""
    contact = call.site_contact
    needs = replace(queries.call_facts(call), periods=(), asap=False)
    wanted = Wanted(needs, call.country_id, email=contact.email, phone=contact.phone)
    return supply.open_slots(wanted, starts=list(starts), window_minutes=WINDOW_MINUTES, at=at)


def free_starts(*, call: ServiceCall, helper: Helper, starts: Sequence[datetime]) -> list[datetime]:
    """Return those starts at which the helper works and can be there, the present time of this call set aside."""
    if not starts:
        return []
    periods = {start: _period(call, start) for start in starts}
    around = [Period(min(starts), max(period.end for period in periods.values()))]
    own = booking.bound_period(call, call.visit_starts_at) if call.visit_starts_at else None
    facts = named([helper.pk], Moment(around, min(starts).date()))[0]
    facts = replace(facts, jobs=tuple(job for job in facts.jobs if job.period != own))
    point, brought = call.address.point, visit.delivery(call)
    via = brought.branch.point if brought else None
    is_free = free_when(facts, point, via)
    return [start for start, period in periods.items() if is_free(period)]


def _period(call: ServiceCall, start: datetime) -> Period:
    window = call.window_minutes or WINDOW_MINUTES
    return booking.period_of(start, window_minutes=window, minutes=call.minutes)

"""The times that a helper can propose for a visit whose time is to be agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mila.booking.models import Assignment, AssignmentState, ServiceCall
from mila.countries import queries as countries
from mila.dispatch import moving
from mila.dispatch.windows import possible_starts

MOST_DAYS = 7
BEFORE_WORK = ("accepted", "contacted", "confirmed")


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day with the starts of arrival windows at which the helper is free."""

    date: date
    starts: list[datetime]


def may_propose(held: Assignment) -> bool:
    """Tell whether the helper has to find a time with the client."""
    call = held.call
    is_held = held.state == AssignmentState.ACTIVE and call.stage in BEFORE_WORK
    return is_held and call.visit_starts_at is None


def days(held: Assignment, at: datetime) -> list[FreeDay]:
    """Return the next days on which the helper is free, with the times."""
    starts = possible_starts(countries.zone(held.call.country), at)
    return by_day(moving.free_starts(call=held.call, helper=held.helper, starts=starts), held.call)[:MOST_DAYS]


def by_day(starts: Sequence[datetime], call: ServiceCall) -> list[FreeDay]:
    """Return the starts under the days of the visit's country."""
    zone = countries.zone(call.country)
    found: dict[date, list[datetime]] = {}
    for start in starts:
        found.setdefault(start.astimezone(zone).date(), []).append(start)
    return [FreeDay(day, each) for day, each in found.items()]


def starts_of(said: Sequence[str]) -> list[datetime]:
    """Return the times that the form says in ISO form; what is none is left out."""
    found = []
    for one in said[:20]:
        try:
            start = datetime.fromisoformat(one)
        except ValueError:
            continue
        found += [start] if start.tzinfo else []
    return found

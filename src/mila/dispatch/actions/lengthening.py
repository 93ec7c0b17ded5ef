"""More work for the helper who holds a call: whether he can do it, and whether it fits before the next visit."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction

from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ServiceCall
from mila.catalog.models import Package
from mila.countries import queries as countries
from mila.crowd import queries as crowd
from mila.crowd.models import Helper
from mila.dispatch.actions.promises import Overlap, one_promise_at_a_time
from mila.dispatch.queries import skills_needed
from mila.kernel.occasion import Occasion
from mila.kernel.periods import Period
from mila.kernel.place import Transport, distance_km, travel_minutes

FURTHEST_WAY = timedelta(hours=4)


def able_to(helper: Helper, packages: Iterable[Package], *, call: ServiceCall) -> list[Package]:
    """Return those of the packages for which the helper has the skills and all that the call's brand asks for."""
    held = dict(crowd.skills_of(helper.pk).values_list("skill", "level"))
    on = countries.day_in(call.country, call.booked_at)
    proven = crowd.proven(helper.pk, on)
    return [
        package
        for package in packages
        if all(held.get(skill, 0) >= level for skill, level in skills_needed([package]).items())
        and crowd.qualifications_asked(brand=call.brand, packages=[package], on=on) <= proven
    ]


def has_time_for(held: Assignment, *, minutes: int) -> bool:
    """Tell whether the work would end in time for the way to the helper's next visit; `minutes` of work in all."""
    taken = _taken(held, held.call, minutes)
    if taken is None:
        return True
    around = taken.widened(before=timedelta(), after=FURTHEST_WAY)
    later = Assignment.objects.filter(
        helper=held.helper_id, state=AssignmentState.ACTIVE, period__overlap=(around.start, around.end)
    )
    return all(_leaves_the_way(held, one, taken) for one in later.exclude(pk=held.pk).select_related("call__address"))


def bind_for_longer(call: ServiceCall, now: Occasion) -> None:
    """Bind the helper for the work as it is now. Refuses what overlaps with another visit."""
    held = booking.active_assignment(call)
    period = _taken(held, call, call.minutes) if held else None
    if held is None or period is None:
        return
    one_promise_at_a_time(held.helper)
    try:
        with transaction.atomic():
            held.period = (period.start, period.end)
            held.save(update_fields=["period"])
    except IntegrityError as fault:
        raise Overlap from fault


def _taken(held: Assignment, call: ServiceCall, minutes: int) -> Period | None:
    if held.period is None or held.period.lower is None:
        return None
    return booking.period_of(held.period.lower, window_minutes=call.window_minutes, minutes=minutes)


def _leaves_the_way(held: Assignment, other: Assignment, taken: Period) -> bool:
    if other.period is None or other.period.lower is None or other.period.lower < taken.start:
        return True
    km = distance_km(held.call.address.point, other.call.address.point)
    way = timedelta(minutes=travel_minutes(km, Transport(held.helper.transport)))
    return bool(taken.end + way <= other.period.lower)

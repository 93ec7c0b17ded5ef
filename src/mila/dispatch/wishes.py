"""Whom a customer may wish for by name, and when that person could come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from mila.booking.models import Exclusion, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import Helper, HelperState, ProviderState
from mila.dispatch.around import Moment, named
from mila.dispatch.rules import is_free
from mila.dispatch.supply import Wanted
from mila.kernel.periods import Period


def may_be_wished_for(*, helper: Helper, call: ServiceCall) -> bool:
    """Tell whether the customer of an earlier call may ask for its helper: at work, and neither side is against it."""
    at_work = helper.state == HelperState.ACTIVE and helper.provider.state == ProviderState.ACTIVE
    booker = call.booker
    same = Q(call=call)
    if booker.email:
        same |= Q(email__iexact=booker.email)
    if booker.phone:
        same |= Q(phone=booker.phone)
    return at_work and not Exclusion.objects.filter(same, helper=helper).exists()


def starts_of(
    *, helper: UUID, wanted: Wanted, starts: Sequence[datetime], window_minutes: int, at: datetime
) -> set[datetime]:
    """Return those starts of arrival windows at which this helper works and can be there."""
    if not starts:
        return set()
    length = timedelta(minutes=window_minutes + wanted.needs.minutes)
    span = Period(min(starts), max(starts) + length)
    on = countries.day_in(countries.by_code(wanted.country), at)
    found = named([helper], Moment([span], on, wanted.email, wanted.phone))
    needs, via = wanted.needs, wanted.needs.via.point if wanted.needs.via else None
    return {start for one in found for start in starts if is_free(one, Period(start, start + length), needs.point, via)}

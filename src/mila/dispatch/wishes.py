"""Whom a customer may wish for by name, and when that person could come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from mila.booking.models import Exclusion, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import Helper, HelperState, ProviderState
from mila.dispatch.around import Moment, named
from mila.dispatch.rules import free_when
from mila.dispatch.supply import Wanted
from mila.kernel.periods import Period
from mila.worded import worded


def may_be_wished_for(*, helper: Helper, call: ServiceCall) -> bool:
    """Tell whether the customer of an earlier call may ask for its helper: at work, and neither side is against it."""
    return bool(_at_work_and_welcome(helper.pk, call.pk, call.booker.email, call.booker.phone))


@worded
def _at_work_and_welcome(helper: UUID, call: UUID, email: str, phone: str) -> QuerySet[Helper, UUID]:
    by_mail, by_phone = Q(email__iexact=email) & ~Q(email=""), Q(phone=phone) & ~Q(phone="")
    against = Exclusion.objects.filter(Q(call=call) | by_mail | by_phone, helper=OuterRef("pk"))
    at_work = Helper.objects.filter(pk=helper, state=HelperState.ACTIVE, provider__state=ProviderState.ACTIVE)
    return at_work.filter(~Exists(against)).values_list("pk", flat=True)


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
    judged = [free_when(one, needs.point, via) for one in found]
    return {start for is_free in judged for start in starts if is_free(Period(start, start + length))}

"""Quiet hours of the country and of each helper: nobody is woken for next week's visit."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from mila.booking import actions as bookings
from mila.booking.models import Search, TimeWish
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.dispatch.actions.waking import policy_of, wake
from mila.dispatch.windows import night_ends
from mila.kernel.occasion import Occasion
from mila.worded import worded

QuietHours = tuple[ZoneInfo, time, time]


def night_ends_at(search: Search, now: Occasion) -> datetime | None:
    """Return when the country's helpers may be rung again, None where they may be now."""
    policy, zone = policy_of(search), countries.zone(search.call.country)
    if policy.quiet_from is None or policy.quiet_until is None:
        return None
    ends = night_ends(now.at, zone, policy.quiet_from, policy.quiet_until)
    return ends if ends is not None and _can_wait(search, ends) else None


def quiet_hours(helpers: Collection[UUID]) -> dict[UUID, QuietHours]:
    """Return the quiet hours of those of the helpers who have some, each in their own zone."""
    hours = _quiet_hours(list(helpers)) if helpers else []
    return {pk: (ZoneInfo(zone), begin, end) for pk, zone, begin, end in hours if begin and end}


def asleep_until(search: Search, hours: QuietHours | None, now: Occasion) -> datetime | None:
    """Return when the quiet hours of a helper end that are now, None where the helper may be rung."""
    ends = night_ends(now.at, *hours) if hours else None
    return ends if ends is not None and _can_wait(search, ends) else None


@worded
def _quiet_hours(helpers: list[UUID]) -> QuerySet[Helper, tuple[UUID, str, time | None, time | None]]:
    rows = Helper.objects.filter(pk__among=helpers, quiet_from__isnull=False, quiet_until__isnull=False)
    return rows.values_list("pk", "zone", "quiet_from", "quiet_until")


def rest_until(search: Search, morning: datetime, now: Occasion) -> None:
    """Rest until the morning; the rung's time begins then, and the customer reads that nobody is woken."""
    if search.rests_until != morning:
        bookings.note(search.call, step="search_rests", now=now, facts={"until": morning.isoformat()})
    search.rests_until = search.rung_since = morning
    wake(search, morning)


def _can_wait(search: Search, ends: datetime) -> bool:
    """Tell whether the visit leaves time enough after the night; who is *available now* has said to be awake."""
    call = search.call
    if call.time_wish == TimeWish.ASAP:
        return False
    starts = call.visit_starts_at or call.wished_slots.order_by("starts_at").values_list("starts_at", flat=True).first()
    return starts is None or starts >= ends + timedelta(minutes=policy_of(search).night_notice_minutes)

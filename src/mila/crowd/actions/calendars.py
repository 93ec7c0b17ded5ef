"""Calendars of helpers: those elsewhere that count as busy, and the own one that is given out."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.crowd.adapters.calendar import CalendarFault, busy_times, fetch
from mila.crowd.models import (
    AvailabilityException,
    CalendarFeed,
    CalendarSubscription,
    ExceptionKind,
    ExceptionSource,
    Helper,
)
from mila.crowd.rules import AHEAD, KEPT_FOR, READ_EVERY, calendar_back_off
from mila.kernel.ids import new_key
from mila.kernel.periods import Period
from mila.kernel.refusal import Refusal

log = logging.getLogger("mila.calendars")

MOST_CALENDARS = 5
LEASE = timedelta(minutes=3)

Fetch = Callable[[str], bytes]


class TooManyCalendars(Refusal):
    """Five calendars are enough."""

    code = "too_many_calendars"
    status = 422
    sentence = _("Five calendars are read already. Remove one first.")
    field = "address"


class CalendarKnown(Refusal):
    """The calendar is read already."""

    code = "calendar_known"
    status = 422
    sentence = _("This calendar is read already.")
    field = "address"


def subscribe(*, helper: Helper, address: str, name: str, at: datetime) -> CalendarSubscription:
    """Let the appointments at the address count as busy; it is read at once, then again and again.

    Refuses a calendar that is read already, and more than five.
    """
    with transaction.atomic():
        Helper.objects.select_for_update(no_key=True).get(pk=helper.pk)
        if helper.calendars.filter(address=address).exists():
            raise CalendarKnown
        if helper.calendars.count() >= MOST_CALENDARS:
            raise TooManyCalendars
        return helper.calendars.create(address=address, name=name, added_at=at, due_at=at)


def unsubscribe(*, helper: Helper, calendar_id: UUID) -> None:
    """Read the calendar no more, and forget its busy times."""
    helper.calendars.filter(pk=calendar_id).delete()


def read_soon(*, helper: Helper, calendar_id: UUID, at: datetime) -> None:
    """Let the calendar be read next, without waiting for its turn."""
    helper.calendars.filter(pk=calendar_id, due_at__gt=at).update(due_at=at)


def read_next_calendar(*, at: datetime, ask: Fetch = fetch) -> UUID | None:
    """Read the calendar that is due the longest and write down its busy times; None where none is due.

    The calendar is asked for outside any transaction. Where it cannot be read, earlier busy times stay until they are
    too old (`KEPT_FOR`), and it is tried again after a while that grows.
    """
    taken = _take(at)
    if taken is None:
        return None
    try:
        busy = busy_times(ask(taken.address), zone=ZoneInfo(taken.helper.zone), span=Period(at, at + AHEAD))
    except CalendarFault as fault:
        log.info("calendar not read", extra={"facts": {"calendar": str(taken.pk), "fault": fault.code}})
        _note_fault(taken.pk, fault.code, at)
    else:
        _write(taken.pk, busy, at)
    return taken.pk


def give_feed(*, helper: Helper, at: datetime) -> CalendarFeed:
    """Make the secret address of the helper's own visits; an earlier one stops working."""
    return CalendarFeed.objects.update_or_create(helper=helper, defaults={"key": new_key(), "made_at": at})[0]


def revoke_feed(*, helper: Helper) -> None:
    """Let the secret address of the helper's own visits stop working."""
    CalendarFeed.objects.filter(helper=helper).delete()


def _take(at: datetime) -> CalendarSubscription | None:
    with transaction.atomic():
        rows = CalendarSubscription.objects.select_for_update(skip_locked=True, of=("self",)).select_related("helper")
        taken = rows.filter(due_at__lte=at).order_by("due_at", "pk").first()
        if taken is not None:
            taken.due_at = at + LEASE
            taken.save(update_fields=["due_at"])
    return taken


def _write(calendar_id: UUID, busy: list[Period], at: datetime) -> None:
    with transaction.atomic():
        row = CalendarSubscription.objects.select_for_update().filter(pk=calendar_id).first()
        if row is None:  # removed while it was read
            return
        row.busy.all().delete()
        AvailabilityException.objects.bulk_create(
            AvailabilityException(
                helper_id=row.helper_id,
                calendar=row,
                kind=ExceptionKind.BUSY,
                source=ExceptionSource.CALENDAR,
                starts_at=period.start,
                ends_at=period.end,
            )
            for period in busy
        )
        row.read_at, row.failing_since, row.fault, row.tries = at, None, "", 0
        row.due_at = at + READ_EVERY
        row.save()


def _note_fault(calendar_id: UUID, code: str, at: datetime) -> None:
    with transaction.atomic():
        row = CalendarSubscription.objects.select_for_update().filter(pk=calendar_id).first()
        if row is None:
            return
        row.failing_since, row.fault = row.failing_since or at, code
        row.tries += 1
        row.due_at = at + calendar_back_off(row.tries)
        row.save()
        if row.read_at is None or row.read_at + KEPT_FOR <= at:
            row.busy.all().delete()

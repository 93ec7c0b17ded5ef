"""Calendars elsewhere count as busy; the own one is given out."""

from datetime import datetime, timedelta

import pytest
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call
from tests.story import who_is_asked

from mila.crowd import actions as crowd
from mila.crowd.adapters.calendar import CalendarFault
from mila.crowd.models import CalendarSubscription, ExceptionSource, Helper
from mila.crowd.rules import KEPT_FOR, READ_EVERY

pytestmark = pytest.mark.django_db
ADDRESS = "https://calendar.example/luca.ics"


def dentist(_address: str) -> bytes:
    start = IN_THREE_DAYS.strftime("%Y%m%dT%H%M%SZ")
    event = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:{start}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    return f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n".encode()


def nothing_in_it(_address: str) -> bytes:
    return b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def away(_address: str) -> bytes:
    raise CalendarFault("away")


def a_calendar(helper: Helper) -> CalendarSubscription:
    return crowd.subscribe(helper=helper, address=ADDRESS, name="Home", at=NOON)


def read(at: datetime, ask: object) -> CalendarSubscription:
    assert crowd.read_next_calendar(at=at, ask=ask)  # type: ignore[arg-type]
    return CalendarSubscription.objects.get()


def test_who_is_at_the_dentist_is_not_asked() -> None:
    luca, mia = a_helper("Luca", level=5), a_helper("Mia")
    a_calendar(luca)
    read(NOON, dentist)
    assert luca.exceptions.get().source == ExceptionSource.CALENDAR
    assert who_is_asked(a_requested_call(), NOON) == mia


def test_an_appointment_that_is_gone_elsewhere_is_gone_here() -> None:
    luca = a_helper()
    row = a_calendar(luca)
    assert read(NOON, dentist).due_at == NOON + READ_EVERY
    assert crowd.read_next_calendar(at=NOON + READ_EVERY - timedelta(seconds=1), ask=nothing_in_it) is None
    read(NOON + READ_EVERY, nothing_in_it)
    assert not row.busy.exists()


def test_a_calendar_that_is_away_keeps_its_busy_times_for_three_days() -> None:
    luca = a_helper()
    row = a_calendar(luca)
    read(NOON, dentist)
    failing = read(NOON + timedelta(hours=1), away)
    assert (failing.fault, failing.failing_since, failing.tries) == ("away", NOON + timedelta(hours=1), 1)
    assert failing.due_at == NOON + timedelta(hours=1, minutes=5)
    assert row.busy.count() == 1
    later = read(NOON + KEPT_FOR, away)
    assert later.failing_since == NOON + timedelta(hours=1)
    assert not row.busy.exists()
    assert read(NOON + KEPT_FOR + timedelta(days=1), nothing_in_it).fault == ""


def test_a_calendar_removed_while_it_was_read_leaves_no_busy_times() -> None:
    luca = a_helper()
    row = a_calendar(luca)

    def removed(address: str) -> bytes:
        crowd.unsubscribe(helper=luca, calendar_id=row.pk)
        return dentist(address)

    crowd.read_next_calendar(at=NOON, ask=removed)
    assert not luca.exceptions.exists()


def test_two_workers_do_not_read_the_same_calendar() -> None:
    luca = a_helper()
    a_calendar(luca)

    def meanwhile(address: str) -> bytes:
        assert crowd.read_next_calendar(at=NOON, ask=dentist) is None
        return dentist(address)

    read(NOON, meanwhile)


def test_a_calendar_is_read_once_and_five_are_enough() -> None:
    luca = a_helper()
    a_calendar(luca)
    with pytest.raises(crowd.CalendarKnown):
        a_calendar(luca)
    for number in range(4):
        crowd.subscribe(helper=luca, address=f"{ADDRESS}?{number}", name="x", at=NOON)
    with pytest.raises(crowd.TooManyCalendars):
        crowd.subscribe(helper=luca, address=f"{ADDRESS}?5", name="x", at=NOON)

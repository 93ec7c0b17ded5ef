"""What of a calendar binds its owner."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila.crowd.adapters.calendar import CalendarFault, busy_times
from mila.kernel.periods import Period

ZURICH = ZoneInfo("Europe/Zurich")
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
WEEK = Period(MONDAY, MONDAY + timedelta(days=7))


def a_calendar(*events: str) -> bytes:
    inside = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\n{event}\r\nEND:VEVENT\r\n" for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{inside}END:VCALENDAR\r\n".encode()


def busy(*events: str) -> list[str]:
    found = busy_times(a_calendar(*events), zone=ZURICH, span=WEEK)
    return [f"{one.start.astimezone(ZURICH):%a %H:%M}–{one.end.astimezone(ZURICH):%a %H:%M}" for one in found]


def test_an_appointment_is_busy_in_its_own_zone() -> None:
    assert busy("DTSTART;TZID=Europe/London:20261124T090000\r\nDTEND;TZID=Europe/London:20261124T100000") == [
        "Tue 10:00–Tue 11:00"
    ]


def test_a_time_without_a_zone_is_the_helpers() -> None:
    assert busy("DTSTART:20261124T090000\r\nDURATION:PT30M") == ["Tue 09:00–Tue 09:30"]


def test_a_whole_day_begins_and_ends_at_the_helpers_midnight() -> None:
    assert busy("DTSTART;VALUE=DATE:20261125") == ["Wed 00:00–Thu 00:00"]


def test_a_weekly_appointment_comes_back_but_for_the_week_it_was_moved() -> None:
    series = "DTSTART:20261102T080000Z\r\nDTEND:20261102T090000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH"
    moved = series + "\r\nEXDATE:20261126T080000Z"
    assert busy(moved) == ["Mon 09:00–Mon 10:00"]


@pytest.mark.parametrize("said", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"])
def test_what_is_cancelled_or_marked_free_does_not_bind(said: str) -> None:
    assert busy(f"DTSTART:20261124T080000Z\r\nDTEND:20261124T090000Z\r\n{said}") == []


def test_own_visits_that_come_back_from_another_calendar_do_not_bind() -> None:
    event = b"BEGIN:VEVENT\r\nUID:1@visits.mila\r\nDTSTART:20261124T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    assert busy_times(a_calendar().replace(b"END:VCAL", event + b"END:VCAL"), zone=ZURICH, span=WEEK) == []


def test_overlapping_appointments_are_joined_and_cut_at_the_horizon() -> None:
    assert busy(
        "DTSTART:20261120T080000Z\r\nDTEND:20261123T090000Z",
        "DTSTART:20261123T083000Z\r\nDTEND:20261123T100000Z",
        "DTSTART:20271123T083000Z\r\nDTEND:20271123T100000Z",
    ) == ["Mon 01:00–Mon 11:00"]


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=DAILY;BYSECOND=1,2"]
)
def test_a_calendar_that_repeats_without_end_is_not_read(rule: str) -> None:
    with pytest.raises(CalendarFault, match="unreadable"):
        busy(f"DTSTART:20260101T080000Z\r\nDURATION:PT1M\r\nRRULE:{rule}")


def test_an_appointment_since_the_middle_ages_is_not_counted_through() -> None:
    with pytest.raises(CalendarFault, match="unreadable"):
        busy("DTSTART:10010101T080000Z\r\nDURATION:PT1M\r\nRRULE:FREQ=DAILY")


@pytest.mark.parametrize("data", [b"", b"<html>", b"BEGIN:VCALENDAR", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_what_is_no_calendar_is_said_to_be_none(data: bytes) -> None:
    try:
        assert busy_times(data, zone=ZURICH, span=WEEK) == []
    except CalendarFault as fault:
        assert fault.code == "unreadable"  # noqa: PT017 - either is right for a calendar that was cut off


@given(st.lists(st.sampled_from([
    "DTSTART:20261124T080000Z", "DTSTART;TZID=Nowhere/Land:20261124T080000", "DTSTART;VALUE=DATE:20261125",
    "DTEND:rubbish",
    "DURATION:-PT1H", "RRULE:FREQ=WEEKLY;COUNT=-1", "RRULE:rubbish", "EXDATE:rubbish", "RECURRENCE-ID:20261124T080000Z",
    "DTEND:20261124T070000Z", "RDATE:20261124T080000Z,20261126T080000Z", "SEQUENCE:x", "DTSTART:99999999T999999Z",
])))  # fmt: skip
def test_whatever_a_stranger_writes_is_read_or_refused(lines: list[str]) -> None:
    with suppress(CalendarFault):
        busy_times(a_calendar("\r\n".join(lines)), zone=ZURICH, span=WEEK)

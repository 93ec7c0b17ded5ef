"""What of a calendar binds its owner: the busy times of a span, however the appointments repeat."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event

from mila.crowd.adapters.calendar.fault import CalendarFault
from mila.kernel.periods import Period, merged

OWN_UID = "@visits.mila"  # the house's own visits, back from a calendar that reads them here
MOST_EVENTS = 5_000
MOST_REPEATING = 300
MOST_OCCURRENCES = 3_000
EARLIEST = 1990
BACK = timedelta(days=45)  # an appointment that began before the span may reach into it
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


def busy_times(data: bytes, *, zone: ZoneInfo, span: Period) -> list[Period]:
    """Return when the calendar's owner is busy within the span, joined and in order. Raises CalendarFault.

    Days as a whole, and times without a zone, are those of `zone`. Cancelled appointments, those marked as free, and
    the house's own visits do not bind. A calendar that repeats more often than anybody's appointments do is not read.
    """
    try:
        return merged([period for calendar in _parsed(data) for period in _busy(calendar, zone, span)])
    except CalendarFault:
        raise
    except Exception as fault:  # the text is a stranger's: whatever it breaks in the library, it is unreadable
        raise CalendarFault("unreadable") from fault


def _parsed(data: bytes) -> list[Calendar]:
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        raise CalendarFault("unreadable")
    found = Calendar.from_ical(data.lstrip(b"\xef\xbb\xbf \t\r\n"), multiple=True)
    calendars = [one for one in found if one.name == "VCALENDAR"]
    _must_end(calendars)
    return calendars


def _must_end(calendars: list[Calendar]) -> None:
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    repeating = [event for event in events if "RRULE" in event]
    if len(events) > MOST_EVENTS or len(repeating) > MOST_REPEATING:
        raise CalendarFault("big")
    if any(_is_endless(event) for event in repeating):
        raise CalendarFault("unreadable")


def _is_endless(event: Component) -> bool:
    given: Any = event["RRULE"]
    rules = given if isinstance(given, list) else [given]
    started = _said(event, "DTSTART")
    if not isinstance(started, date) or started.year < EARLIEST or len(rules) > 3:
        return True
    return any(
        not hasattr(rule, "get")
        or TOO_OFTEN & {str(one).upper() for one in rule.get("FREQ", [])}
        or any(name in rule for name in WITHIN_A_DAY)
        for rule in rules
    )


def _busy(calendar: Calendar, zone: ZoneInfo, span: Period) -> list[Period]:
    return [
        Period(max(period.start, span.start), min(period.end, span.end))
        for event in islice(_occurrences(calendar, span), MOST_OCCURRENCES)
        if _binds(event) and (period := _period(event, zone)) is not None and period.overlaps(span)
    ]


def _occurrences(calendar: Calendar, span: Period) -> Iterator[Event]:
    known = recurring_ical_events.of(calendar, components=["VEVENT"])
    for event in known.after(span.start - BACK):
        if _moment(_said(event, "DTSTART"), UTC) > span.end + timedelta(days=1):
            return
        yield event


def _binds(event: Event) -> bool:
    said = {name: str(event.get(name, "")).upper() for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")}
    if said["STATUS"] == "CANCELLED" or said["TRANSP"] == "TRANSPARENT":
        return False
    return said["X-MICROSOFT-CDO-BUSYSTATUS"] != "FREE" and not str(event.get("UID", "")).endswith(OWN_UID)


def _period(event: Event, zone: ZoneInfo) -> Period | None:
    starts, ends = _said(event, "DTSTART"), _said(event, "DTEND")
    if ends is None:
        ends = starts + (_said(event, "DURATION") or _default(starts))
    start, end = _moment(starts, zone), _moment(ends, zone)
    return Period(start, end) if start < end else None


def _said(event: Component, name: str) -> Any:  # noqa: ANN401 - a day, a moment or a length, as the stranger wrote
    return getattr(event.get(name), "dt", None)


def _default(starts: date) -> timedelta:
    return timedelta() if isinstance(starts, datetime) else timedelta(days=1)


def _moment(said: date, zone: tzinfo) -> datetime:
    if not isinstance(said, datetime):
        return datetime.combine(said, time(), zone)
    return said if said.tzinfo else said.replace(tzinfo=zone)

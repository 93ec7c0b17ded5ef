"""A picture of the helper's week: free, busy and promised time, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.crowd import queries as crowd
from mila.crowd.models import AvailabilityException, ExceptionKind, Helper
from mila.crowd.rules import DrawnDay, Span, Times, drawn_days
from mila.kernel.periods import Period

HOUR = 12  # pixels
COLUMN = 48
FIRST_HOUR, LAST_HOUR = 6, 24
KINDS: dict[str, Promise] = {"free": _("free"), "busy": _("busy"), "visit": _("visit")}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a day, drawn and said."""

    kind: str
    word: Promise
    x: int
    y: int
    height: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picture with its stretches in order."""

    day: date
    x: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days as they are drawn, with the lines of the hours."""

    days: list[Day]
    hours: list[tuple[int, int]]
    width: int = 7 * COLUMN + 28
    height: int = (LAST_HOUR - FIRST_HOUR) * HOUR + 24


def hours_of(helper: Helper) -> dict[int, list[Span]]:
    """Return the helper's weekly hours by day."""
    hours: dict[int, list[Span]] = {}
    for span in crowd.hours_of(helper.id):
        hours.setdefault(span.weekday, []).append((span.starts, span.ends))
    return hours


def week_of(helper: Helper, first: date) -> Week:
    """Return the picture of the seven days from the first on."""
    zone = ZoneInfo(helper.zone)
    start = datetime.combine(first, time(), zone)
    span = Period(start, start + timedelta(days=8))
    exceptions = list(crowd.exceptions_within(helper.id, span))
    times = Times(
        hours=hours_of(helper),
        free=_periods(exceptions, ExceptionKind.FREE),
        busy=_periods(exceptions, ExceptionKind.BUSY),
        visits=[period for _visit, period in booking.visits_within(helper.id, span)],
    )
    days = drawn_days(times, first=first, days=7, zone=zone)
    lines = [(hour, _y(hour * 60)) for hour in range(FIRST_HOUR, LAST_HOUR + 1, 3)]
    return Week([_day(one, number, zone) for number, one in enumerate(days)], lines)


def _periods(rows: Iterable[AvailabilityException], kind: ExceptionKind) -> list[Period]:
    return [Period(row.starts_at, row.ends_at) for row in rows if row.kind == kind]


def _day(one: DrawnDay, number: int, zone: ZoneInfo) -> Day:
    x = 28 + number * COLUMN
    kinds = (("free", one.free), ("busy", one.busy), ("visit", one.visits))
    bars = [_bar(kind, period, x, one.day, zone) for kind, periods in kinds for period in periods]
    return Day(one.day, x, sorted(bars, key=lambda bar: bar.starts))


def _bar(kind: str, period: Period, x: int, day: date, zone: ZoneInfo) -> Bar:
    starts, ends = period.start.astimezone(zone), period.end.astimezone(zone)
    top = starts.hour * 60 + starts.minute
    bottom = ends.hour * 60 + ends.minute if ends.date() == day else 24 * 60
    y = _y(max(top, FIRST_HOUR * 60))
    return Bar(kind, KINDS[kind], x, y, max(0, _y(bottom) - y), starts, ends)


def _y(minutes: int) -> int:
    return 20 + (minutes - FIRST_HOUR * 60) * HOUR // 60

"""When a helper works: the hours of every week, and the days that differ."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.crowd.models import AvailabilityException, ExceptionKind, ExceptionSource, Helper, WeeklyHours
from mila.crowd.rules import Span, overlapping
from mila.kernel.periods import Period
from mila.kernel.refusal import Refusal

MOST_EXCEPTIONS = 200
FURTHEST = timedelta(days=730)


class HoursOverlap(Refusal):
    """Two stretches of a day share time."""

    code = "hours_overlap"
    status = 422
    sentence = _("These times overlap with others of the same day.")


class NotAhead(Refusal):
    """A stretch of time that is over already, or lies more than two years ahead."""

    code = "not_ahead"
    status = 422
    sentence = _("This time has to lie in the next two years.")


class TooManyExceptions(Refusal):
    """More days that differ than a page can show."""

    code = "too_many_exceptions"
    status = 422
    sentence = _("There are too many exceptions already. Remove some that you do not need any more.")


def set_hours(*, helper: Helper, hours: Mapping[int, Iterable[Span]]) -> None:
    """Put these hours of the week (0 = Monday) in the place of all others. Refuses stretches that overlap in a day."""
    wanted = {day: sorted(spans) for day, spans in hours.items()}
    if any(overlapping(spans) for spans in wanted.values()):
        raise HoursOverlap
    with transaction.atomic():
        Helper.objects.select_for_update(no_key=True).get(pk=helper.pk)
        helper.hours.all().delete()
        WeeklyHours.objects.bulk_create(
            WeeklyHours(helper=helper, weekday=day, starts=starts, ends=ends)
            for day, spans in wanted.items()
            for starts, ends in spans
        )


def copy_day(*, hours: Mapping[int, Iterable[Span]], day: int, onto: Iterable[int]) -> dict[int, list[Span]]:
    """Return the hours of a week in which one day's are those of others as well."""
    copied = {weekday: list(spans) for weekday, spans in hours.items()}
    for other in onto:
        copied[other] = list(copied.get(day, []))
    return copied


def add_exception(*, helper: Helper, kind: ExceptionKind, period: Period, at: datetime) -> AvailabilityException:
    """Add a stretch that differs from the weekly hours once; the same one again changes nothing.

    Refuses (`NotAhead`) what is over or too far away, and (`TooManyExceptions`) more than anybody oversees.
    """
    return _add(helper, kind, ExceptionSource.ONCE, period, at)


def add_vacation(*, helper: Helper, first: date, last: date, at: datetime) -> AvailabilityException:
    """Add a vacation from the first to the last day, both included, in the helper's own time zone.

    Visits that are promised within it stay promised, and an offer that is out can still be accepted. Refuses
    (`NotAhead`) days that nobody can mean.
    """
    if first < (at - FURTHEST).date() or last > (at + FURTHEST).date():
        raise NotAhead
    zone = ZoneInfo(helper.zone)
    begin, end = datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
    return _add(helper, ExceptionKind.BUSY, ExceptionSource.VACATION, Period(begin, end), at)


def remove_exception(*, helper: Helper, exception_id: UUID) -> bool:
    """Remove a stretch that the helper added; False where there is none (any more), or it is a calendar's."""
    own = helper.exceptions.exclude(source=ExceptionSource.CALENDAR)
    return own.filter(pk=exception_id).delete()[0] > 0


def _add(
    helper: Helper, kind: ExceptionKind, source: ExceptionSource, period: Period, at: datetime
) -> AvailabilityException:
    if period.end <= at or period.end > at + FURTHEST:
        raise NotAhead
    with transaction.atomic():
        Helper.objects.select_for_update(no_key=True).get(pk=helper.pk)
        own = helper.exceptions.exclude(source=ExceptionSource.CALENDAR)
        if own.filter(ends_at__gt=at).count() >= MOST_EXCEPTIONS:
            raise TooManyExceptions
        found, _made = own.get_or_create(
            helper=helper, kind=kind, source=source, starts_at=period.start, ends_at=period.end
        )
    return found

"""When the helper works: a picture of the week, its hours, the days that differ, and vacations."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.booking import queries as booking
from mila.crowd import actions as crowd
from mila.crowd import queries
from mila.crowd.models import AvailabilityException, ExceptionKind, Helper
from mila.kernel.periods import Period
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now
from mila.sites.provider.forms import ExceptionForm, HoursForm, VacationForm
from mila.sites.provider.shell import Context, show
from mila.sites.provider.week import hours_of, week_of

WEEKS_AHEAD = 16


@require_safe
@helper_only
def week(request: HelperRequest) -> HttpResponse:
    """Show a week: when the helper is free, busy and promised, and where that can be changed."""
    today = now().astimezone(ZoneInfo(request.helper.zone)).date()
    ahead = _number(request.GET.get("ahead", ""))
    context: Context = {
        "week": week_of(request.helper, today + timedelta(weeks=ahead)),
        "ahead": ahead,
        "earlier": ahead - 1 if ahead else None,
        "later": ahead + 1 if ahead < WEEKS_AHEAD else None,
        "calendars": queries.calendars_of(request.helper.id),
        "back": reverse("provider:me"),
    }
    return show(request, "provider/week.html", context, tab="me")


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def hours(request: HelperRequest) -> HttpResponse:
    """Ask for the hours of the week; a day can be copied onto others before they are saved."""
    if request.method != "POST":
        return _hours(request, HoursForm(hours=hours_of(request.helper)))
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _hours(request, form, 422)
    typed, onto = form.hours(), [int(day) for day in form.cleaned_data["copy_onto"]]
    if "copy" in request.POST and form.cleaned_data["copy_from"]:
        copied = crowd.copy_day(hours=typed, day=int(form.cleaned_data["copy_from"]), onto=onto)
        messages.info(request, _("Copied. Save it when it is right."))
        return _hours(request, HoursForm(hours=copied))
    crowd.set_hours(helper=request.helper, hours=typed)
    messages.success(request, _("Your hours are saved. Visits that are promised stay as they are."))
    return redirect("provider:week")


@require_safe
@helper_only
def exceptions(request: HelperRequest) -> HttpResponse:
    """Show the days that differ and the vacations, and ask for more."""
    return _exceptions(request, ExceptionForm(), VacationForm())


@require_POST
@helper_only
def add_exception(request: HelperRequest) -> HttpResponse:
    """Add a stretch of a day that differs from the weekly hours."""
    form = ExceptionForm(request.POST)
    if not form.is_valid():
        return _exceptions(request, form, VacationForm(), 422)
    try:
        period = form.period(ZoneInfo(request.helper.zone))
        kind = ExceptionKind(form.cleaned_data["kind"])
        added = crowd.add_exception(helper=request.helper, kind=kind, period=period, at=now())
    except Refusal as refusal:
        form.add_error("day", str(refusal))
        return _exceptions(request, form, VacationForm(), refusal.status)
    return _added(request, added)


@require_POST
@helper_only
def add_vacation(request: HelperRequest) -> HttpResponse:
    """Add a vacation; visits promised within it are shown with what to do."""
    form = VacationForm(request.POST)
    if not form.is_valid():
        return _exceptions(request, ExceptionForm(), form, 422)
    said = form.cleaned_data
    try:
        added = crowd.add_vacation(helper=request.helper, first=said["first"], last=said["last"], at=now())
    except Refusal as refusal:
        form.add_error("first", str(refusal))
        return _exceptions(request, ExceptionForm(), form, refusal.status)
    return _added(request, added)


@require_POST
@helper_only
def remove_exception(request: HelperRequest, exception_id: UUID) -> HttpResponse:
    """Remove a stretch or a vacation; one that is gone already is no fault."""
    crowd.remove_exception(helper=request.helper, exception_id=exception_id)
    messages.success(request, _("Removed. Your weekly hours hold again."))
    return redirect("provider:exceptions")


def _added(request: HelperRequest, added: AvailabilityException) -> HttpResponse:
    if added.kind == ExceptionKind.BUSY and _promised(request.helper, added):
        messages.warning(request, _("It is saved. There are visits in it that you have promised: see below."))
    else:
        messages.success(request, _("It is saved."))
    return redirect("provider:exceptions")


def _promised(helper: Helper, one: AvailabilityException) -> list[dict[str, object]]:
    if one.kind == ExceptionKind.FREE:
        return []
    held = booking.visits_within(helper.id, Period(one.starts_at, one.ends_at))
    return [{"visit": visit, "services": booking.services(visit.call), "call": visit.call} for visit, _span in held]


def _hours(request: HelperRequest, form: HoursForm, status: int = 200) -> HttpResponse:
    page: Context = {"form": form, "back": reverse("provider:week")}
    answer = show(request, "provider/hours.html", page, tab="me")
    answer.status_code = status
    return answer


def _exceptions(
    request: HelperRequest, exception: ExceptionForm, vacation: VacationForm, status: int = 200
) -> HttpResponse:
    zone = ZoneInfo(request.helper.zone)
    rows = [
        {
            "one": one,
            "last": _last_day(one, zone),
            "is_longer": _last_day(one, zone) > one.starts_at.astimezone(zone).date(),
            "promised": _promised(request.helper, one),
        }
        for one in queries.own_exceptions(request.helper.id, now())
    ]
    page: Context = {
        "rows": rows,
        "form": exception if exception.errors else vacation,
        "exception": exception,
        "vacation": vacation,
        "back": reverse("provider:week"),
    }
    answer = show(request, "provider/exceptions.html", page, tab="me")
    answer.status_code = status
    return answer


def _last_day(one: AvailabilityException, zone: ZoneInfo) -> date:
    return (one.ends_at.astimezone(zone) - timedelta(seconds=1)).date()


def _number(given: str) -> int:
    return min(int(given), WEEKS_AHEAD) if given.isdecimal() and len(given) < 4 else 0

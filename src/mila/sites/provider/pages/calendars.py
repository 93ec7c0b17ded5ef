"""Calendars: those elsewhere that count as busy, and the own visits given out as one."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from icalendar import Calendar, Event

from mila.booking import queries as booking
from mila.booking.models import Assignment
from mila.crowd import actions as crowd
from mila.crowd import queries
from mila.crowd.adapters.calendar import OWN_UID
from mila.crowd.models import CalendarSubscription, Helper
from mila.crowd.rules import KEPT_FOR
from mila.kernel.periods import Period
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now
from mila.sites.provider.forms import CalendarForm
from mila.sites.provider.shell import show

FAULTS: dict[str, str | Promise] = {
    "address": gettext_lazy("The address does not lead to a place in the open internet."),
    "away": gettext_lazy("Nobody answers there at the moment."),
    "answer": gettext_lazy("There is no calendar at this address (any more)."),
    "big": gettext_lazy("The calendar is too big to be read."),
    "unreadable": gettext_lazy("What lies there is not a calendar that can be read."),
}
BACK, AHEAD = timedelta(days=30), timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def calendars(request: HelperRequest) -> HttpResponse:
    """Show which calendars count as busy and when they were read, take another one in, and give the own visits out."""
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            crowd.subscribe(helper=request.helper, address=said["address"], name=said["name"], at=now())
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The calendar is read now, and then every half hour."))
            return redirect("provider:calendars")
    feed = queries.feed_of(request.helper.id)
    link = reverse("provider:feed", args=[feed.key]) if feed else ""
    context = {
        "form": form,
        "rows": [_row(one) for one in queries.calendars_of(request.helper.id)],
        "feed": f"{settings.PUBLIC_URL}{link}" if feed else "",
        "back": reverse("provider:week"),
    }
    answer = show(request, "provider/calendars.html", context, tab="me")
    answer.status_code = 422 if form.errors else 200
    return answer


@require_POST
@helper_only
def remove(request: HelperRequest, calendar_id: UUID) -> HttpResponse:
    """Read a calendar no more; its busy times are forgotten."""
    crowd.unsubscribe(helper=request.helper, calendar_id=calendar_id)
    messages.success(request, _("The calendar is not read any more, and its appointments are forgotten."))
    return redirect("provider:calendars")


@require_POST
@helper_only
def read(request: HelperRequest, calendar_id: UUID) -> HttpResponse:
    """Read a calendar again, without waiting for its turn."""
    crowd.read_soon(helper=request.helper, calendar_id=calendar_id, at=now())
    messages.success(request, _("The calendar is read again now. Look at this page again in a moment."))
    return redirect("provider:calendars")


@require_POST
@helper_only
def give(request: HelperRequest) -> HttpResponse:
    """Make the secret address of the own visits; an earlier one stops working."""
    crowd.give_feed(helper=request.helper, at=now())
    messages.success(request, _("Here is the address of your visits. Whoever knows it can read them."))
    return redirect("provider:calendars")


@require_POST
@helper_only
def revoke(request: HelperRequest) -> HttpResponse:
    """Let the secret address of the own visits stop working."""
    crowd.revoke_feed(helper=request.helper)
    messages.success(request, _("The address does not work any more."))
    return redirect("provider:calendars")


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Answer with the helper's visits as a calendar: time, order number and town, and nothing else of a client."""
    helper = queries.helper_of_feed(key)
    if helper is None:
        raise Http404
    at = now()
    with override(helper.account.language[:2]):
        written = _calendar(helper, Period(at - BACK, at + AHEAD))
    answer = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="mila.ics"'
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _row(one: CalendarSubscription) -> dict[str, object]:
    at = now()
    return {
        "calendar": one,
        "place": one.address.split("/")[2],
        "fault": FAULTS.get(one.fault, ""),
        "busy": one.busy.filter(ends_at__gt=at).count(),
        "is_forgotten": one.failing_since is not None and (one.read_at is None or one.read_at + KEPT_FOR <= at),
        "kept_until": one.read_at + KEPT_FOR if one.read_at else None,
    }


def _calendar(helper: Helper, span: Period) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Mila//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Mila visits"))
    calendar.add("refresh-interval", timedelta(minutes=30), {"value": "DURATION"})
    for visit, period in booking.visits_within(helper.id, span):
        calendar.add_component(_event(visit, period))
    return bytes(calendar.to_ical())


def _event(visit: Assignment, period: Period) -> Event:
    event = Event()
    event.add("uid", f"{visit.id}{OWN_UID}")
    event.add("dtstamp", visit.accepted_at)
    event.add("dtstart", period.start)
    event.add("dtend", period.end)
    event.add("summary", _("Mila visit %(number)s") % {"number": visit.call.order_number})
    event.add("location", visit.call.address.town)
    return event

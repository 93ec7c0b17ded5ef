"""The visit as a file for the customer's own calendar."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.texts import say
from mila.sites.customer import story
from mila.sites.customer.draft import language
from mila.sites.customer.page import call_or_404, private
from mila.sites.now import now


@require_safe
def ics(request: HttpRequest, key: str) -> HttpResponse:
    """Answer with the visit as an event that lasts from the arrival window's start to the end of the work."""
    call = call_or_404(key)
    if call.visit_starts_at is None or call.stage in story.OVER:
        raise Http404
    page = request.build_absolute_uri(reverse("customer:status", args=[call.status_key]))
    answer = HttpResponse(_calendar(call, page), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{call.order_number}.ics"'
    return private(answer)


def _calendar(call: ServiceCall, page: str) -> bytes:
    what = ", ".join(say(package.name, language()) for package in booking.packages(call))
    start, address = call.visit_starts_at, call.address
    event = Event()
    event.add("uid", f"{call.order_number}@{call.brand.slug}")
    event.add("dtstamp", now())
    event.add("summary", f"{call.brand.name}: {what}")
    event.add("dtstart", start)
    event.add("duration", timedelta(minutes=call.window_minutes + call.minutes))
    event.add("location", f"{address.street} {address.house_number}, {address.postcode} {address.town}")
    event.add("url", page)
    calendar = Calendar()
    calendar.add("prodid", "-//Mila//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

"""Another time for the visit: asking for it, answering what the helper proposes, and choosing without agreement."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.dispatch import moving
from mila.dispatch.moving import Movable
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.sites.customer import story
from mila.sites.customer.draft import window
from mila.sites.customer.page import call_or_404, private, to_status
from mila.sites.customer.pages.time import Day, Slot
from mila.sites.door import by_customer
from mila.sites.now import now

ANSWERS: dict[str, Callable[[UUID, Occasion], object]] = {
    "withdraw": lambda call, at: journey.withdraw_time(call_id=call, now=at),
    "keep": lambda call, at: journey.keep_time(call_id=call, now=at),
    "seek": lambda call, at: journey.seek_at_time(call_id=call, now=at),
    "decline": lambda call, at: journey.decline_times(call_id=call, now=at),
}


@require_http_methods(["GET", "HEAD", "POST"])
def another_time(request: HttpRequest, key: str) -> HttpResponse:
    """Offer other times, those that suit the present helper first, and ask for the one that is chosen."""
    call = call_or_404(key)
    if call.stage not in story.MOVABLE:
        return to_status(call)
    if request.method != "POST":
        return _asked(request, call, "", 200)
    start = start_of(request.POST.get("slot", ""))
    if start is None:
        return _asked(request, call, _("Choose a time."), 422)
    try:
        journey.ask_for_time(call_id=call.id, starts_at=start, now=by_customer())
    except Refusal as refusal:
        return _asked(request, call, str(refusal), refusal.status)
    held = booking.active_assignment(call)
    asked = _("We have asked %(name)s. Until then the present time holds.")
    said = asked % {"name": held.helper.first_name} if held else _("Your visit has a new time.")
    messages.success(request, said)
    return to_status(call)


@require_POST
def answer(request: HttpRequest, key: str, word: str) -> HttpResponse:
    """Take the customer's word about another time: take it back, keep, search anew, or ask for other times."""
    verb, call = ANSWERS.get(word), call_or_404(key)
    if verb is None:
        raise Http404
    return _answered(request, call, lambda: verb(call.id, by_customer()))


@require_POST
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Approve one of the times that the helper proposes."""
    call, start = call_or_404(key), start_of(request.POST.get("slot", ""))
    if start is None:
        messages.error(request, _("Choose a time."))
        return to_status(call, "times")
    return _answered(request, call, lambda: journey.approve_time(call_id=call.id, starts_at=start, now=by_customer()))


def start_of(said: str) -> datetime | None:
    """Return the time that a form says in ISO form; None where it says none."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def days_of(movable: list[Movable], call: ServiceCall, note: str) -> list[Day]:
    """Return the days of the picker; times that suit the present helper are shown first and carry the note."""
    zone = countries.zone(call.country)
    by_day: dict[date, list[Slot]] = {}
    for one in movable:
        start = one.starts_at
        slot = Slot(start.isoformat(), window(start), checked=False, note=note if one.same_helper else "")
        by_day.setdefault(start.astimezone(zone).date(), []).append(slot)
    first = next(iter(by_day), None)
    rows = ((day, sorted(slots, key=lambda slot: not slot.note)) for day, slots in by_day.items())
    return [Day(day, slots, day == first) for day, slots in rows]


def _answered(request: HttpRequest, call: ServiceCall, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to_status(call, "times")


def _asked(request: HttpRequest, call: ServiceCall, error: str, status: int) -> HttpResponse:
    held = booking.active_assignment(call)
    name = held.helper.first_name if held else ""
    note = _("with %(name)s") % {"name": name} if name else ""
    page = {
        "call": call,
        "brand": call.brand,
        "name": name,
        "days": days_of(moving.starts_to_move_to(call, at=now()), call, note),
        "window": window(call.visit_starts_at) if call.visit_starts_at else "",
        "cost": payment.cancellation_cost(call, now()).cost,
        "error": error,
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/another_time.html", page, status=status))

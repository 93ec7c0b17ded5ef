"""What a customer may choose while a helper is sought: another time, another kind of help."""

from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking.models import ServiceCall, Stage
from mila.countries import queries as countries
from mila.dispatch import choices
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.customer.draft import window
from mila.sites.customer.forms import CodeForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.customer.pages.answers import send
from mila.sites.customer.pages.time import Day, Slot
from mila.sites.customer.prices import shown
from mila.sites.customer.view import code_goes_to, code_is_out
from mila.sites.door import by_customer
from mila.sites.now import now
from mila.visit.models import CodePurpose


class AgreeForm(CodeForm):
    """Agreeing at the total that was shown, in minor units."""

    shown_total = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def other_time(request: HttpRequest, key: str) -> HttpResponse:
    """Show the times that somebody could keep, and take the one that is chosen."""
    call = call_or_404(key)
    if call.stage != Stage.REQUESTED:
        return to_status(call)
    if request.method != "POST":
        return _times(request, call, "")
    chosen = _moment(request.POST.get("slot", ""))
    if chosen is None:
        return _times(request, call, _("Choose a time."))
    try:
        journey.choose_time(call_id=call.id, starts_at=chosen, now=by_customer())
    except Refusal as refusal:
        return _times(request, call, str(refusal))
    messages.success(request, _("Your other time is noted. We are looking for somebody."))
    return to_status(call)


@require_http_methods(["GET", "HEAD", "POST"])
def other_help(request: HttpRequest, key: str) -> HttpResponse:
    """Show what another kind of help would cost, and agree to it with a one-time code."""
    call = call_or_404(key)
    if call.stage != Stage.REQUESTED:
        return to_status(call)
    if request.method != "POST":
        return _help(request, call, None)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return _help(request, call, form, 422)
    said = form.cleaned_data
    try:
        journey.approve_other_help(
            call_id=call.id, shown_total=said["shown_total"], code=said["code"], now=by_customer()
        )
    except Refusal as refusal:
        return _help(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you. We ask the other helpers now."))
    return to_status(call)


@require_POST
def help_code(request: HttpRequest, key: str) -> HttpResponse:
    """Send the one-time code that agreeing needs."""
    return send(request, key, CodePurpose.TERMS) or redirect("customer:other_help", key=key)


@require_POST
def keep_help(request: HttpRequest, key: str) -> HttpResponse:
    """Stay with the kind of help that was booked."""
    call = call_or_404(key)
    try:
        journey.refuse_other_help(call_id=call.id, now=by_customer())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("We go on searching as you booked."))
    return to_status(call)


def _times(request: HttpRequest, call: ServiceCall, error: str) -> HttpResponse:
    page = {
        "call": call,
        "brand": call.brand,
        "days": _days(call),
        "error": error,
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/other_time.html", page, status=422 if error else 200))


def _help(request: HttpRequest, call: ServiceCall, form: AgreeForm | None, status: int = 200) -> HttpResponse:
    at = now()
    found = choices.other_tier(call, at)
    if found is None:
        return to_status(call)
    zone = countries.zone(call.country)
    on = (call.visit_starts_at or at).astimezone(zone).date()
    page = {
        "call": call,
        "brand": call.brand,
        "form": form or AgreeForm(),
        "offer": found.offer,
        "price": shown(found.offer.lines, currency=found.offer.currency, country=call.country, on=on),
        "code_is_out": code_is_out(call, CodePurpose.TERMS),
        "code_goes_to": code_goes_to(call),
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/other_help.html", page, status=status))


def _days(call: ServiceCall) -> list[Day]:
    zone = countries.zone(call.country)
    by_day: dict[date, list[Slot]] = {}
    for start in choices.other_slots(call, now()):
        day = by_day.setdefault(start.astimezone(zone).date(), [])
        day.append(Slot(start.isoformat(), window(start), checked=False))
    first = next(iter(by_day), None)
    return [Day(day, slots, day == first) for day, slots in by_day.items()]


def _moment(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.tzinfo else None

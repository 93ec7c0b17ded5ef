"""A further visit that the helper has prepared: looked at with price and conditions, ordered with a code, or not."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking import follow_ups
from mila.booking.actions import PriceOffer
from mila.booking.models import FollowUp, ServiceCall
from mila.booking.withdrawal import asked_for
from mila.countries import queries as countries
from mila.journey.actions import preparing
from mila.kernel.refusal import Refusal
from mila.partners.models import Payer
from mila.sites.customer.draft import window
from mila.sites.customer.forms import CodeForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.customer.pages.answers import send
from mila.sites.customer.pages.check import go_on
from mila.sites.customer.pages.choosing import who_comes
from mila.sites.customer.pages.moving import start_of
from mila.sites.customer.prices import shown, shown_policy
from mila.sites.customer.view import code_goes_to, code_is_out
from mila.sites.door import by_customer
from mila.sites.now import now
from mila.visit.models import CodePurpose

PART = "follow-up"


class OrderForm(CodeForm):
    """Ordering the visit that was shown, at one of its times and at the total that was shown, in minor units."""

    follow_up = forms.UUIDField(widget=forms.HiddenInput)
    total = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    start = forms.CharField(
        label=gettext_lazy("When shall we come?"),
        max_length=40,
        error_messages={"required": gettext_lazy("Choose a time.")},
    )
    early_start = forms.CharField(max_length=20, required=False)
    others = forms.BooleanField(required=False)

    def clean_start(self) -> datetime:
        """Return the time that was chosen. Refuses what is none."""
        found = start_of(self.cleaned_data["start"])
        if found is None:
            raise forms.ValidationError(_("Choose a time."))
        return found

    def yes(self) -> preparing.Yes:
        """Return what the customer says yes to."""
        said = self.cleaned_data
        return preparing.Yes(said["start"], said["total"], said["early_start"], others_welcome=said["others"])


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, key: str) -> HttpResponse:
    """Show the prepared visit with price, conditions and times, and order it with a one-time code: once."""
    call = call_or_404(key)
    if request.method != "POST":
        return _asked(request, call, None)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _asked(request, call, form, 422)
    said = form.cleaned_data
    try:
        booked = preparing.confirm_follow_up(
            call_id=call.id, follow_up_id=said["follow_up"], yes=form.yes(), code=said["code"], now=by_customer()
        )
    except Refusal as refusal:
        return _asked(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you, the further visit is ordered."))
    return go_on(request, booked)


@require_POST
def code(request: HttpRequest, key: str) -> HttpResponse:
    """Send the one-time code that the order needs."""
    return send(request, key, CodePurpose.FOLLOW_UP) or redirect("customer:follow_up", key=key)


@require_POST
def decline(request: HttpRequest, key: str) -> HttpResponse:
    """Say no: nothing is booked."""
    call = call_or_404(key)
    try:
        found = UUID(request.POST.get("follow_up", ""))
        preparing.decline_follow_up(call_id=call.id, follow_up_id=found, now=by_customer())
    except ValueError:
        return redirect("customer:follow_up", key=key)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return to_status(call, PART)
    messages.success(request, _("You have said no. Nothing is booked."))
    return to_status(call, PART)


@require_POST
def others(request: HttpRequest, key: str) -> HttpResponse:
    """Let others be asked as well, where the one who was wished for cannot come."""
    call = call_or_404(key)
    try:
        preparing.let_others_be_asked(call_id=call.id, now=by_customer())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to_status(call)


def _asked(request: HttpRequest, call: ServiceCall, form: OrderForm | None, status: int = 200) -> HttpResponse:
    found = follow_ups.open_follow_up(call)
    if found is None or found.due_at is None or found.due_at <= now():
        if form is not None:
            messages.error(request, str(follow_ups.NoFollowUp.sentence))
        return to_status(call, PART)
    try:
        offer = preparing.price_to_follow(call, found.packages, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return to_status(call, PART)
    return private(render(request, "customer/follow_up.html", _page(call, found, offer, form), status=status))


def _page(call: ServiceCall, found: FollowUp, offer: PriceOffer, form: OrderForm | None) -> dict[str, object]:
    at, country = now(), call.country
    today = countries.day_in(country, at)
    times = preparing.times_left(call, found, offer, at=at)
    first = min(times, default=None)
    chosen = form.data.get("start", "") if form else ""
    return {
        "call": call,
        "brand": call.brand,
        "follow_up": found,
        "helper": found.assignment.helper.first_name,
        "form": form or OrderForm(),
        "offer": offer,
        "price": shown(
            offer.lines, currency=offer.currency, country=country, on=countries.day_in(country, first or at)
        ),
        "times": [(start.isoformat(), start, window(start), start.isoformat() == chosen) for start in times],
        "brand_pays": offer.payer_kind == Payer.BRAND,
        "who": who_comes(offer, call.brand.name, country),
        "policy": shown_policy(countries.cancellation_policy(country.code, today), offer.currency),
        "button": countries.order_button(country.code, today),
        "withdrawal": countries.withdrawal(country.code, today),
        "early_start": asked_for(country=country, payer_kind=offer.payer_kind, starts_at=first, at=at),
        "code_is_out": code_is_out(call, CodePurpose.FOLLOW_UP),
        "code_goes_to": code_goes_to(call),
        "back": reverse("customer:status", args=[call.status_key]),
    }

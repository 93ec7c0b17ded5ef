"""Withdrawing from the contract in two steps, without signing in (LAW-35)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking import withdrawal
from mila.booking.models import ServiceCall
from mila.booking.withdrawal import Declared
from mila.countries import queries as countries
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.customer.draft import language
from mila.sites.customer.forms import WithdrawForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.door import by_customer
from mila.sites.now import now


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Ask who withdraws and where the receipt goes, let it be confirmed, and show the receipt with its time."""
    call = call_or_404(key)
    if withdrawal.declared(call) is not None:
        return _shown(request, call, WithdrawForm(country=call.country_id))
    if not withdrawal.is_open(call, now()):
        return to_status(call)
    if request.method != "POST":
        return _shown(request, call, WithdrawForm(country=call.country_id, initial=_known(call)))
    return _taken(request, call, WithdrawForm(request.POST, country=call.country_id))


def _taken(request: HttpRequest, call: ServiceCall, form: WithdrawForm) -> HttpResponse:
    if not form.is_valid():
        return _shown(request, call, form, status=422)
    declared = _declared(form)
    try:
        withdrawal.must_be_open(call, declared, now())
        if "confirm" not in request.POST:
            return _shown(request, call, form, declared=declared)
        journey.withdraw(call_id=call.id, declared=declared, now=by_customer())
    except Refusal as refusal:
        return _shown(request, call, refused(form, refusal), status=refusal.status)
    return redirect("customer:withdraw", key=call.status_key)


def _known(call: ServiceCall) -> dict[str, str]:
    return {
        "name": call.booker.name,
        "order_number": call.order_number,
        "receipt": call.booker.email or call.booker.phone,
    }


def _declared(form: WithdrawForm) -> Declared:
    said = form.cleaned_data
    words = _("I, %(name)s, withdraw from the contract %(number)s.") % {
        "name": said["name"],
        "number": said["order_number"],
    }
    email, phone = said["receipt"]
    return Declared(said["name"], said["order_number"], email, phone, language(), words)


def _shown(
    request: HttpRequest, call: ServiceCall, form: WithdrawForm, *, declared: Declared | None = None, status: int = 200
) -> HttpResponse:
    right = countries.withdrawal(call.country_id, countries.day_in(call.country, call.booked_at))
    page = {
        "call": call,
        "brand": call.brand,
        "form": form,
        "declared": declared,
        "row": withdrawal.declared(call),
        "currency": booking.current_quote(call).currency,
        "information": right.information,
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/withdraw.html", page, status=status))

"""To the bank's page and back: to save a means of payment, or to pay after a decline."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments.adapters import BankFault
from mila.sites.customer.page import call_or_404, to_status
from mila.sites.door import by_customer


def to_bank(request: HttpRequest, call: ServiceCall) -> HttpResponse:
    """Lead to the bank's page for a means of payment; where the bank is away, the status page offers another try."""
    now = by_customer()
    means = journey.ask_for_means(call_id=call.id, now=now)
    try:
        return redirect(payments.open_means_session(means=means, return_url=_back(request, call), now=now))
    except BankFault:
        return _bank_is_away(request, call)


@require_POST
def means(request: HttpRequest, key: str) -> HttpResponse:
    """Try again to save a means of payment."""
    return to_bank(request, call_or_404(key))


@require_POST
def pay(request: HttpRequest, key: str) -> HttpResponse:
    """Pay what the bank declined at sign-off."""
    call = call_or_404(key)
    charge = payment.visit_charge(call)
    if charge is None:
        raise payments.NothingToPay
    try:
        url = payments.open_payment_session(charge=charge, return_url=_back(request, call), now=by_customer())
    except BankFault:
        return _bank_is_away(request, call)
    return redirect(url)


def _bank_is_away(request: HttpRequest, call: ServiceCall) -> HttpResponse:
    messages.warning(request, _("The payment page cannot be reached at the moment. Please try again in a minute."))
    return to_status(call)


def _back(request: HttpRequest, call: ServiceCall) -> str:
    return request.build_absolute_uri(reverse("customer:status", args=[call.status_key]))

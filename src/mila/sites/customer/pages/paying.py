"""To the bank's page and back: to save a means of payment, or to pay after a decline."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments.adapters import BankFault
from mila.sites.customer.page import call_or_404, to_status
from mila.sites.door import by_customer


def to_bank(request: HttpRequest, call: ServiceCall) -> HttpResponse:
    """Lead to the bank's page for a means of payment; where that cannot be, the status page says why."""

    def page(return_url: str) -> str:
        now = by_customer()
        means = journey.ask_for_means(call_id=call.id, now=now)
        return payments.open_means_session(means=means, return_url=return_url, now=now)

    return _lead_to(page, request, call)


@require_POST
def means(request: HttpRequest, key: str) -> HttpResponse:
    """Try again to save a means of payment."""
    return to_bank(request, call_or_404(key))


@require_POST
def pay(request: HttpRequest, key: str) -> HttpResponse:
    """Pay what the bank declined: at sign-off, or for a cancellation."""
    call = call_or_404(key)

    def page(return_url: str) -> str:
        charge = payment.declined_charge(call)
        if charge is None:
            raise payments.NothingToPay
        return payments.open_payment_session(charge=charge, return_url=return_url, now=by_customer())

    return _lead_to(page, request, call)


def _lead_to(page: Callable[[str], str], request: HttpRequest, call: ServiceCall) -> HttpResponse:
    try:
        return redirect(page(_back(request, call)))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    except BankFault:
        messages.warning(request, _("The payment page cannot be reached at the moment. Please try again in a minute."))
    return to_status(call)


def _back(request: HttpRequest, call: ServiceCall) -> str:
    return request.build_absolute_uri(reverse("customer:status", args=[call.status_key]))

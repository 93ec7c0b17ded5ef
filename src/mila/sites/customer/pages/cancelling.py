"""Cancelling, with its cost shown before."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.sites.customer import story
from mila.sites.customer.forms import CancelForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.customer.pages.answers import send
from mila.sites.customer.prices import shown_policy
from mila.sites.customer.view import code_goes_to, code_is_out
from mila.sites.door import by_customer
from mila.sites.now import now
from mila.visit.models import CodePurpose


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Show what cancelling costs now, and cancel at that cost."""
    call = call_or_404(key)
    if call.stage not in story.CANCELLABLE:
        return to_status(call)
    if request.method != "POST":
        return _asked(request, call, None)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _asked(request, call, form, 422)
    said = form.cleaned_data
    try:
        journey.cancel(call_id=call.id, shown_cost=said["shown_cost"], code=said["code"], now=by_customer())
    except Refusal as refusal:
        return _asked(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Your booking is cancelled."))
    return to_status(call)


@require_POST
def code(request: HttpRequest, key: str) -> HttpResponse:
    """Send the one-time code that cancelling at a cost needs."""
    return send(request, key, CodePurpose.CANCEL) or redirect("customer:cancel", key=key)


def _asked(request: HttpRequest, call: ServiceCall, form: CancelForm | None, status: int = 200) -> HttpResponse:
    found, zone = payment.cancellation_cost(call, now()), countries.zone(call.country)
    policy = countries.cancellation_policy(call.country_id, call.booked_at.astimezone(zone).date())
    page = {
        "call": call,
        "brand": call.brand,
        "form": form or CancelForm(),
        "cost": found.cost,
        "helper_share": found.helper_share,
        "policy": shown_policy(policy, found.cost.currency),
        "code_is_out": code_is_out(call, CodePurpose.CANCEL),
        "code_goes_to": code_goes_to(call),
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/cancel.html", page, status=status))

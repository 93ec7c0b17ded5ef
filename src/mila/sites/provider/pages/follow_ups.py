"""Preparing a further visit for the client: services of the brand, times of one's own, and a word; the client books."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking import follow_ups
from mila.booking.actions import PriceOffer
from mila.booking.models import Assignment
from mila.dispatch import following
from mila.journey.actions import preparing
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.now import now
from mila.sites.provider import proposing
from mila.sites.provider.following import FollowUpForm, days
from mila.sites.provider.pages.visits import of_helper, step
from mila.sites.provider.shell import Context, show


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def follow_up(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Ask which services, then show price and free times; with one to three times the client is asked."""
    held = of_helper(request, call_id)
    if not follow_ups.may_prepare(held, now()):
        messages.info(request, str(follow_ups.NotTheTime.sentence))
        return redirect("provider:visit", call_id=call_id)
    form = FollowUpForm(
        request.POST if request.method == "POST" else None, prices=following.packages_to_follow(held, at=now())
    )
    if not form.is_bound or not form.is_valid():
        return _page(request, held, form, status=422 if form.is_bound else 200)
    try:
        offer = preparing.price_to_follow(held.call, form.cleaned_data["packages"], at=now())
    except Refusal as refusal:
        form.add_error("packages", str(refusal))
        return _page(request, held, form, status=refusal.status)
    if "look" in request.POST:
        return _page(request, held, form, offer)
    return _ask(request, held, form, offer)


@require_POST
@helper_only
def take_back(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take the prepared visit back."""
    return step(request, call_id, lambda: preparing.withdraw_follow_up(call_id=call_id, now=by_helper(request)))


def _ask(request: HelperRequest, held: Assignment, form: FollowUpForm, offer: PriceOffer) -> HttpResponse:
    said = form.cleaned_data
    try:
        preparing.prepare_follow_up(
            call_id=held.call_id,
            packages=said["packages"],
            starts=proposing.starts_of(request.POST.getlist("start")),
            note=said["note"],
            now=by_helper(request),
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, held, form, offer, status=refusal.status)
    messages.success(request, _("The client has been asked. Nothing is booked until they confirm it."))
    return redirect("provider:visit", call_id=held.call_id)


def _page(
    request: HelperRequest, held: Assignment, form: FollowUpForm, offer: PriceOffer | None = None, status: int = 200
) -> HttpResponse:
    context: Context = {
        "call": held.call,
        "form": form,
        "offer": offer,
        "pay": payment.pay_of_new(held.call, offer, now()) if offer else None,
        "days": days(held, offer, now()) if offer else [],
        "chosen": request.POST.getlist("start")[:20],
    }
    answer = show(request, "provider/follow_up.html", context, tab="home")
    answer.status_code = status
    return answer

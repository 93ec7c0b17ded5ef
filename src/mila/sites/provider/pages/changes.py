"""Changing what was booked, with the client's consent; and the client's signature on the helper's phone."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking import actions as bookings
from mila.booking import changes, pricing
from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ChangeReason, ChangeState, Stage
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider.agreeing import ChangeForm, HandForm
from mila.sites.provider.pages.visits import of_helper, step
from mila.sites.provider.shell import Context, show

both_ways = require_http_methods(["GET", "HEAD", "POST"])


@both_ways
@helper_only
def change(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Ask the client for another scope and price; the new price can be looked at before."""
    held = of_helper(request, call_id)
    if not may_change(held) or changes.open_change(held.call) is not None:
        return redirect("provider:visit", call_id=call_id)
    prices = journey.packages_to_add(held.call, held, by_helper(request))
    quote = booking.current_quote(held.call)
    form = ChangeForm(request.POST if request.method == "POST" else None, quote=quote, prices=prices)
    if not form.is_bound or not form.is_valid():
        return _page(request, "change", {"form": form}, held, 422 if form.is_bound else 200)
    try:
        if "look" in request.POST:
            offer = pricing.price_change(held.call, wanted=form.wanted(), prices=prices)
            return _page(request, "change", {"form": form, **_preview(held, offer)}, held)
        said = form.cleaned_data
        journey.ask_for_change(
            call_id=call_id,
            wanted=form.wanted(),
            reason=ChangeReason(said["reason"]),
            words=said["words"],
            now=by_helper(request),
        )
    except Refusal as refusal:
        return _page(request, "change", {"form": _beside(form, refusal)}, held, refusal.status)
    messages.success(request, _("The client has been asked. What was booked stays until they say yes."))
    return redirect("provider:visit", call_id=call_id)


@require_POST
@helper_only
def take_back(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take the change back."""
    return step(request, call_id, lambda: journey.withdraw_change(call_id=call_id, now=by_helper(request)))


@both_ways
@helper_only
def by_hand(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Let the client approve a small change on the helper's phone."""
    held = of_helper(request, call_id)
    found = changes.open_change(held.call)
    if not may_change(held) or found is None or found.state != ChangeState.ASKED or not changes.fits_by_hand(found):
        return redirect("provider:visit", call_id=call_id)
    shown: Context = {
        "change": found,
        "lines": changes.lines_of(found),
        "total": found.total,
        "seal": found.seal,
        "currency": found.currency,
    }

    def verb(form: HandForm) -> object:
        said = form.cleaned_data
        return journey.approve_change_by_hand(
            call_id=call_id,
            seal=said["seal"],
            name=said["name"],
            evidence=_evidence(request, said["drawing"]),
            now=by_helper(request),
        )

    return _by_hand(request, held, "by_hand", shown, verb)


@both_ways
@helper_only
def sign(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Let the client sign off on the helper's phone, where no code reaches them."""
    held = of_helper(request, call_id)
    if held.state != AssignmentState.ACTIVE or held.call.stage != Stage.DONE:
        return redirect("provider:visit", call_id=call_id)
    quote = booking.current_quote(held.call)
    lines = quote.lines.order_by("position")
    shown: Context = {"lines": lines, "total": quote.total, "seal": quote.seal, "currency": quote.currency}

    def verb(form: HandForm) -> object:
        said = form.cleaned_data
        return journey.sign_off_by_hand(
            call_id=call_id,
            seal=said["seal"],
            name=said["name"],
            evidence=_evidence(request, said["drawing"]),
            now=by_helper(request),
        )

    return _by_hand(request, held, "sign", shown, verb)


def may_change(held: Assignment) -> bool:
    """Tell whether the helper holds the visit at a stage at which it can be changed."""
    return held.state == AssignmentState.ACTIVE and held.call.stage in changes.CHANGEABLE


def _by_hand(
    request: HelperRequest, held: Assignment, page: str, shown: Context, verb: Callable[[HandForm], object]
) -> HttpResponse:
    form = HandForm(request.POST if request.method == "POST" else None, initial={"seal": shown["seal"]})
    if not form.is_bound or not form.is_valid():
        return _page(request, page, {**shown, "form": form}, held, 422 if form.is_bound else 200)
    try:
        verb(form)
    except Refusal as refusal:
        return _page(request, page, {**shown, "form": _beside(form, refusal)}, held, refusal.status)
    return redirect("provider:visit", call_id=held.call_id)


def _preview(held: Assignment, offer: bookings.PriceOffer) -> Context:
    quote = booking.current_quote(held.call)
    return {
        "offer": offer,
        "before": quote.total,
        "difference": offer.total - quote.total,
        "pay": payment.pay_at(quote, offer),
        "pay_before": payment.pay_of(quote),
    }


def _page(request: HelperRequest, page: str, context: Context, held: Assignment, status: int = 200) -> HttpResponse:
    quote = booking.current_quote(held.call)
    around: Context = {"call": held.call, "visit": held, "quote": quote}
    answer = show(request, f"provider/{page}.html", {**around, **context}, tab="home")
    answer.status_code = status
    return answer


def _beside(form: forms.Form, refusal: Refusal) -> forms.Form:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return form


def _evidence(request: HelperRequest, drawing: str) -> dict[str, str]:
    kept = {"page": "helper", "browser": request.headers.get("User-Agent", "")[:200]}
    return kept | ({"drawing": drawing} if drawing else {})

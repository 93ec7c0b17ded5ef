"""The page behind the link in an SMS: this one offer, answered once, without signing in."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mila.booking import queries as booking
from mila.booking.models import Offer
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.sites.country import speak_of
from mila.sites.now import now
from mila.sites.provider.cards import card


@require_safe
@never_cache
def link(request: HttpRequest, key: str) -> HttpResponse:
    """Show the offer with its two buttons, and nothing of the customer; looking at it answers nothing."""
    found = _offer(key)
    speak_of(found.call.country_id)
    page = {"card": card(found, now()), "brand": found.call.brand}
    return render(request, "provider/link.html", page)


@require_POST
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Say yes to the link's offer."""
    found = _offer(key)
    return _answer(request, found, lambda: journey.accept_by_link(offer_key=found.key, now=_by(found)))


@require_POST
def decline(request: HttpRequest, key: str) -> HttpResponse:
    """Say no to the link's offer."""
    found = _offer(key)
    return _answer(request, found, lambda: journey.decline_by_link(offer_key=found.key, now=_by(found)))


def _answer(request: HttpRequest, offer: Offer, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("link", key=offer.link_key)


def _by(offer: Offer) -> Occasion:
    return Occasion(by=Who.PROVIDER, at=now(), actor=offer.helper_id)


def _offer(key: str) -> Offer:
    found = booking.offer_of_link(key)
    if found is None:
        raise Http404
    return found

"""An offer: seeing it, saying yes or no, and what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mila.booking import queries as booking
from mila.booking.models import Offer
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites import streams
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.now import now
from mila.sites.provider.cards import OfferCard, card, standing
from mila.sites.provider.proposing import starts_of
from mila.sites.provider.shell import show

REASONS = [
    ("no_time", gettext_lazy("I have no time then")),
    ("too_far", gettext_lazy("Too far away")),
    ("not_my_field", gettext_lazy("Not my field")),
    ("pay", gettext_lazy("The pay is too low")),
    ("other", gettext_lazy("Another reason")),
]


@require_safe
@helper_only
def offers(request: HelperRequest) -> HttpResponse:
    """Show the offers of late, and how each of them ended."""
    at = now()
    rows = [
        {"offer": one, "standing": standing(one, at), "services": booking.services(one.call)}
        for one in booking.latest_offers(request.helper.id)
    ]
    return show(request, "provider/offers.html", {"rows": rows}, tab="offers")


@require_safe
@helper_only
def offer(request: HelperRequest, key: str) -> HttpResponse:
    """Show an offer; one that is new shows itself by a POST, which starts its two minutes."""
    context = {"card": _card(request, key), "at": now(), "reasons": REASONS}
    return show(request, "provider/offer.html", context, tab="offers")


@require_safe
@helper_only
def live(request: HelperRequest, key: str) -> HttpResponse:
    """Answer with the offer where it has changed since it was shown, else with nothing (204)."""
    found = _card(request, key)
    answer = HttpResponse(status=204) if request.GET.get("was") == found.mark else _panel(request, found)
    return streams.renewed(answer, streams.helper_topic(request.helper.id))


@require_POST
@helper_only
def seen(request: HelperRequest, key: str) -> HttpResponse:
    """Take in that the offer is on the helper's screen: its exclusive time begins."""
    _known(request, key)
    journey.acknowledge(offer_key=key, now=by_helper(request))
    if not request.headers.get("HX-Request"):
        return redirect("provider:offer", key=key)
    found = _card(request, key)
    if request.headers.get("HX-Target") == "live":
        return render(request, "provider/parts/live.html", {"card": found, "at": now()})
    return _panel(request, found)


@csrf_exempt  # a service worker has no page to take a token from; the cookie is same-site and the key a secret
@require_POST
@helper_only
def received(request: HelperRequest, key: str) -> HttpResponse:
    """Take in that the helper's device has the offer, which counts as seen: its exclusive time begins."""
    _known(request, key)
    journey.acknowledge(offer_key=key, now=by_helper(request))
    return HttpResponse(status=204)


@require_POST
@helper_only
def accept(request: HelperRequest, key: str) -> HttpResponse:
    """Say yes, to one of several times where the customer has named them."""
    start = next(iter(starts_of([request.POST.get("start", "")])), None)
    return _answer(request, key, lambda: journey.accept(offer_key=key, start=start, now=by_helper(request)))


@require_POST
@helper_only
def decline(request: HelperRequest, key: str) -> HttpResponse:
    """Say no, with a reason or without one."""
    known = dict(REASONS)
    reason = request.POST.get("reason", "")
    given = reason if reason in known else ""

    def say_no() -> None:
        journey.decline(offer_key=key, reason=given, now=by_helper(request))
        messages.success(request, _("Declined. That has no consequence for you."))

    return _answer(request, key, say_no)


@require_POST
@helper_only
def withdraw(request: HelperRequest, key: str) -> HttpResponse:
    """Take a standing yes back."""
    return _answer(request, key, lambda: journey.withdraw_yes(offer_key=key, now=by_helper(request)))


def _answer(request: HelperRequest, key: str, verb: Callable[[], object]) -> HttpResponse:
    _known(request, key)
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("provider:offer", key=key)


def _panel(request: HelperRequest, found: OfferCard) -> HttpResponse:
    return render(request, "provider/parts/offer.html", {"card": found, "at": now(), "reasons": REASONS})


def _card(request: HelperRequest, key: str) -> OfferCard:
    return card(_known(request, key), now())


def _known(request: HelperRequest, key: str) -> Offer:
    found = booking.offer_of_helper(key, request.helper.id)
    if found is None:
        raise Http404
    return found

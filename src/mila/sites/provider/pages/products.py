"""Recommending products to the client."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking.models import Assignment
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider.pages.visits import of_helper
from mila.sites.provider.shelf import in_order, recommended
from mila.sites.provider.shell import show
from mila.visit import actions as visit
from mila.visit.products import MOST_SUGGESTED

LONGEST_SEARCH = 40


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def products(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Show what can be recommended, and recommend one of it."""
    held = of_helper(request, call_id)
    if request.method == "POST":
        return _take(request, call_id, _suggest)
    return _page(request, held)


@require_POST
@helper_only
def take_back(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take a recommendation back."""
    of_helper(request, call_id)
    return _take(request, call_id, _take_back)


def _suggest(call_id: UUID, product_id: UUID, now: Occasion) -> None:
    journey.suggest_product(call_id=call_id, product_id=product_id, now=now)


def _take_back(call_id: UUID, product_id: UUID, now: Occasion) -> None:
    journey.take_product_back(call_id=call_id, product_id=product_id, now=now)


def _take(request: HelperRequest, call_id: UUID, verb: Callable[[UUID, UUID, Occasion], None]) -> HttpResponse:
    try:
        verb(call_id, UUID(request.POST.get("product", "")), by_helper(request))
    except ValueError:
        messages.error(request, _("Please choose a product."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("provider:products", call_id=call_id)


def _page(request: HelperRequest, held: Assignment) -> HttpResponse:
    suggested, now = recommended(held), by_helper(request)
    taken = {one.row.product_id for one in suggested}
    is_open = visit.is_open(held, now)
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    context = {
        "call": held.call,
        "suggested": suggested,
        "may_take_back": is_open and held.call.stage not in journey.AFTER_THE_YES,
        "is_open": is_open,
        "q": words,
        "is_full": len(suggested) >= MOST_SUGGESTED,
        "others": in_order(held.call, words, at=now.at, but=taken),
    }
    return show(request, "provider/products.html", context, tab="home")

"""The demonstration's shop: a product is ordered, and the shop confirms, cancels, or takes it back.

Its pages exist only where a brand's shop is the stand-in, and never where real money is moved.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mila.countries import queries as countries
from mila.kernel.refusal import Refusal
from mila.kernel.signatures import sign
from mila.partners import shops
from mila.partners.adapters.shops import OrderState
from mila.partners.adapters.shops.link import WORD
from mila.partners.adapters.shops.test import orders
from mila.partners.adapters.shops.test.models import MOST_PIECES, Order
from mila.partners.models import Product
from mila.sites.country import speak_of
from mila.sites.now import now
from mila.sites.shop.hooks import hear

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LONGEST_BACK = 200
ONE_PIECE_BACK = "one_piece_back"


def only_in_the_stand_in(view: View[P]) -> View[P]:
    """Let the pages be found in demonstration and tests only."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.MODE == "production":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_the_stand_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Show a product of the shop, and order it: once per form, however often that is sent."""
    found = get_object_or_404(Product.objects.select_related("brand", "country"), pk=product_id, is_open=True)
    if not shops.is_stand_in(found.brand):
        raise Http404
    speak_of(found.country_id)
    pieces, key = request.POST.get("pieces", ""), _uuid(request.POST.get("key", ""))
    if request.method != "POST" or key is None or pieces not in map(str, range(1, MOST_PIECES + 1)):
        return _show(request, found)
    row = orders.order(
        key=key,
        product=found,
        pieces=int(pieces),
        recommendation=_uuid(request.GET.get(WORD, "")),
        back=_back(request),
        at=now(),
    )
    _send(request, row)
    return redirect("shop:order", row.pk)


@only_in_the_stand_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show an order, and let the visitor play the shop's part: confirm, cancel, take back."""
    row = get_object_or_404(Order.objects.select_related("product__brand"), pk=order_id)
    speak_of(row.product.country_id)
    step = request.POST.get("step", "")
    if step == ONE_PIECE_BACK:
        _send(request, orders.take_one_back(row.pk))
    elif step in orders.steps_of(row):
        _send(request, orders.move(row.pk, to=OrderState(step)))
    if request.method == "POST":
        return redirect("shop:order", row.pk)
    return render(request, "shop/order.html", _shown(row))


def _shown(row: Order) -> dict[str, object]:
    in_part = orders.may_come_back_in_part(row)
    return {
        "order": row,
        "total": row.total,
        "returned": row.returned,
        "steps": orders.steps_of(row),
        "in_part": in_part,
    }


def _show(request: HttpRequest, found: Product) -> HttpResponse:
    context = {
        "product": found,
        "pieces": range(1, MOST_PIECES + 1),
        "button": countries.order_button(found.country_id, countries.day_in(found.country, now())),
        "key": uuid4(),
        "came_from": _back(request),
        "nothing_chosen": request.method == "POST",
    }
    return render(request, "shop/product.html", context, status=422 if request.method == "POST" else 200)


def _send(request: HttpRequest, row: Order) -> None:
    """Tell the house of the order as any shop would, signed; where it is refused, the visitor reads why."""
    body, brand, at = orders.message_about(row), row.product.brand, now()
    if body is None:
        return
    signature = sign(body=body, secret=shops.secret_of(brand), at=at)
    try:
        hear(brand, body=body, signature=signature, at=at)
    except Refusal as refusal:
        messages.warning(request, str(refusal))


def _back(request: HttpRequest) -> str:
    """Return the page that the client came from: one of this house, or none."""
    given = request.GET.get("back", "")[:LONGEST_BACK]
    return given if given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""Messages from brands' shops: checked on the raw body; said again they change nothing."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners import shops
from mila.partners.models import Brand
from mila.sites import told
from mila.sites.now import now


@csrf_exempt
@require_POST
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in what a brand's shop says of an order: 204 when it is heard, again as well, else a problem.

    A brand that has no shop of its own here finds nothing (404).
    """
    brand = partners.brand_of_slug(slug)
    if brand is None or not shops.has_shop(brand):
        raise Http404
    try:
        hear(brand, body=told.body_of(request), signature=request.headers.get("Shop-Signature", ""), at=now())
    except Refusal as refusal:
        return told.problem(refusal)
    return HttpResponse(status=204)


def hear(brand: Brand, *, body: bytes, signature: str, at: datetime) -> None:
    """Hear a message of the brand's shop and tell the journey. Refuses what the shop did not say, or does not fit."""
    order = shops.hear(brand=brand, body=body, signature=signature, at=at)
    journey.tell_of_order(brand=brand, told=order, now=Occasion(by=Who.BRAND, at=at))

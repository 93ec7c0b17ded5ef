"""Messages from brands' shops: checked on the raw body; said again they change nothing."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners import shops
from mila.partners.models import Brand
from mila.sites.now import now

LARGEST_MESSAGE = 64 * 1024  # bytes


@csrf_exempt
@require_POST
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in what a brand's shop says of an order: 204 when it is heard, again as well, else a problem.

    A brand that has no shop of its own here finds nothing (404).
    """
    brand = partners.brand_of_slug(slug)
    if brand is None or not shops.has_shop(brand):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LARGEST_MESSAGE:
        return _problem(413, "too_large", gettext("This message is too large."))
    try:
        hear(brand, body=request.body, signature=request.headers.get("Shop-Signature", ""), at=now())
    except Refusal as refusal:
        return _problem(refusal.status, refusal.code, str(refusal))
    return HttpResponse(status=204)


def hear(brand: Brand, *, body: bytes, signature: str, at: datetime) -> None:
    """Hear a message of the brand's shop and tell the journey. Refuses what the shop did not say, or does not fit."""
    told = shops.hear(brand=brand, body=body, signature=signature, at=at)
    journey.tell_of_order(brand=brand, told=told, now=Occasion(by=Who.BRAND, at=at))


def _problem(status: int, code: str, title: str) -> HttpResponse:
    problem = {"status": status, "title": title, "code": code}
    return JsonResponse(problem, status=status, content_type="application/problem+json")

"""What customers say of each brand: whether they recommend it, and their stars, with how many and how sure."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.partners.models import Brand
from mila.quality import queries as quality
from mila.quality.queries import Stars
from mila.quality.rules import Promoters
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, desk_only
from mila.sites.now import now

SPANS = (30, 90, 365)  # days
NONE_YET = Promoters(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What the customers of one brand said; `asked` is how many were asked whether they recommend it."""

    brand: str
    asked: int
    promoters: Promoters
    stars: Stars


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show recommendations and stars by brand over the last 30, 90 or 365 days."""
    given = request.GET.get("days", "")
    days = int(given) if given in map(str, SPANS) else SPANS[1]
    context = {**frame("voices"), "rows": _said(days), "days": days, "spans": SPANS}
    return render(request, "desk/voices.html", context)


def _said(days: int) -> list[Said]:
    since = now() - timedelta(days=days)
    asked, promoters = quality.asked_by_brand(since=since), quality.promoters_by_brand(since=since)
    stars = quality.stars_by_brand(since=since)
    return [
        Said(brand.name, asked.get(brand.id, 0), promoters.get(brand.id, NONE_YET), stars.get(brand.id, Stars(None, 0)))
        for brand in Brand.objects.order_by("name")
    ]

"""Why calls come to a helper or do not: one offer's answer, and what would get more."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.dispatch import why
from mila.dispatch.why import Found
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now
from mila.sites.provider.cards import standing
from mila.sites.provider.shell import Context, show
from mila.sites.provider.why import gains_of, obstacle, parts_of, points_said, reasons_of

CALLS_SHOWN = 15


@require_safe
@helper_only
def page(request: HelperRequest) -> HttpResponse:
    """Show what came of the calls around in the last 30 days, what stood in the way, and what would add points."""
    at, helper = now(), request.helper
    found = why.nearby(helper, at=at)
    shown = found.newest[:CALLS_SHOWN]
    context: Context = {
        "back": reverse("provider:me"),
        "found": found,
        "days": why.LOOK_BACK.days,
        "most": why.CALLS_LOOKED_AT,
        "obstacles": [obstacle(one) for one in found.missed],
        "gains": gains_of(why.what_would_help(helper, found.newest, at=at)),
        "calls": _calls(shown, helper.id),
        "country": helper.provider.country_id,
    }
    return show(request, "provider/why.html", context, tab="me")


@require_safe
@helper_only
def of_offer(request: HelperRequest, key: str) -> HttpResponse:
    """Show why the helper was asked for the call of an offer, and why it became theirs or did not."""
    offer = booking.offer_of_helper(key, request.helper.id)
    if offer is None:
        raise Http404
    found = why.found_of(offer.call, request.helper)
    context: Context = {
        "back": reverse("provider:offer", args=[key]),
        "offer": offer,
        "standing": standing(offer, now()),
        "services": booking.services(offer.call),
        "found": found,
        "total": points_said(found.line.total) if found else "",
        "parts": parts_of(found.line) if found else [],
        "reasons": reasons_of(found.line) if found else [],
        "country": request.helper.provider.country_id,
    }
    return show(request, "provider/offer_why.html", context, tab="offers")


def _calls(found: Sequence[Found], helper_id: UUID) -> list[Context]:
    """Return the calls as a helper may know them who was not asked: what was wanted and how far, not where or who."""
    calls = ServiceCall.objects.prefetch_related("quotes__lines").in_bulk([one.call_id for one in found])
    asked = dict(ServiceCall.objects.filter(pk__in=calls, offers__helper=helper_id).values_list("pk", "offers__key"))
    return [
        {
            "found": one,
            "services": booking.services(calls[one.call_id]),
            "key": asked.get(one.call_id, ""),
            "km": one.line.filters["area"].found if "area" in one.line.filters else None,
            "reasons": reasons_of(one.line),
        }
        for one in found
    ]

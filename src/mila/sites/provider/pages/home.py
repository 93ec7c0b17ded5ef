"""What is on today: the offer that waits, the visits that come, and being available now."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.core.validators import slug_re
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mila.booking import queries as booking
from mila.crowd import actions as crowd
from mila.crowd.models import Helper, HelperState
from mila.kernel.place import Point
from mila.kernel.refusal import Refusal
from mila.messaging.queries import number_to_call
from mila.sites import streams
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now
from mila.sites.provider import day
from mila.sites.provider.cards import OfferCard, card
from mila.sites.provider.shell import show
from mila.sites.provider.steps import next_step
from mila.visit import queries as seen

AVAILABLE_FOR = timedelta(hours=2)


class PositionForm(forms.Form):
    """Where the phone is, in degrees, if it said so."""

    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)

    def point(self) -> Point | None:
        """Return the position, None where there is none or it cannot be read."""
        found = self.cleaned_data if self.is_valid() else {}
        latitude, longitude = found.get("latitude"), found.get("longitude")
        return None if latitude is None or longitude is None else Point(latitude, longitude)


@require_safe
@helper_only
def home(request: HelperRequest) -> HttpResponse:
    """Show the offer that waits, the visits that come, and the switch *available now*."""
    at = now()
    visits = booking.coming_visits(request.helper.id)
    prefetch_related_objects([visit.call for visit in visits], "holds")
    stops = day.todays(visits, request.helper, at)
    later = [visit for visit in visits if visit not in [stop.visit for stop in stops]]
    context = {
        "today": [
            {
                "visit": stop.visit,
                "leg": stop.leg,
                "packages": stop.packages,
                "services": booking.services(stop.visit.call),
                "next": next_step(stop.visit.call, at),
                "navigation": day.navigation(request, stop.visit.call.address),
                "phone": number_to_call(stop.visit, stop.visit.call.site_contact.phone),
            }
            for stop in stops
        ],
        "trouble": seen.calls_with_refused_taps(request.helper.id),
        "card": _waiting(request.helper, at),
        "at": at,
        "visits": [
            {"visit": visit, "services": booking.services(visit.call), "next": next_step(visit.call, at)}
            for visit in later
        ],
        "to_return": seen.to_return_by(request.helper.id),
        "is_active": request.helper.state == HelperState.ACTIVE,
        "is_available": bool(request.helper.available_until and request.helper.available_until > at),
        "available_until": request.helper.available_until,
    }
    return show(request, "provider/home.html", context, tab="home")


@require_safe
@helper_only
def live(request: HelperRequest) -> HttpResponse:
    """Answer with the offer that waits, or with how the one last shown ended; 204 where nothing has changed."""
    at = now()
    was = request.GET.get("was", "")[:80]
    found = _waiting(request.helper, at) or _last_shown(request.helper, was, at)
    answer = (
        HttpResponse(status=204)
        if was == (found.mark if found else "")
        else render(request, "provider/parts/live.html", {"card": found, "at": at})
    )
    return streams.renewed(answer, streams.helper_topic(request.helper.id))


@require_POST
@helper_only
def available(request: HelperRequest) -> HttpResponse:
    """Switch *available now* on for two hours, here or at home."""
    position = PositionForm(request.POST).point()
    try:
        crowd.go_available(helper=request.helper, until=now() + AVAILABLE_FOR, position=position)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("provider:home")
    where = _("where you are") if position else _("from your home, since your phone did not say where you are")
    messages.success(request, _("You are available now, %(where)s.") % {"where": where})
    return redirect("provider:home")


@require_POST
@helper_only
def unavailable(request: HelperRequest) -> HttpResponse:
    """Switch *available now* off; the position is erased."""
    crowd.go_unavailable(helper=request.helper)
    messages.success(request, _("You are not available now any more. Your position has been erased."))
    return redirect("provider:home")


def _waiting(helper: Helper, at: datetime) -> OfferCard | None:
    offer = booking.offer_to_answer(helper.id)
    return card(offer, at) if offer else None


def _last_shown(helper: Helper, was: str, at: datetime) -> OfferCard | None:
    key = was.partition(".")[0]
    offer = booking.offer_of_helper(key, helper.id) if slug_re.match(key) else None
    return card(offer, at) if offer else None

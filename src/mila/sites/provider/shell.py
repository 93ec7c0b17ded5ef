"""What is around every page of the app: the bar of tabs at the bottom."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mila.booking import queries as booking
from mila.sites import streams
from mila.sites.door import HelperRequest
from mila.visit.rules import ADVICE, TAP_ADVICE, TAP_WORDS

Context = dict[str, object]
TAPS = [{"name": name, "words": words, "advice": TAP_ADVICE.get(name, ADVICE)} for name, words in TAP_WORDS.items()]


def show(request: HelperRequest, template: str, context: Mapping[str, object], *, tab: str) -> HttpResponse:
    """Answer with a page of the app; `tab` is the name of the address whose tab is marked."""
    around: Context = {"tabs": _tabs(request, tab), "home_url": reverse("provider:home")}
    around |= {"person": person_of(request), "taps": TAPS}
    around["stream"] = streams.address(streams.helper_topic(request.helper.id))
    response = render(request, template, {**around, **context})
    # The phone keeps the day's pages; this tells it apart whose they are.
    response.headers["Mila-Person"] = person_of(request)
    return response


def person_of(request: HelperRequest) -> str:
    """Return a mark by which a phone tells its people apart, and nobody else can."""
    return salted_hmac("mila.person", str(request.helper.id)).hexdigest()[:16]


def _tabs(request: HelperRequest, current: str) -> list[Context]:
    waiting = 1 if booking.has_offer_to_answer(request.helper.id) else 0
    tabs = [
        ("home", "calendar", _("Visits"), 0),
        ("offers", "bell", _("Offers"), waiting),
        ("earnings", "wallet", _("Earnings"), 0),
        ("me", "user", _("Me"), 0),
    ]
    return [
        {"url": reverse(f"provider:{name}"), "icon": icon, "name": words, "current": name == current, "count": count}
        for name, icon, words, count in tabs
    ]

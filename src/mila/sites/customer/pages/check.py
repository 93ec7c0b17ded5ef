"""Check your answers, and order."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking.actions import PriceOffer
from mila.booking.models import ServiceCall, Stage
from mila.booking.withdrawal import NotDeclared, asked_for
from mila.catalog.models import Package
from mila.countries import queries as countries
from mila.journey import actions as journey
from mila.partners.models import Payer
from mila.sites.customer import draft as drafts
from mila.sites.customer.draft import Draft, window
from mila.sites.customer.page import not_sold, of_brand, step, with_draft
from mila.sites.customer.pages.choosing import price_of, who_comes
from mila.sites.customer.pages.paying import to_bank
from mila.sites.customer.pages.time import supply_of
from mila.sites.customer.prices import shown, shown_policy
from mila.sites.door import Request, by_customer
from mila.sites.now import now
from mila.visit import actions as visit

SHORTEST_KEY = 20
LONGEST_VERSION = 20


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show everything that was said with the price, and order it: once, however often the button is pressed."""
    if request.method == "POST" and (earlier := _ordered_already(of_brand(request))):
        return go_on(request, earlier)
    return _check(request)


@with_draft
def _check(request: Request, draft: Draft) -> HttpResponse:
    if draft.next_page != "check":
        return redirect(f"customer:{draft.next_page}")
    offer = price_of(request, draft.package)
    if offer is None:
        return not_sold(request)
    return _order(request, draft, offer) if request.method == "POST" else _asked(request, draft, offer)


def _order(request: Request, draft: Draft, offer: PriceOffer) -> HttpResponse:
    if request.POST.get("key") != draft.key or request.POST.get("total") != str(offer.total):
        messages.warning(request, _("Something has changed since you opened this page. Please check it once more."))
        return redirect("customer:check")
    found = supply_of(request, draft)
    if found is None or not found.has(draft.time):
        messages.warning(request, _("This time has just been taken. Please choose another one."))
        replace(draft, time="").keep(request)
        return redirect("customer:time")
    given = drafts.as_given(draft, request, early_start=request.POST.get("early_start", "")[:LONGEST_VERSION])
    try:
        call = journey.book(given=given, now=by_customer())
    except NotDeclared as refusal:
        return _asked(request, draft, offer, str(refusal))
    except (journey.OrderKnown, visit.PickUpMissing) as refusal:
        messages.error(request, str(refusal))
        return redirect("customer:pick_up")
    replace(draft, booked=call.status_key).keep(request)
    return go_on(request, call)


def go_on(request: HttpRequest, call: ServiceCall) -> HttpResponse:
    """Lead to the bank's page while a means of payment is missing, else to the status page."""
    if call.stage == Stage.DRAFTED:
        return to_bank(request, call)
    return redirect("customer:status", key=call.status_key)


def _ordered_already(request: Request) -> ServiceCall | None:
    key = request.POST.get("key", "").replace("\x00", "")[:80]
    return booking.call_of_submission(request.brand.id, key) if len(key) >= SHORTEST_KEY else None


def _asked(request: Request, draft: Draft, offer: PriceOffer, error: str = "") -> HttpResponse:
    at, start, country = now(), draft.starts_at, countries.by_code(draft.country)
    today, served_on = countries.day_in(country, at), countries.day_in(country, start or at)
    page = {
        **step(4),
        "draft": draft,
        "package": Package.objects.get(code=draft.package),
        "offer": offer,
        "price": shown(offer.lines, currency=offer.currency, country=country, on=served_on),
        "brand_pays": offer.payer_kind == Payer.BRAND,
        "who": who_comes(offer, request.brand.name, country),
        "policy": shown_policy(countries.cancellation_policy(country.code, today), offer.currency),
        "starts_at": start,
        "window": window(start) if start else "",
        "wished": [(one, window(one)) for one in draft.starts],
        "button": countries.order_button(country.code, today),
        "withdrawal": countries.withdrawal(country.code, today),
        "early_start": asked_for(country=country, payer_kind=offer.payer_kind, starts_at=start, at=at),
        "error": error,
        "branch": drafts.branch_of(draft, request.brand),
        "back": reverse("customer:contact"),
    }
    return render(request, "customer/check.html", page, status=422 if error else 200)

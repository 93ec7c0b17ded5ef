"""Where the visit takes place."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from mila.countries import geocoding
from mila.countries.gazetteer.queries import suggest
from mila.countries.gazetteer.rules import Address, Placed
from mila.countries.models import Locality
from mila.sites.customer.draft import Draft
from mila.sites.customer.forms import AddressForm
from mila.sites.customer.page import after, of_brand, step, with_draft
from mila.sites.customer.shop import country_name, shop
from mila.sites.door import Request

NEAR_M = 5_000  # an address that only lies near a known place may be this far outside it
MOST_PLACES = 6


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def address(request: Request, draft: Draft) -> HttpResponse:
    """Ask for the address; one that cannot be placed is placed by the customer, never refused."""
    if request.method != "POST":
        return _asked(request, draft, AddressForm(initial=_initial(draft), country=draft.country), [])
    form = AddressForm(request.POST, country=draft.country)
    if not form.is_valid():
        return _asked(request, draft, form, [])
    typed = form.cleaned_data
    picked = _picked(request, draft.country)
    placed = picked or _placed(typed, draft.country)
    if placed is None:
        return _asked(request, draft, form, _near(typed, draft.country))
    said = _said(typed, placed, is_only_near=picked is not None and "near" in request.POST)
    moved = replace(draft, address=said, notes=typed["notes"])
    if not _same_place(draft.address, moved.address):
        moved = replace(moved, time="")
    moved.keep(request)
    return after(moved, "address")


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Answer with places for what was typed so far, to complete the town."""
    typed = f"{request.GET.get('postcode', '')[:10]} {request.GET.get('town', '')[:80]}"
    found = suggest(country=shop(of_brand(request)).country.code, text=typed, limit=8)
    return render(request, "customer/parts/places.html", {"places": found})


def _asked(request: Request, draft: Draft, form: AddressForm, near: list[Locality]) -> HttpResponse:
    back = reverse("customer:service", args=[draft.package])
    is_refused = bool(form.errors) or bool(near)
    page = {**step(1), "form": form, "near": near, "back": back, "country": country_name(draft.country)}
    return render(request, "customer/address.html", page, status=422 if is_refused else 200)


def _placed(typed: dict[str, Any], country: str) -> Placed | None:
    found = geocoding.find(Address(country, typed["postcode"], typed["town"], typed["street"], typed["house_number"]))
    return found[0] if found else None


def _picked(request: HttpRequest, country: str) -> Locality | None:
    """Return the place that the customer picked, one of those that were offered."""
    chosen = request.POST.get("place", "")[:120].replace("\x00", "")
    postcode, _bar, name = chosen.partition("|")
    return Locality.objects.filter(country=country, postcode=postcode, name=name).first()


def _near(typed: dict[str, Any], country: str) -> list[Locality]:
    """Return places to pick from: what may have been meant, else whatever shares the first digits of the postcode."""
    postcode = typed["postcode"]
    for text in (f"{postcode} {typed['town']}", postcode[:3], postcode[:2], postcode[:1]):
        if found := suggest(country=country, text=text, limit=MOST_PLACES):
            return found
    return []


def _said(typed: dict[str, Any], placed: Placed | Locality, *, is_only_near: bool) -> dict[str, Any]:
    """Return the address as it is kept: spelled as the gazetteer does, unless the place is only near."""
    known = {"postcode": typed["postcode"], "town": placed.town if isinstance(placed, Placed) else typed["town"]}
    if isinstance(placed, Locality) and not is_only_near:
        known = {"postcode": placed.postcode, "town": placed.name}
    return {
        **known,
        "street": typed["street"],
        "house_number": typed["house_number"],
        "region": placed.region,
        "latitude": placed.latitude,
        "longitude": placed.longitude,
        "accuracy_m": placed.accuracy_m + (NEAR_M if is_only_near else 0),
        "floor": typed["floor"],
        "has_lift": {"yes": True, "no": False}.get(typed["lift"]),
    }


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(part) == other.get(part) for part in ("latitude", "longitude", "accuracy_m"))


def _initial(draft: Draft) -> dict[str, Any]:
    has_lift = draft.address.get("has_lift")
    lift = "" if has_lift is None else "yes" if has_lift else "no"
    return {**draft.address, "lift": lift, "notes": draft.notes}

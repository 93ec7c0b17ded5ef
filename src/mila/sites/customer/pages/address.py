"""Where the visit takes place."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.countries import geocoding
from mila.countries.gazetteer.drawing import nearest_place, sheet_around
from mila.countries.gazetteer.queries import suggest
from mila.countries.gazetteer.rules import Address, Placed
from mila.countries.models import Locality
from mila.kernel.place import Point
from mila.sites.customer.draft import Draft
from mila.sites.customer.forms import AddressForm
from mila.sites.customer.page import after, of_brand, step, with_draft
from mila.sites.customer.shop import country_name, shop
from mila.sites.door import Request
from mila.sites.maps import carried, drawn, is_look, kept_sheet, looked

WIDTH, HEIGHT = 288, 240  # pixels: as wide as the narrowest phone, for pointing needs a size that is known
AROUND_M = 8_000
NEAR_M = 5_000  # an address that only lies near a known place may be this far outside it
MOST_PLACES = 6


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def address(request: Request, draft: Draft) -> HttpResponse:
    """Ask for the address; one that cannot be placed is placed by the customer, never refused."""
    if draft.next_page == "pick_up":
        return redirect("customer:pick_up")
    if request.method != "POST":
        return _asked(request, draft, AddressForm(initial=_initial(draft), country=draft.country), [])
    form = AddressForm(request.POST, country=draft.country)
    if not form.is_valid():
        return _asked(request, draft, form, [])
    typed = form.cleaned_data
    pinned, picked = _pinned(request, draft.country), _picked(request, draft.country)
    placed = pinned or picked or _placed(typed, draft.country)
    if placed is None or is_look(request.POST.dict()):
        return _asked(request, draft, form, _near(typed, draft.country))
    said = _said(typed, placed, is_only_near=pinned is not None or (picked is not None and "near" in request.POST))
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
    back = reverse("customer:pick_up") if draft.brings else reverse("customer:service", args=[draft.package])
    is_refused = bool(form.errors) or bool(near)
    page = {**step(1), "form": form, "near": near, "back": back, "country": country_name(draft.country)}
    looks = is_look(request.POST.dict())
    if near:
        page |= _map(request, draft.country, near)
    return render(request, "customer/address.html", page, status=422 if is_refused and not looks else 200)


def _map(request: Request, country: str, near: list[Locality]) -> dict[str, object]:
    """Return the map on which the customer can set a pin: it begins around the first place that may be meant."""
    posted = request.POST.dict()
    first = Point(near[0].latitude, near[0].longitude)
    sheet = kept_sheet(posted, country=country, width=WIDTH, height=HEIGHT) or sheet_around(
        country, first, radius_m=AROUND_M, width=WIDTH, height=HEIGHT
    )
    if is_look(posted):
        sheet = looked(sheet, posted)
    pin = (sheet.centre, _("The pin"), "pin")
    circle = (sheet.centre, float(sheet.accuracy_m), "about")
    return {"map": drawn(sheet, circles=[circle], marks=[pin]), "carried": carried(sheet), "looks": is_look(posted)}


def _pinned(request: HttpRequest, country: str) -> Placed | None:
    """Return where the customer set the pin, as exactly as the map allows; None abroad, or for another choice."""
    sheet = kept_sheet(request.POST.dict(), country=country, width=WIDTH, height=HEIGHT)
    if request.POST.get("place") != "pin" or sheet is None:
        return None
    nearest = nearest_place(country, sheet.centre)
    if nearest is None:
        return None
    return Placed(sheet.centre.latitude, sheet.centre.longitude, sheet.accuracy_m, nearest.region, "")


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
    known = {"postcode": typed["postcode"], "town": (isinstance(placed, Placed) and placed.town) or typed["town"]}
    if isinstance(placed, Locality) and not is_only_near:
        known = {"postcode": placed.postcode, "town": placed.name}
    return {
        **known,
        "street": typed["street"],
        "house_number": typed["house_number"],
        "region": placed.region,
        "latitude": placed.latitude,
        "longitude": placed.longitude,
        "accuracy_m": placed.accuracy_m + (NEAR_M if is_only_near and isinstance(placed, Locality) else 0),
        "floor": typed["floor"],
        "has_lift": {"yes": True, "no": False}.get(typed["lift"]),
    }


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(part) == other.get(part) for part in ("latitude", "longitude", "accuracy_m"))


def _initial(draft: Draft) -> dict[str, Any]:
    has_lift = draft.address.get("has_lift")
    lift = "" if has_lift is None else "yes" if has_lift else "no"
    return {**draft.address, "lift": lift, "notes": draft.notes}

"""The status page: the whole service in one place, opened by a secret link."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.booking import queries as booking
from mila.crowd import queries as crowd
from mila.partners import queries as partners
from mila.sites import streams
from mila.sites.customer import story
from mila.sites.customer.after import receipts
from mila.sites.customer.forms import CodeForm, DoorForm, ObjectionForm, RateForm
from mila.sites.customer.page import call_or_404, call_with_ribs_or_404, private
from mila.sites.customer.view import price, seen
from mila.sites.photos import face_image, photo_of


@require_safe
def status(request: HttpRequest, key: str) -> HttpResponse:
    """Show where the call stands, who comes, what it costs, and what can be done now."""
    return page(request, key)


@require_safe
def live(request: HttpRequest, key: str) -> HttpResponse:
    """Answer with the changing part of the page; with nothing (204) where the visitor has seen this version."""
    call = call_with_ribs_or_404(key)
    shown = seen(call)
    answer = (
        HttpResponse(status=204)
        if request.GET.get("seen") == shown["version"]
        else render(request, "customer/parts/live.html", {**shown, **_forms(), "brand": call.brand})
    )
    return private(streams.renewed(answer, streams.call_topic(call.id)))


@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Show the receipts, to be printed; before the payment there is only the price."""
    call = call_or_404(key)
    papers = receipts(call)
    shown = {"call": call, "receipts": papers, "price": price(call), "brand": call.brand}
    return private(render(request, "customer/receipt.html", shown))


@require_safe
def photo(request: HttpRequest, key: str, photo_id: UUID) -> HttpResponse:
    """Show a photo that the helper took during the visit."""
    return photo_of(call_or_404(key), photo_id)


@require_safe
def face(request: HttpRequest, key: str, face_id: UUID) -> HttpResponse:
    """Show the photo of who comes, to be known at the door; nobody else's, and not when the visit is over."""
    call = call_or_404(key)
    held = booking.active_assignment(call) if call.stage in story.SEES_FACE else None
    found = crowd.shown_face(held.helper_id) if held else None
    return face_image(found if found and found.pk == face_id else None)


def page(request: HttpRequest, key: str, status: int = 200, **forms: object) -> HttpResponse:
    """Return the status page; `forms` replace the fresh ones where a form was refused."""
    call = call_with_ribs_or_404(key)
    support = partners.support(country=call.country_id, brand=call.brand)
    shown = {**seen(call), **_forms(), **forms, "brand": call.brand, "support": support}
    shown["stream"] = streams.address(streams.call_topic(call.id))
    return private(render(request, "customer/status.html", shown, status=status))


def _forms() -> dict[str, object]:
    # A template makes a form where it shows one: most pages show none.
    return {
        "code_form": CodeForm,
        "door_form": DoorForm,
        "rate_form": RateForm,
        "objection_form": ObjectionForm,
    }

"""What the customer's pages have in common."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.journey.ribs import call_with_ribs
from mila.kernel.refusal import Refusal
from mila.sites.country import speak_of
from mila.sites.customer.draft import Draft
from mila.sites.door import Request

F = TypeVar("F", bound=forms.Form)


def of_brand(request: HttpRequest) -> Request:
    """Return the request as one at a door, with the brand in front."""
    return cast("Request", request)


def front() -> dict[str, object]:
    """Return what every page of the door shows: where home is."""
    return {"home_url": reverse("customer:book")}


def step(number: int) -> dict[str, object]:
    """Return what a page of the booking shows: which question of four it is."""
    steps = [_("Address"), _("Time"), _("Contact"), _("Check and order")]
    return {**front(), "steps": steps, "current": number}


def with_draft(page: Callable[[Request, Draft], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Hand the visitor's draft to a page; without one lead to the start, from a booked one to its status page."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        asked = of_brand(request)
        draft = Draft.of(asked)
        if draft is None:
            return redirect("customer:book")
        if draft.booked:
            return redirect("customer:status", key=draft.booked)
        return page(asked, draft)

    return guarded


def not_sold(request: HttpRequest) -> HttpResponse:
    """Lead to the start, because the chosen package is not sold any more."""
    messages.error(request, _("This service is not offered any more. Please choose another one."))
    return redirect("customer:book")


def after(draft: Draft, page: str) -> HttpResponse:
    """Go on after a page: to the first open question, or back to the summary when all is said."""
    return redirect(f"customer:{draft.next_page}" if draft.next_page != page else "customer:check")


def call_or_404(key: str) -> ServiceCall:
    """Return the call whose status page the secret key opens; an unknown key finds nothing (404).

    The page is about the call's country.
    """
    return _found(booking.call_of_status_key(key))


def call_with_ribs_or_404(key: str) -> ServiceCall:
    """Return the call as `call_or_404` does, for a page that shows what stands beside it and changes nothing."""
    return _found(call_with_ribs(key))


def _found(call: ServiceCall | None) -> ServiceCall:
    if call is None:
        raise Http404
    speak_of(call.country_id)
    return call


def to_status(call: ServiceCall, part: str = "") -> HttpResponse:
    """Lead to the call's status page, to a part of it where one is named."""
    return redirect(reverse("customer:status", args=[call.status_key]) + (f"#{part}" if part else ""))


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page that a secret link opens out of search engines and caches."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def refused(form: F, refusal: Refusal) -> F:
    """Return the form with the refusal beside the field that it is about, else on top."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return form

"""The checklist of a visit: one tap a step, a number or a photo where a step asks for it; and notes beside it."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mila.booking.models import AssignmentState
from mila.journey import actions as journey
from mila.kernel.pictures import MOST_BYTES, PictureUnreadable, shrunk
from mila.kernel.place import Point
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.photos import photo_of
from mila.sites.provider import doorstep
from mila.sites.provider.pages.visits import of_helper, page
from mila.visit.actions import LooksLikePassword
from mila.visit.rules import number_of


class PlaceForm(forms.Form):
    """Where the phone is, in degrees."""

    latitude = forms.FloatField(min_value=-90, max_value=90)
    longitude = forms.FloatField(min_value=-180, max_value=180)


@require_POST
@helper_only
def tick(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Tick a step, or take its tick back; the answer is the list, or the page where there is no script."""
    return _changed(request, call_id, lambda: _tick(request, call_id))


@require_POST
@helper_only
def add_photo(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Keep a photo for a step."""
    return _changed(request, call_id, lambda: _keep(request, call_id))


@require_safe
@helper_only
def photo(request: HelperRequest, call_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a photo of the own visit."""
    held = of_helper(request, call_id)
    if held.state == AssignmentState.RELEASED:
        raise Http404
    return photo_of(held.call, photo_id)


@require_POST
@helper_only
def note(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Write a note; one that looks like a password is asked about first."""
    held, form = of_helper(request, call_id), doorstep.NoteForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return page(request, held, 422, note_form=form)
    write = journey.write_note_after_all if form.cleaned_data["is_no_password"] else journey.write_note
    try:
        write(call_id=call_id, words=form.cleaned_data["words"], now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        asks = isinstance(refusal, LooksLikePassword)
        return page(request, held, refusal.status, note_form=form, note_asks=asks)
    messages.success(request, _("The note is kept; the client and our team can read it."))
    return redirect(reverse("provider:visit", args=[call_id]) + "#notes")


@require_POST
@helper_only
def position(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take in where the phone is; nothing is answered but a refusal (409) where nobody may know it."""
    of_helper(request, call_id)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _told(_("This is no position."), 422)
    place = Point(form.cleaned_data["latitude"], form.cleaned_data["longitude"])
    try:
        journey.report_position(call_id=call_id, place=place, now=by_helper(request))
    except Refusal as refusal:
        return _told(str(refusal), refusal.status)
    return HttpResponse(status=204)


def _told(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def code_of(request: HttpRequest) -> str:
    """Return the code of the step that a form is about."""
    return request.POST.get("code", "")[:60].replace("\0", "")


def _changed(request: HelperRequest, call_id: UUID, verb: Callable[[], object]) -> HttpResponse:
    held = of_helper(request, call_id)
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.headers.get("HX-Request"):
        return render(request, "provider/parts/checklist.html", doorstep.list_of(held.call))
    return redirect(reverse("provider:visit", args=[call_id]) + "#checklist")


def _tick(request: HelperRequest, call_id: UUID) -> None:
    if request.POST.get("done") == "1":
        number = number_of(request.POST.get("number", "")[:20])
        journey.tick(call_id=call_id, code=code_of(request), number=number, now=by_helper(request))
    else:
        journey.untick(call_id=call_id, code=code_of(request), now=by_helper(request))


def _keep(request: HelperRequest, call_id: UUID) -> None:
    sent = request.FILES.get("photo")
    if sent is None or (sent.size or 0) > MOST_BYTES:
        raise PictureUnreadable
    journey.add_photo(call_id=call_id, code=code_of(request), picture=shrunk(sent.read()), now=by_helper(request))

"""The desk's steps on a call: each is asked once more, with a reason, and is one verb of the journey."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.forms import ReasonForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only

both_ways = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Asked:
    """How a step is asked for: its heading, what follows from it, its button, and what is said afterwards."""

    heading: Promise
    follows: Promise
    button: Promise
    said: Promise
    kind: str = ""


TAKE_AWAY = Asked(
    _("Take the call away from its helper?"),
    _("The helper is released without fault, and a search begins at once. The customer is told."),
    _("Take it away"),
    _("Taken away; the search has begun."),
)
CANCEL = Asked(
    _("Cancel this call?"),
    _("It costs the customer nothing: a hold is freed, the helper is released, both are told. This is final."),
    _("Cancel the call"),
    _("The call is cancelled."),
    "danger",
)
SEARCH_ANEW = Asked(
    _("Search for a helper again?"),
    _("Helpers nearby are asked one after another, and the customer is told."),
    _("Search anew"),
    _("The search has begun."),
)
WRITE_OFF = Asked(
    _("Write the customer’s debt off?"),
    _("The customer is not asked to pay any more, and the helper is paid all the same. This is final."),
    _("Write it off"),
    _("The debt is written off."),
    "danger",
)


FINISH = Asked(
    _("Close this visit in the helper’s place?"),
    _("The client is asked to look at the work and to sign off; without a word from them it counts after 24 hours."),
    _("Close the visit"),
    _("The visit is closed; the client is asked to sign off."),
)
APPROVE_CHANGE = Asked(
    _("Does the brand agree to the change?"),
    _("The brand pays, and so the brand decides. Please write who at the brand said yes; the price holds from now on."),
    _("The brand agrees"),
    _("The change is approved; the helper is told."),
)
DECLINE_CHANGE = Asked(
    _("Does the brand not agree to the change?"),
    _("What was booked stays, at the price that was booked, and the helper is told. Please write who said no."),
    _("The brand does not agree"),
    _("The change is declined; the helper is told."),
)


@both_ways
@desk_only
def finish(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Close a visit that the helper left open."""

    def step(reason: str, now: Occasion) -> object:
        return journey.finish_by_desk(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, FINISH, step)


@both_ways
@desk_only
def approve_change(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Take the paying brand's yes to a change down."""

    def step(reason: str, now: Occasion) -> object:
        return journey.approve_change_by_desk(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, APPROVE_CHANGE, step)


@both_ways
@desk_only
def decline_change(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Take the paying brand's no to a change down."""

    def step(reason: str, now: Occasion) -> object:
        return journey.decline_change_by_desk(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, DECLINE_CHANGE, step)


@both_ways
@desk_only
def take_away(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Free a call from its helper and search for another."""

    def step(reason: str, now: Occasion) -> object:
        return journey.take_away(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, TAKE_AWAY, step)


@both_ways
@desk_only
def cancel(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Cancel a call free of charge."""

    def step(reason: str, now: Occasion) -> object:
        return journey.cancel_by_desk(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, CANCEL, step)


@both_ways
@desk_only
def write_off(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Give up a customer's debt."""

    def step(reason: str, now: Occasion) -> object:
        return journey.write_off(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, WRITE_OFF, step)


@both_ways
@desk_only
def search_anew(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Search again for a stranded call."""

    def step(reason: str, now: Occasion) -> object:
        return journey.search_anew(call_id=call_id, reason=reason, now=now)

    return _ask(request, call_id, SEARCH_ANEW, step)


def _ask(
    request: DeskRequest,
    call_id: UUID,
    asked: Asked,
    step: Callable[[str, Occasion], object],
) -> HttpResponse:
    call = call_at_desk(call_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            step(form.cleaned_data["reason"], by_desk(request))
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, str(asked.said))
            return redirect("desk:call", call_id=call_id)
    elif form.is_bound:
        status = 422
    context = {**frame("home"), "call": call, "asked": asked, "form": form}
    return render(request, "desk/ask.html", context, status=status)

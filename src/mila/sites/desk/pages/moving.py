"""Another time for a visit, asked for and answered at the desk on the customer's behalf."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking import times
from mila.booking.models import ServiceCall
from mila.dispatch import moving
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.forms import TimeForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now
from mila.sites.templatetags.words import moment

Verb = Callable[[Occasion], object]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def time(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Ask for another time for the customer, or say for them what they answer."""
    call = call_at_desk(call_id)
    form = TimeForm(request.POST if request.method == "POST" else None)
    form.offer(_choices(call))
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _verb(call, form.cleaned_data)(by_desk(request))
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Written down; customer and helper are told."))
            return redirect("desk:call", call_id=call_id)
    elif form.is_bound:
        status = 422
    held = booking.active_assignment(call)
    context = {**frame("home"), "call": call, "form": form, "name": held.helper.first_name if held else ""}
    return render(request, "desk/time.html", context, status=status)


def _verb(call: ServiceCall, said: dict[str, str]) -> Verb:
    word, _sep, start = said["choice"].partition(" ")
    words: dict[str, Verb] = {
        "ask": lambda at: journey.ask_for_time(call_id=call.id, starts_at=datetime.fromisoformat(start), now=at),
        "approve": lambda at: journey.approve_time(call_id=call.id, starts_at=datetime.fromisoformat(start), now=at),
        "withdraw": lambda at: journey.withdraw_time(call_id=call.id, now=at),
        "keep": lambda at: journey.keep_time(call_id=call.id, now=at),
        "seek": lambda at: journey.seek_at_time(call_id=call.id, now=at),
        "decline": lambda at: journey.decline_times(call_id=call.id, now=at),
    }
    return words[word]


def _choices(call: ServiceCall) -> list[tuple[str, str]]:
    """Return what the desk can say for the customer: an answer to what is open, or the times that can be had."""
    found = times.open_proposal(call)
    if found is None:
        return _times(call)
    if found.asked_by == "provider":
        approved = [(f"approve {start.isoformat()}", moment(start)) for start in found.starts]
        return [*approved, ("decline", _("None of them: ask for other times"))]
    said = moment(found.starts[0])
    if found.state == "asked":
        return [("withdraw", _("Take the request for %(time)s back") % {"time": said})]
    return [("keep", _("Keep the present time")), ("seek", _("Look for somebody else at %(time)s") % {"time": said})]


def _times(call: ServiceCall) -> list[tuple[str, str]]:
    suits = _("suits the present helper")
    return [
        (f"ask {one.starts_at.isoformat()}", f"{moment(one.starts_at)}{f' ({suits})' if one.same_helper else ''}")
        for one in moving.starts_to_move_to(call, at=now())
    ]

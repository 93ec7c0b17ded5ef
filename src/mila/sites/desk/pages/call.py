"""One call: everything about it, and what the desk may do."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mila.booking.models import ServiceCall
from mila.journey.ribs import if_any
from mila.sites import streams
from mila.sites.desk.dossier import Dossier, call_at_desk, open_dossier
from mila.sites.desk.frame import frame
from mila.sites.desk.place import map_of
from mila.sites.desk.why import ON_THE_CALL, candidates_of, rounds_of
from mila.sites.door import DeskRequest, desk_only
from mila.sites.now import now
from mila.sites.photos import photo_of
from mila.visit import queries as visits

BUTTONS = (
    ("approve_change", "desk:approve_change", _("The brand agrees to the change"), ""),
    ("decline_change", "desk:decline_change", _("The brand does not agree"), "secondary"),
    ("assign", "desk:assign", _("Assign a helper"), ""),
    ("search_anew", "desk:search_anew", _("Search anew"), ""),
    ("change_time", "desk:time", _("Another time"), "secondary"),
    ("approve_time", "desk:time", _("Another time"), "secondary"),
    ("take_away", "desk:take_away", _("Take it away from the helper"), "secondary"),
    ("finish_by_desk", "desk:finish", _("Close the visit"), "secondary"),
    ("write_off", "desk:write_off", _("Write the debt off"), "danger"),
    ("cancel_by_desk", "desk:cancel", _("Cancel the call"), "danger"),
)


@require_safe
@desk_only
def page(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Show one call with its diary, its offers and why."""
    call = call_at_desk(call_id)
    rounds = rounds_of(call, request.GET.get("round", "")[:60])
    shown = next((one for one in rounds if one.current), None)
    looked = candidates_of(shown, count=ON_THE_CALL) if shown else []
    why = {
        "rounds": rounds,
        "shown": shown,
        "ranked": [one for one in looked if one.rank is not None],
        "unranked": [one for one in looked if one.rank is None],
        "missed": shown.looked_at - shown.eligible if shown else 0,
    }
    stream = streams.address(streams.call_topic(call_id))
    return render(
        request,
        "desk/call.html",
        {**frame("home"), **_seen(call), **why, "stream": stream, "map": map_of(call, looked)},
    )


@require_safe
@desk_only
def live(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Answer with what moves on the page of a call, for the page that looks again every five seconds."""
    answer = render(request, "desk/parts/live.html", _seen(call_at_desk(call_id)))
    return streams.renewed(answer, streams.call_topic(call_id))


@require_safe
@desk_only
def photo(request: DeskRequest, call_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a photo of the call's visit."""
    return photo_of(call_at_desk(call_id), photo_id)


def _seen(call: ServiceCall) -> dict[str, object]:
    it = open_dossier(call, now())
    steps = visits.checklist(call)
    return {
        "it": it,
        "buttons": _buttons(it),
        "steps": steps if any(step.done or step.photos for step in steps) else [],
        "notes": if_any(call, "notes", lambda: call.visit_notes.order_by("at", "id")),
        "photos_at": reverse("desk:call", args=[call.pk]) + "photos/",
    }


def _buttons(it: Dossier) -> list[dict[str, object]]:
    possible = it.steps | ({"approve_change", "decline_change"} if it.brand_decides else set())
    return [
        {"url": reverse(name, args=[it.call.pk]), "name": said, "kind": kind}
        for step, name, said, kind in BUTTONS
        if step in possible
    ]

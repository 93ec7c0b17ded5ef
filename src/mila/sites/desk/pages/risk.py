"""Calls at risk, the most urgent first, and what the desk does about one by a press."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.booking import queries as booking
from mila.dispatch import actions as dispatch
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites import streams
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.frame import frame
from mila.sites.desk.risks import KINDS, chips, risks
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now

MOST_MONEY = 2**31 - 1


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show the calls at risk of one kind, or all."""
    stream = streams.address(streams.DESK)
    return render(request, "desk/risk.html", {**frame("risk"), **_seen(request), "stream": stream})


@require_safe
@desk_only
def rows(request: DeskRequest) -> HttpResponse:
    """Answer with kinds and rows alone, for the page that looks again every five seconds."""
    return streams.renewed(render(request, "desk/parts/risks.html", _seen(request)), streams.DESK)


@require_POST
@desk_only
def seek(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Look for a replacement at once; it can be taken back while nobody has accepted."""
    said = _("A replacement is being sought; the helper keeps the call until somebody has accepted.")
    return _pressed(request, said, lambda: journey.seek_replacement(call_id=call_id, now=by_desk(request)))


@require_POST
@desk_only
def keep(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Stop looking for a replacement."""
    said = _("No replacement is being sought any more; the helper keeps the call.")
    return _pressed(request, said, lambda: journey.keep_helper(call_id=call_id, now=by_desk(request)))


@require_POST
@desk_only
def propose(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Propose other times to the customer."""
    said = _("Other times are proposed to the customer; the search goes on meanwhile.")
    return _pressed(request, said, lambda: journey.propose_other_times(call_id=call_id, now=by_desk(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def bonus(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Ask once more, for it binds whoever pays, and raise the bonus."""
    call = call_at_desk(call_id)
    if request.method == "POST":
        upto = request.POST.get("upto", "")
        amount = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 10 else 0
        said = _("The bonus is raised; helpers are asked again.")
        return _pressed(
            request,
            said,
            lambda: journey.raise_bonus(call_id=call_id, upto=min(amount, MOST_MONEY), now=by_desk(request)),
        )
    search = booking.running_search(call)
    context = {
        **frame("risk"),
        "call": call,
        "search": search,
        "upto": dispatch.next_bonus(search) if search else None,
        "currency": call.country.currency,
        "kind": _kind(request),
    }
    return render(request, "desk/bonus.html", context)


def _seen(request: DeskRequest) -> dict[str, object]:
    chosen, at = _kind(request), now()
    return {"chips": chips(chosen, at), "rows": risks(chosen, at), "chosen": chosen}


def _kind(request: DeskRequest) -> str:
    asked = request.POST.get("kind", "") or request.GET.get("kind", "")
    return asked if asked in KINDS else ""


def _pressed(request: DeskRequest, said: str, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    kind = _kind(request)
    return redirect(reverse("desk:risk") + (f"?{urlencode({'kind': kind})}" if kind else ""))

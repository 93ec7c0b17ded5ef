"""One round of a search: everybody who was looked at, a page at a time, and whether it can be judged again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.dispatch import queries as dispatch
from mila.dispatch.kept import APART
from mila.dispatch.models import Decision
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.frame import frame
from mila.sites.desk.points import scope
from mila.sites.desk.why import CANDIDATES_SHOWN, named_in, said_of
from mila.sites.door import DeskRequest, desk_only

NAME_AT_MOST = 80
LAST_PLACE = 1_000_000


@require_safe
@desk_only
def page(request: DeskRequest, call_id: UUID, search_id: UUID, round_number: int) -> HttpResponse:
    """Show a page of a round's candidates, or those of a name; judge the round again where that is asked."""
    call = call_at_desk(call_id)
    decision = _round(call_id, search_id, round_number)
    words = request.GET.get("q", "")[:NAME_AT_MOST].replace("\0", "").strip()
    start = _place(request.GET.get("from", ""))
    looked = named_in(decision, words) if words else said_of(decision, start=start)
    context = {
        **frame("home"),
        "call": call,
        "decision": decision,
        "scope": scope(decision.weights),
        "candidates": looked,
        "q": words,
        "first": start + 1,
        "last": start + len(looked),
        "before": max(start - CANDIDATES_SHOWN, 0) if start and not words else None,
        "after": start + CANDIDATES_SHOWN if start + CANDIDATES_SHOWN < decision.looked_at and not words else None,
    }
    if "again" in request.GET:
        context["same"] = dispatch.recomputes(Decision.objects.select_related("search", "weights").get(pk=decision.pk))
    return render(request, "desk/round.html", context)


def _round(call_id: UUID, search_id: UUID, number: int) -> Decision:
    rows = Decision.objects.filter(search__call=call_id, search=search_id, round=number).defer(*APART)
    found = rows.select_related("search__call", "weights__brand", "weights__country").first()
    if found is None:
        raise Http404
    return found


def _place(given: str) -> int:
    return min(int(given), LAST_PLACE) if given.isascii() and given.isdigit() and len(given) < 8 else 0

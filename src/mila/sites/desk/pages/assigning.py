"""Sending a helper whom the desk chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper, HelperState
from mila.dispatch import queries as dispatch
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.desk.diary import helper_name
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.forms import AssignForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.desk.risks import KINDS
from mila.sites.desk.why import Looked, candidates_of, rounds_of
from mila.sites.door import DeskRequest, by_desk, desk_only

CHOICES_SHOWN = 15
SEARCH_AT_MOST = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """A helper to choose, with what the last round said."""

    id: UUID
    name: str
    hint: str
    checked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def assign(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Send a helper whom the desk chooses, with a reason."""
    call = call_at_desk(call_id)
    because = KINDS.get(request.GET.get("because", ""))
    given = {"reason": str(because)} if because else {}
    form = AssignForm(request.POST if request.method == "POST" else None, initial=given)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _send(request, call, form)
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The helper is assigned and told."))
            return redirect("desk:call", call_id=call_id)
    elif form.is_bound:
        status = 422
    words = request.GET.get("q", "")[:SEARCH_AT_MOST].replace("\0", "").strip()
    choices = choices_for(call, words, str(form.data.get("helper", request.GET.get("helper", ""))))
    context = {**frame("home"), "call": call, "form": form, "choices": choices, "q": words}
    return render(request, "desk/assign.html", context, status=status)


class HelperUnknown(Refusal):
    """There is no such helper."""

    code = "helper_unknown"
    status = 422
    field = "helper"


def choices_for(call: ServiceCall, words: str, chosen: str) -> list[Choice]:
    """Return helpers to choose from: those of the name that was typed, else the last round's, the best first."""
    rounds = rounds_of(call, "")
    looked = {one.helper_id: one for one in (candidates_of(rounds[0]) if rounds else [])}
    helpers = _named(call, words) if words else _around(call, list(looked))
    return [
        Choice(helper.pk, helper_name(helper), _hint(helper, looked.get(helper.pk)), str(helper.pk) == chosen)
        for helper in helpers
    ]


def _send(request: DeskRequest, call: ServiceCall, form: AssignForm) -> None:
    helper_id = form.cleaned_data["helper"]
    held = booking.active_assignment(call)
    if held is not None and held.helper_id == helper_id:
        return  # the same press again
    if not Helper.objects.filter(pk=helper_id).exists():
        raise HelperUnknown(_("Choose a helper from the list."))
    reason = form.cleaned_data["reason"]
    journey.assign_by_desk(call_id=call.pk, helper_id=helper_id, reason=reason, now=by_desk(request))


def _named(call: ServiceCall, words: str) -> list[Helper]:
    same = Q()
    for word in words.split()[:4]:
        same &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(account__email__icontains=word)
    active = Helper.objects.filter(same, state=HelperState.ACTIVE, provider__country=call.country_id)
    return list(active.select_related("provider").order_by("last_name", "first_name")[:CHOICES_SHOWN])


def _around(call: ServiceCall, looked_at: Sequence[UUID]) -> list[Helper]:
    if not looked_at:
        return dispatch.nearest_active(call.address.point, country=call.country_id, most=CHOICES_SHOWN)
    wanted = list(looked_at)[:CHOICES_SHOWN]
    rows = Helper.objects.filter(state=HelperState.ACTIVE).select_related("provider").in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]


def _hint(helper: Helper, looked: Looked | None) -> str:
    tier, town = helper.provider.get_tier_display(), helper.provider.town
    if looked is None:
        return f"{tier}, {town}"
    if looked.rank is not None:
        return _("%(tier)s, %(town)s · rank %(rank)s, %(total)s points, %(minutes)s min away") % {
            "tier": tier,
            "town": town,
            "rank": looked.rank,
            "total": looked.total,
            "minutes": looked.travel_minutes,
        }
    failed = ", ".join(one.name for one in looked.failed)
    missing = ngettext("requirement not met", "requirements not met", len(looked.failed))
    return f"{tier}, {town} · {missing}: {failed}"

"""What is fetched at branches, where it needs the desk: locked at a counter, or out and to go back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.desk.forms import ReasonForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.visit import queries as visits


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show what is locked, and what has to go back to its branch."""
    locked, to_return = visits.parcels_in_trouble()
    return render(request, "desk/parcels.html", {**frame("parcels"), "locked": locked, "to_return": to_return})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def unlock(request: DeskRequest, pick_up_id: UUID) -> HttpResponse:
    """Unlock a pick-up, with a reason; the helper gets another code."""
    row = visits.errand(pick_up_id)
    if row is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            journey.unlock_pick_up(pick_up_id=row.pk, reason=form.cleaned_data["reason"], now=by_desk(request))
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Unlocked; the helper has another code."))
            return redirect("desk:parcels")
    context = {**frame("parcels"), "row": row, "call": row.delivery.call, "form": form}
    return render(request, "desk/parcel_unlock.html", context, status=status)

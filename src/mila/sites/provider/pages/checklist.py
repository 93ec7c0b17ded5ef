"""The checklist of a visit: one tap a step."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.visit import queries as visits


@require_POST
@helper_only
def tick(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Tick a step, or take its tick back; the answer is the list, or the page where there is no script."""
    held = booking.visit_of_helper(call_id, request.helper.id)
    if held is None:
        raise Http404
    try:
        _tick(request, call_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.headers.get("HX-Request"):
        return render(request, "provider/parts/checklist.html", _list(held.call))
    return redirect(reverse("provider:visit", args=[call_id]) + "#checklist")


def _tick(request: HelperRequest, call_id: UUID) -> None:
    code = request.POST.get("code", "")[:60].replace("\0", "")
    verb = journey.tick if request.POST.get("done") == "1" else journey.untick
    verb(call_id=call_id, code=code, now=by_helper(request))


def _list(call: ServiceCall) -> dict[str, object]:
    steps = visits.checklist(call)
    return {"call": call, "steps": steps, "steps_left": sum(not step.done for step in steps)}

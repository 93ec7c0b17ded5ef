"""What helper and client wrote to one another: the desk reads it for a reason, which the diary keeps."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from mila.booking.models import Assignment
from mila.journey import actions as journey
from mila.sites import talking
from mila.sites.desk.dossier import call_at_desk
from mila.sites.desk.forms import ReasonForm
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def talk(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Ask for the reason, and show the talks of the call, one for each helper who held it."""
    call = call_at_desk(call_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {**frame("home"), "call": call, "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "desk/talk.html", context, status=422 if form.is_bound else 200)
    journey.look_into_talk(call_id=call_id, reason=form.cleaned_data["reason"], now=by_desk(request))
    held = Assignment.objects.filter(call=call).select_related("helper", "call").filter(talk__isnull=False).distinct()
    context["talks"] = [talking.seen(one, by_desk(request)) for one in held.order_by("accepted_at")]
    return render(request, "desk/talk.html", context)

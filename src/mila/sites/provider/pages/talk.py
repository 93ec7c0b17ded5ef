"""Writing with the client."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from mila.booking.models import Assignment
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites import streams, talking
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider.pages.visits import of_helper
from mila.sites.provider.shell import show
from mila.sites.talking import LineForm
from mila.visit import actions as visit


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def talk(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Show what was written, and write to the client; whoever lost the visit finds nothing (404)."""
    held = of_helper(request, call_id)
    if not visit.is_open(held, by_helper(request)):
        raise Http404
    if request.method != "POST":
        if request.method == "GET":
            journey.read_as_helper(call_id=call_id, now=by_helper(request))
        return _page(request, held, LineForm())
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, held, form, 422)
    try:
        journey.write_to_client(
            call_id=call_id,
            phrase=request.POST.get("phrase", "")[:20],
            text=form.cleaned_data["text"],
            language=get_language() or "en",
            now=by_helper(request),
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, held, form, refusal.status)
    return redirect("provider:talk", call_id=call_id)


def _page(request: HelperRequest, held: Assignment, form: LineForm, status: int = 200) -> HttpResponse:
    topics = (streams.helper_topic(held.helper_id), streams.call_topic(held.call_id))
    shown = talking.seen(held, by_helper(request))
    context = {**shown, "call": held.call, "form": form, "stream": streams.address(*topics)}
    answer = show(request, "provider/talk.html", context, tab="home")
    answer.status_code = status
    return streams.renewed(answer, *topics)

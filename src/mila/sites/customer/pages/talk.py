"""Writing with the helper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites import streams, talking
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.door import by_customer
from mila.sites.talking import LineForm


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was written with the helper who comes, and write to them; before that there is nobody to write to."""
    call = call_or_404(key)
    held = booking.last_assignment(call)
    if held is None:
        return to_status(call)
    if request.method != "POST":
        if request.method == "GET":
            journey.read_as_client(call_id=call.id, now=by_customer())
        return _page(request, call, held, LineForm())
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, call, held, form, 422)
    try:
        journey.write_to_helper(
            call_id=call.id,
            phrase=request.POST.get("phrase", "")[:20],
            text=form.cleaned_data["text"],
            language=get_language() or "en",
            now=by_customer(),
        )
    except Refusal as refusal:
        return _page(request, call, held, refused(form, refusal), refusal.status)
    return redirect("customer:talk", key=key)


def _page(request: HttpRequest, call: ServiceCall, held: Assignment, form: LineForm, status: int = 200) -> HttpResponse:
    topic = streams.call_topic(call.id)
    shown = talking.seen(held, by_customer())
    page = {
        **shown,
        "call": call,
        "brand": call.brand,
        "helper": held.helper.first_name,
        "form": form,
        "stream": streams.address(topic),
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(streams.renewed(render(request, "customer/talk.html", page, status=status), topic))

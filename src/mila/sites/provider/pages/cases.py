"""A client says that something is not right: the helper reads it and says their side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.payments.models import Retention
from mila.quality import cases
from mila.quality import queries as quality
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.photos import case_photo_of, pictures_of
from mila.sites.provider.forms import CaseAnswerForm
from mila.sites.provider.pages.visits import of_helper
from mila.sites.provider.shell import show


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def case(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Show the case of the own visit, and take the helper's side in."""
    held = _own(request, call_id)
    if request.method != "POST":
        return _page(request, held, CaseAnswerForm())
    form = CaseAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, held, form, 422)
    try:
        photos = pictures_of(request, most=cases.MOST_PHOTOS)
        words = form.cleaned_data["words"]
        journey.answer_case(call_id=call_id, words=words, photos=photos, now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, held, form, refusal.status)
    messages.success(request, _("Thank you. Our team reads both sides and decides."))
    return redirect("provider:case", call_id=call_id)


@require_safe
@helper_only
def photo(request: HelperRequest, call_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a photo of the case."""
    return case_photo_of(_own(request, call_id).call, photo_id)


def _own(request: HelperRequest, call_id: UUID) -> Assignment:
    held = of_helper(request, call_id)
    if held.state == AssignmentState.RELEASED:
        raise Http404
    return held


def _page(request: HelperRequest, held: Assignment, form: CaseAnswerForm, status: int = 200) -> HttpResponse:
    found = quality.cases_of(held.call).first()
    if found is None:
        raise Http404
    context = {
        "call": held.call,
        "case": found,
        "form": form,
        "most": cases.MOST_PHOTOS,
        "retention": Retention.objects.filter(source=found.pk).first(),
        "currency": booking.current_quote(held.call).currency,
    }
    answer = show(request, "provider/case.html", context, tab="home")
    answer.status_code = status
    return answer

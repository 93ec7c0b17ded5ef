"""At the branch and with the thing in hand: what is wrong with it, and giving it to the client."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider import errand
from mila.sites.provider.errand import FaultForm
from mila.sites.provider.pages.visits import of_helper, page, step
from mila.visit import queries as visits
from mila.visit.rules import Fault


@require_POST
@helper_only
def failed(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Say at the branch that it cannot be had there."""
    held, form = of_helper(request, call_id), errand.at_branch(request.POST)
    row = visits.pick_up(held)
    if row is None:
        raise Http404
    if not form.is_valid():
        return page(request, held, 422, fault_form=form)
    fault, words = _said(form)
    try:
        journey.fail_pick_up(pick_up_id=row.pk, fault=fault, words=words, now=by_helper(request))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, held, refusal.status, fault_form=form)
    return step(request, call_id, lambda: None)


@require_POST
@helper_only
def give(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Hand it over to the client."""
    return step(request, call_id, lambda: journey.give_to_client(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def faulty(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Find at the client's that it is damaged or the wrong item."""
    held, form = of_helper(request, call_id), errand.at_door(request.POST)
    if not form.is_valid():
        return page(request, held, 422, door_fault_form=form)
    fault, words = _said(form)
    try:
        journey.fail_at_door(call_id=call_id, fault=fault, words=words, now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return page(request, held, refusal.status, door_fault_form=form)
    return step(request, call_id, lambda: None)


def _said(form: FaultForm) -> tuple[Fault, str]:
    return Fault(form.cleaned_data["fault"]), form.cleaned_data["words"]

"""At the client's door: the codes, the badge, waiting, and leaving without having done the work."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider.doorstep import CheckOutForm, DoorCodeForm
from mila.sites.provider.pages.visits import of_helper, page, step
from mila.visit.rules import Cause


@require_POST
@helper_only
def client_code(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take the four digits that the client reads out; a wrong one is said beside the field."""
    held, form = of_helper(request, call_id), DoorCodeForm(request.POST, auto_id="door-%s")
    if not form.is_valid():
        return page(request, held, 422, code_form=form)
    try:
        journey.check_client(call_id=call_id, code=form.cleaned_data["code"], now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return page(request, held, refusal.status, code_form=form)
    return step(request, call_id, lambda: None)


@require_POST
@helper_only
def badge(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Show photo and badge instead of a code."""
    return step(request, call_id, lambda: journey.show_badge(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def closed(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Say that nobody opens."""
    return step(request, call_id, lambda: journey.nobody_opens(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def opened(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Say that somebody opened after all."""
    return step(request, call_id, lambda: journey.somebody_opened(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def check_out(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Leave without having done the work."""
    held, form = of_helper(request, call_id), CheckOutForm(request.POST, auto_id="out_%s")
    if not form.is_valid():
        return page(request, held, 422, check_out_form=form)
    cause, words = Cause(form.cleaned_data["cause"]), form.cleaned_data["words"]
    try:
        journey.check_out(call_id=call_id, cause=cause, words=words, now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return page(request, held, refusal.status, check_out_form=form)
    return step(request, call_id, lambda: None)

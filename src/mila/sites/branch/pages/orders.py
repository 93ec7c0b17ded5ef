"""An order at the counter: who comes for it, handing it out, what is wrong with it, taking it back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mila.journey import actions as journey
from mila.kernel.ids import order_number_of
from mila.kernel.refusal import Refusal
from mila.sites.branch.forms import BackForm, FaultForm, HandOutForm, put_beside
from mila.sites.branch.pages.counter import show
from mila.sites.door import CounterRequest, by_counter, counter_only
from mila.visit import queries as visits
from mila.visit.parcels import PickUp
from mila.visit.rules import Fault


@require_safe
@counter_only
def order(request: CounterRequest, number: str) -> HttpResponse:
    """Show the order: whom to expect and what for; an order of another branch or brand is not found."""
    rows = visits.errands_at(request.counter.branch_id, order_number_of(number))
    if not rows:
        raise Http404
    return _page(request, rows)


@require_POST
@counter_only
def hand_out(request: CounterRequest, pick_up_id: UUID) -> HttpResponse:
    """Hand it out to who shows the right ID card and the right code; what is wrong is said beside the field."""
    row, form = _own(request, pick_up_id), HandOutForm(request.POST)
    if not form.is_valid():
        return _page(request, _all(row), status=422, hand_out_form=form)
    try:
        journey.hand_out(
            pick_up_id=row.pk,
            branch_id=request.counter.branch_id,
            code=form.cleaned_data["code"],
            id_matches=form.cleaned_data["id_matches"],
            now=by_counter(request),
        )
    except Refusal as refusal:
        return _refused(request, row, form, refusal, "hand_out_form")
    messages.success(request, _("Handed out. Please give it to the helper."))
    return _to(row)


@require_POST
@counter_only
def other_person(request: CounterRequest, pick_up_id: UUID) -> HttpResponse:
    """Say that the ID card shows somebody else: it is locked."""
    row = _own(request, pick_up_id)
    try:
        journey.refuse_id(pick_up_id=row.pk, branch_id=request.counter.branch_id, now=by_counter(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _to(row)
    messages.warning(request, _("Locked. Please hand nothing over; the Help Center looks into it."))
    return _to(row)


@require_POST
@counter_only
def fault(request: CounterRequest, pick_up_id: UUID) -> HttpResponse:
    """Say why it cannot be handed out."""
    row, form = _own(request, pick_up_id), FaultForm(request.POST)
    if not form.is_valid():
        return _page(request, _all(row), status=422, fault_form=form)
    try:
        journey.fail_pick_up(
            pick_up_id=row.pk,
            branch_id=request.counter.branch_id,
            fault=Fault(form.cleaned_data["fault"]),
            words=form.cleaned_data["words"],
            now=by_counter(request),
        )
    except Refusal as refusal:
        return _refused(request, row, form, refusal, "fault_form")
    messages.success(request, _("Noted. Customer, helper and Help Center are told."))
    return _to(row)


@require_POST
@counter_only
def back(request: CounterRequest, pick_up_id: UUID) -> HttpResponse:
    """Take it back, and give the helper a receipt."""
    row, form = _own(request, pick_up_id), BackForm(request.POST)
    if not form.is_valid():
        return _page(request, _all(row), status=422, back_form=form)
    sound = form.cleaned_data["state"] == "sound"
    try:
        journey.take_back(pick_up_id=row.pk, branch_id=request.counter.branch_id, sound=sound, now=by_counter(request))
    except Refusal as refusal:
        return _refused(request, row, form, refusal, "back_form")
    messages.success(request, _("Taken back. The helper gets the receipt."))
    return _to(row)


def _own(request: CounterRequest, pick_up_id: UUID) -> PickUp:
    """Return the errand to the seat's own branch; another's is not found (404)."""
    row = PickUp.objects.select_related("delivery__call").filter(pk=pick_up_id).first()
    if row is None or row.delivery.branch_id != request.counter.branch_id:
        raise Http404
    return row


def _all(row: PickUp) -> list[PickUp]:
    return visits.errands_at(row.delivery.branch_id, row.delivery.call.order_number)


def _to(row: PickUp) -> HttpResponse:
    return redirect("branch:order", number=row.delivery.call.order_number)


def _refused(request: CounterRequest, row: PickUp, form: forms.Form, refusal: Refusal, name: str) -> HttpResponse:
    put_beside(form, refusal)
    return _page(request, _all(row), refusal.status, **{name: form})


def _page(request: CounterRequest, rows: list[PickUp], status: int = 200, **said: forms.Form) -> HttpResponse:
    """Show the order; `said` are the forms that were refused."""
    fresh: dict[str, forms.Form] = {"hand_out_form": HandOutForm(), "fault_form": FaultForm(), "back_form": BackForm()}
    context = {
        "call": rows[0].delivery.call,
        "delivery": rows[0].delivery,
        "now_row": next((row for row in rows if row.state in ("waiting", "locked")), None),
        "rows": rows,
        **fresh,
        **said,
    }
    return show(request, "branch/order.html", context, status=status)

"""Guarantee cases, debts that nobody paid and refunds that the bank refused: what is left to the desk after a visit."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.booking import queries as booking
from mila.journey import actions as journey
from mila.journey.evidence import evidence_of
from mila.kernel.refusal import Refusal
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments import stakes
from mila.quality import queries as quality
from mila.quality.cases import Decision
from mila.quality.models import Bearer, CaseState, GuaranteeCase, Outcome
from mila.sites.desk.forms import DecisionForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now
from mila.sites.photos import case_photo_of

SHOWN = 50


@require_safe
@desk_only
def cases(request: DeskRequest) -> HttpResponse:
    """Show the open cases, the one to be decided first first, and what else is left to the desk."""
    context = {
        **frame("cases"),
        "open": quality.open_cases()[:SHOWN],
        "decided": quality.decided_cases()[:SHOWN],
        "debts": payment.debts_at_desk()[:SHOWN],
        "refused": payment.refused_refunds()[:SHOWN],
        "disputes": stakes.disputes(stakes.to_do()).count(),
        "at": now(),
    }
    return render(request, "desk/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Show both statements and the evidence, and take the decision."""
    row = _case(case_id)
    if request.method != "POST":
        return _page(request, row, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, 422)
    said = form.cleaned_data
    decision = Decision(Outcome(said["outcome"]), said["amount"] or 0, Bearer(said["bearer"]), said["reason"])
    try:
        journey.decide_case(case_id=case_id, decision=decision, now=by_desk(request))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(request, _case(case_id), form, refusal.status)
    messages.success(request, _("The case is decided; both sides are told."))
    return redirect("desk:case", case_id=case_id)


@require_POST
@desk_only
def take(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Look after a case."""
    _case(case_id)
    journey.take_case(case_id=case_id, now=by_desk(request))
    messages.success(request, _("The case is yours."))
    return redirect("desk:case", case_id=case_id)


@require_safe
@desk_only
def photo(request: DeskRequest, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a photo of the case."""
    return case_photo_of(_case(case_id).call, photo_id)


@require_POST
@desk_only
def refund_again(request: DeskRequest, refund_id: UUID) -> HttpResponse:
    """Ask the bank anew for a refund that it refused."""
    refund = payment.refused_refunds().filter(pk=refund_id).first()
    if refund is None:
        raise Http404
    journey.try_refund_again(call_id=refund.call_id, refund_id=refund_id, now=by_desk(request))
    messages.success(request, _("The bank is asked again."))
    return redirect("desk:cases")


def _case(case_id: UUID) -> GuaranteeCase:
    rows = GuaranteeCase.objects.select_related("call__brand", "call__booker", "call__country", "owner", "redo")
    row = rows.filter(pk=case_id).first()
    if row is None:
        raise Http404
    return row


def _page(request: DeskRequest, row: GuaranteeCase, form: DecisionForm, status: int = 200) -> HttpResponse:
    held = booking.last_assignment(row.call)
    left = payments.left_to_refund(row.call)
    context = {
        **frame("cases"),
        "case": row,
        "call": row.call,
        "form": form,
        "photos": list(row.photos.order_by("at", "id")),
        "helper": held.helper if held else None,
        "left": left,
        "share": payments.share_of(row.call, amount=left.minor, at=now()),
        "is_open": row.state == CaseState.OPEN,
        "is_mine": row.owner_id == request.seat.account_id,
        "is_late": row.state == CaseState.OPEN and row.decide_by < now(),
        "evidence": evidence_of(row.call),
        "brand_pays": booking.brand_pays(row.call),
    }
    return render(request, "desk/case.html", context, status=status)

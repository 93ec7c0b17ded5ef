"""Disputes: what the customers' banks take back, what the house knows of it, and what it replies."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.booking import queries as booking
from mila.journey import actions as journey
from mila.journey import packs
from mila.kernel.refusal import Refusal
from mila.payments import actions as payments
from mila.payments import stakes
from mila.payments.actions import Verdict
from mila.payments.models import Dispute, DisputeState, Reply
from mila.payments.refunding import Carrier
from mila.sites.country import speak_of
from mila.sites.desk.forms import BearerForm, ReplyForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now

SHOWN = 50


@require_safe
@desk_only
def disputes(request: DeskRequest) -> HttpResponse:
    """Show the disputes that need somebody, those that wait for the bank, and those that are over."""
    at = now()
    disputed, taken = stakes.rate(at)
    context = {
        **frame("cases"),
        "to_do": stakes.disputes(stakes.to_do())[:SHOWN],
        "waiting": stakes.disputes(stakes.waiting())[:SHOWN],
        "over": stakes.disputes(stakes.over())[:SHOWN],
        "disputed": disputed,
        "taken": taken,
        "percent": disputed * 100 / taken if taken else 0,
    }
    return render(request, "desk/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def dispute(request: DeskRequest, dispute_id: UUID) -> HttpResponse:
    """Show a dispute with the evidence, and take the reply: hand the evidence in, or accept."""
    row = _row(dispute_id)
    form = _reply_form(row, request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, row, form)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        _reply(request, dispute_id, form)
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(request, _row(dispute_id), form, status=refusal.status)
    return redirect("desk:dispute", dispute_id=dispute_id)


@require_POST
@desk_only
def bearer(request: DeskRequest, dispute_id: UUID) -> HttpResponse:
    """Say who carries the helper's share."""
    row, form = _row(dispute_id), BearerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, _reply_form(row), form, status=422)
    try:
        journey.say_who_bears(dispute_id=dispute_id, verdict=_verdict(form), now=by_desk(request))
    except Refusal as refusal:
        put_beside(form, refusal)
        row = _row(dispute_id)
        return _page(request, row, _reply_form(row), form, status=refusal.status)
    messages.success(request, _("It is written down; the helper is told where it concerns them."))
    return redirect("desk:dispute", dispute_id=dispute_id)


def _reply(request: DeskRequest, dispute_id: UUID, form: ReplyForm) -> None:
    said, who = form.cleaned_data, by_desk(request)
    verdict = _verdict(form) if "bearer" in said else None
    if said["reply"] == Reply.ACCEPTED:
        journey.accept_dispute(dispute_id=dispute_id, verdict=verdict, now=who)
        messages.success(request, _("Accepted: the bank is told, and the customer keeps the money."))
        return
    journey.hand_in(dispute_id=dispute_id, words=said["words"], verdict=verdict, now=who)
    messages.success(request, _("The evidence is on its way to the bank; its verdict can take weeks."))


def _reply_form(row: Dispute, said: QueryDict | None = None) -> ReplyForm:
    form = ReplyForm(said)
    if row.bearer:  # said once, with an earlier reply
        del form.fields["bearer"], form.fields["grounds"]
    return form


def _verdict(form: BearerForm) -> Verdict:
    return Verdict(Carrier(form.cleaned_data["bearer"]), form.cleaned_data["grounds"])


def _row(dispute_id: UUID) -> Dispute:
    rows = Dispute.objects.select_related(
        "call__brand", "call__payer", "call__country", "call__address", "charge", "replied_by"
    )
    row = rows.filter(pk=dispute_id).first()
    if row is None:
        raise Http404
    speak_of(row.call.country_id)
    return row


def _page(
    request: DeskRequest, row: Dispute, form: ReplyForm, bears: BearerForm | None = None, status: int = 200
) -> HttpResponse:
    at, claim = now(), payments.claim_of(row)
    held = booking.last_assignment(row.call)
    context = {
        **frame("cases"),
        "dispute": row,
        "call": row.call,
        "form": form,
        "bears": bears or BearerForm(),
        "helper": held.helper if held else None,
        "provider": claim.provider if claim else None,
        "share": row.share + row.share_tax if row.ended_at else payments.share_at_stake(row, at),
        "held": payments.held_of(row),
        "evidence": packs.pack_of(row, (get_language() or "en").split("-")[0], at),
        "photos": packs.shown(row.call),
        "is_open": row.ended_at is None,
        "replies": row.ended_at is None and not row.reply,
        "bearer_is_open": not row.bearer and (bool(row.reply) or row.state == DisputeState.LOST),
        "is_late": row.answer_by is not None and row.answer_by < at,
        "is_near": row.alarmed_at is not None,
    }
    return render(request, "desk/dispute.html", context, status=status)

"""Giving money back: decided once per case, asked of the bank by a worker, written in the books on both occasions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.crowd.models import TaxStatus
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import Payer
from mila.payments import disputing, queries, refunding, rules, stakes
from mila.payments.actions.documents import write_credit_notes
from mila.payments.actions.lease import put_back, take_next
from mila.payments.actions.posting import Event, post
from mila.payments.adapters import BankAway, BankFault, Declined, RefundAnswer, Refunded, get_bank
from mila.payments.adapters.requests import RefundRequest
from mila.payments.models import (
    Account,
    Charge,
    ChargePurpose,
    ChargeState,
    Claim,
    Dispute,
    DisputeState,
    Refund,
    RefundState,
)
from mila.payments.refunding import Carrier, Sale


class NotPaidYet(Refusal):
    """Nothing can be given back of what was not paid."""

    code = "not_paid_yet"
    sentence = _("The visit is not paid yet, so nothing can be given back. Wait for the payment, or give the debt up.")


class Disputed(Refusal):
    """The payer's bank has taken back, or keeps, what would be given."""

    code = "disputed"
    sentence = _("The payer’s bank has taken this money back. Please answer the dispute first: nothing is paid twice.")


class TooMuch(Refusal):
    """More than the customer has paid."""

    code = "too_much"
    status = 422
    sentence = _("This is not between the smallest amount and what is left of the price.")
    field = "amount"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a case decides: how much goes back to the payer, in minor units, and who carries the helper's share."""

    source: UUID
    amount: int
    carrier: Carrier


def left_to_refund(call: ServiceCall) -> Money:
    """Return what of the price was not given back yet, and is not in the hands of the payer's bank (LED-10)."""
    quote = booking.current_quote(call)
    return Money(max(0, quote.total - taken_back_of(call) - stakes.at_stake(call)), quote.currency)


def share_of(call: ServiceCall, *, amount: int, at: datetime) -> int:
    """Return the helper's share of the next so many minor units that would be given back."""
    before = taken_back_of(call)
    return refunding.helper_share(sale_of(call, at), before=before, after=before + amount)


def give_back(*, call: ServiceCall, given: GivenBack, now: Occasion) -> int:
    """Write down a refund and ask the bank for it, once per source; return what the helper's provider carries of it.

    Refuses more than is left of the price, what was not paid, and what the payer's bank has. The call is locked.
    """
    refuse_too_much(call, given.amount)
    sale, before = sale_of(call, now.at), taken_back_of(call)
    after = before + given.amount
    refund = _write(call, given, now)
    entries = refunding.given_back(sale, before=before, after=after, carrier=given.carrier)
    held = booking.last_assignment(call)
    post(Event("give_back", refund.pk, call, held.provider if held else None, now.at), entries, refund.currency)
    if refund.charge is not None:
        write_credit_notes(call, refunding.parts(sale, after).less(refunding.parts(sale, before)), now)
    if given.carrier is Carrier.OPERATOR:
        return 0
    return refunding.helper_share(sale, before=before, after=after)


def refuse_too_much(call: ServiceCall, amount: int) -> None:
    """Refuse an amount that is not between the smallest and what is left; say so where a dispute has the rest."""
    left = left_to_refund(call).minor
    if amount > left and stakes.at_stake(call):
        raise Disputed
    if not 0 < amount <= left:
        raise TooMuch


def take_pay_back(*, call: ServiceCall, held: Assignment, source: UUID, now: Occasion) -> int:
    """Let what the helper earned with the visit pay for the one that puts it right; return how much that is."""
    claim = Claim.objects.filter(call=call, purpose=ChargePurpose.VISIT).first()
    left = booking.current_quote(call).total - taken_back_of(call)
    net = share_of(call, amount=left, at=now.at) if claim else 0
    if claim is not None:
        event = Event("redo_carried", source, call, held.provider, now.at)
        post(event, refunding.redo_carried_by_helper(net), claim.currency)
    return net


def _write(call: ServiceCall, given: GivenBack, now: Occasion) -> Refund:
    quote = booking.current_quote(call)
    charge = None
    if quote.payer_kind == Payer.CUSTOMER:
        charge = call.charges.filter(purpose=ChargePurpose.VISIT, state=ChargeState.CAPTURED).first()
        if charge is None:
            raise NotPaidYet
    return Refund.objects.create(
        call=call,
        charge=charge,
        source=given.source,
        amount=given.amount,
        currency=quote.currency,
        state=RefundState.ASKED if charge else RefundState.SETTLED,
        asked_at=now.at,
        due_at=now.at if charge else None,
    )


def taken_back_of(call: ServiceCall) -> int:
    """Return how much of the price was taken back in the books: by refunds, and by disputes that were lost."""
    refunded = Refund.objects.filter(call=call).aggregate(sum=Sum("amount"))["sum"] or 0
    lost = Dispute.objects.filter(call=call, charge__purpose=ChargePurpose.VISIT).aggregate(sum=Sum("reversed"))["sum"]
    return refunded + (lost or 0)


def sale_of(call: ServiceCall, at: datetime) -> Sale:
    """Return what was sold and earned with the visit."""
    quote, on = booking.current_quote(call), queries.service_day(call, at)
    claim = Claim.objects.filter(call=call, purpose=ChargePurpose.VISIT).select_related("provider").first()
    rate, pay = queries.own_rate(call, on), quote.provider_pay or 0
    return Sale(
        lines=queries.lines(quote, on),
        owed_by=queries.owed_by(quote),
        own_rate=rate,
        is_agency=queries.is_agency(quote),
        commission=claim.commission if claim else 0,
        pay=pay if claim else 0,
        pay_tax=rules.input_tax(pay, rate, TaxStatus(claim.provider.tax_status)) if claim else 0,
    )


def ask_for_refund(*, at: datetime) -> RefundAnswer | None:
    """Ask the bank for the next refund that is due; return its answer, None where nothing is due. Raises BankAway."""
    at_stake = Dispute.objects.filter(charge=OuterRef("charge"), state=DisputeState.OPEN)
    # What the bank was asked for already is asked again under its key: whether it acted has to be known.
    due = Refund.objects.select_related("charge").filter(state=RefundState.ASKED)
    due = due.filter(Q(tries__gt=0) | ~Exists(at_stake))
    while (refund := take_next(due, at=at)) is not None:
        try:
            return RefundAnswer(refund.call_id, refund.id, refund.attempt, _ask(refund, at))
        except BankFault as fault:
            put_back(Refund.objects.all(), refund, fault, at=at)
            if isinstance(fault, BankAway):
                raise
    return None


def _ask(refund: Refund, at: datetime) -> Refunded | Declined:
    amount = Money(refund.amount - refund.covered, refund.currency)
    taken = refund.charge.reference if refund.charge else ""
    return get_bank().refund(RefundRequest(f"refund:{refund.id}:{refund.attempt}", taken, amount, at))


@transaction.atomic
def note_refund(call: ServiceCall, answer: RefundAnswer, now: Occasion) -> bool:
    """Write what came of a refund, once; tell whether the money is on its way. The call is locked."""
    refund = Refund.objects.get(pk=answer.refund_id, call=call)
    if refund.state != RefundState.ASKED or answer.attempt != refund.attempt:
        return False
    refund.due_at = None
    if isinstance(answer.result, Declined):
        refund.state, refund.decline_code = RefundState.REFUSED, answer.result.code
    else:
        refund.state, refund.reference, refund.refunded_at = RefundState.REFUNDED, answer.result.reference, now.at
        given = refunding.refunded(refund.amount - refund.covered)
        post(Event("refunded", refund.pk, call, None, now.at), given, refund.currency)
    refund.save(update_fields=["state", "due_at", "decline_code", "reference", "refunded_at"])
    if refund.state == RefundState.REFUSED:
        cover_by_loss(refund, now)
    return refund.state == RefundState.REFUNDED


def owed_back(charge: Charge) -> list[Refund]:
    """Return the refunds of the charge that were decided and certainly not given, oldest first; they are locked."""
    rows = Refund.objects.select_for_update().filter(charge=charge)
    rows = rows.filter(Q(state=RefundState.ASKED, tries=0) | Q(state=RefundState.REFUSED))
    return list(rows.order_by("asked_at", "id"))


def cover(refund: Refund, amount: int) -> None:
    """Note that the payer's bank took so much of a refund back by itself; the rest is still to be given."""
    refund.covered += amount
    refund.attempt += 1
    if refund.covered == refund.amount:
        refund.state, refund.due_at = RefundState.COVERED, None
    refund.save(update_fields=["covered", "attempt", "state", "due_at"])


def cover_by_loss(refund: Refund, now: Occasion) -> None:
    """Let a lost dispute that took more than the sale pay for a refund that the bank refuses because of it."""
    for lost in Dispute.objects.select_for_update().filter(charge=refund.charge, state=DisputeState.LOST):
        amount = min(refund.amount - refund.covered, lost.amount - lost.covered - lost.reversed)
        if amount > 0:
            paid = disputing.debt_covered(amount, out_of=Account.EXPENSE_DISPUTE_LOSS)
            post(Event(f"covers_{lost.pk.hex[:20]}", refund.pk, refund.call, None, now.at), paid, refund.currency)
            lost.covered += amount
            lost.save(update_fields=["covered"])
            cover(refund, amount)


def try_refund_again(*, call: ServiceCall, refund_id: UUID, now: Occasion) -> None:
    """Ask the bank anew for a refund that it refused; nothing happens to others. The call is locked."""
    refund = Refund.objects.filter(pk=refund_id, call=call, state=RefundState.REFUSED).first()
    if refund is not None:
        refund.attempt += 1
        refund.state, refund.due_at, refund.tries = RefundState.ASKED, now.at, 0
        refund.save(update_fields=["attempt", "state", "due_at", "tries"])

"""A lost dispute in the books (D4), and who carries the helper's share of it. The call is locked."""

from dataclasses import replace
from datetime import datetime

from mila.booking import queries as booking
from mila.booking.models import LineKind
from mila.crowd.models import TaxStatus
from mila.kernel.money import round_half_up
from mila.kernel.occasion import Occasion
from mila.payments import disputing, queries, refunding, rules
from mila.payments.actions.documents import write_cancellation_credit, write_credit_notes
from mila.payments.actions.posting import Event, is_posted, post
from mila.payments.actions.refunds import cover, owed_back, sale_of, taken_back_of
from mila.payments.actions.retentions import hold_share, settle_share, taken_of
from mila.payments.models import Account, ChargePurpose, Claim, Dispute, DisputeState
from mila.payments.refunding import Carrier, Parts, Sale


def lose(row: Dispute, now: Occasion) -> int:
    """Spread what was lost: first over what is owed to the customer, then over the sale; the rest is a loss.

    Return what is taken of the helper's money, where the helper was found to carry the share.
    """
    refunds = owed_back(row.charge)
    owed = sum(refund.amount - refund.covered for refund in refunds)
    sale, before = _sale(row, now.at), _taken_back(row)
    lost = disputing.loss(row.amount, owed_back=owed, left_of_sale=max(0, row.charge.amount - before))
    left = lost.covered
    for refund in refunds:
        part = min(left, refund.amount - refund.covered)
        left -= part
        if part:
            cover(refund, part)
    entries = disputing.debt_covered(lost.covered, out_of=Account.DISPUTE_SUSPENSE)
    entries += refunding.given_back(sale, before=before, after=before + lost.reversed, carrier=Carrier.OPERATOR)
    post_of(row, "dispute_lost", entries + disputing.lost_beyond(lost.beyond), now)
    added = _added(sale, before, before + lost.reversed)
    (write_cancellation_credit if sale.is_cancellation else write_credit_notes)(row.call, added, now)
    row.covered, row.reversed = lost.covered, lost.reversed
    row.share, row.share_tax = added.share, added.share_tax
    row.save()
    return settle_bearer(row, now)


def settle_bearer(row: Dispute, now: Occasion) -> int:
    """Let who was found to carry the helper's share carry it; return what is taken of the helper, once.

    Where the house carries it, what was held is free at once; the helper's share is taken when the dispute is lost.
    Nobody loses more with a visit than they earned with it.
    """
    if row.bearer == Carrier.OPERATOR:
        settle_share(source=row.pk, taken=0, now=now)
    claim = claim_of(row)
    if row.bearer != Carrier.HELPER or row.state != DisputeState.LOST or claim is None:
        return 0
    if is_posted(row.pk, "dispute_claimed"):
        return 0
    share = row.share + row.share_tax
    taken = max(0, min(share, claim.amount - taken_of(claim)))
    if taken:
        post_of(row, "dispute_claimed", _claimed(row, taken, share), now)
    hold_share(claim=claim, source=row.pk, amount=0, now=now)
    settle_share(source=row.pk, taken=taken, now=now)
    return taken


def share_at_stake(row: Dispute, at: datetime) -> int:
    """Return the helper's part of what is disputed, as far as it was not taken back before, in minor units."""
    before = _taken_back(row)
    after = max(before, min(before + row.amount, row.charge.amount))
    added = _added(_sale(row, at), before, after)
    return added.share + added.share_tax


def claim_of(row: Dispute) -> Claim | None:
    """Return what the helper's provider earned by the charge."""
    return Claim.objects.filter(call=row.call, purpose=row.charge.purpose).select_related("provider", "call").first()


def post_of(row: Dispute, name: str, entries: rules.Entries, now: Occasion) -> None:
    """Write an event of the dispute in the books, once."""
    claim = claim_of(row)
    post(Event(name, row.pk, row.call, claim.provider if claim else None, now.at), entries, row.currency)


def _claimed(row: Dispute, taken: int, share: int) -> rules.Entries:
    if queries.is_agency(booking.current_quote(row.call)):
        return disputing.share_claimed(taken)
    tax = round_half_up(row.share_tax * taken, share)
    return refunding.pay_taken_back(taken - tax, tax)


def _added(sale: Sale, before: int, after: int) -> Parts:
    return refunding.parts(sale, after).less(refunding.parts(sale, before))


def _taken_back(row: Dispute) -> int:
    """Return how much of what the charge was for was taken back in the books."""
    if row.charge.purpose == ChargePurpose.VISIT:
        return taken_back_of(row.call)
    return sum(Dispute.objects.filter(charge=row.charge).values_list("reversed", flat=True))


def _sale(row: Dispute, at: datetime) -> Sale:
    """Return what was sold by the charge, with the accounts of a dispute."""
    sold = sale_of(row.call, at) if row.charge.purpose == ChargePurpose.VISIT else _cancellation(row, at)
    return replace(sold, owed_by=Account.DISPUTE_SUSPENSE, carried_on=Account.EXPENSE_DISPUTE_LOSS)


def _cancellation(row: Dispute, at: datetime) -> Sale:
    rate = queries.own_rate(row.call, queries.service_day(row.call, at))
    claim, cost = claim_of(row), row.charge.amount
    earned, is_agency = claim.gross if claim else 0, queries.is_agency(booking.current_quote(row.call))
    is_taxed = claim is not None and claim.provider.tax_status == TaxStatus.REGISTERED and not is_agency
    tax = rules.tax_inside(earned, rate) if is_taxed else 0
    return Sale(
        lines=[rules.Line(LineKind.PACKAGE, cost, rate)],
        owed_by=Account.RECEIVABLE_CUSTOMER,
        own_rate=rate,
        is_agency=is_agency,
        commission=cost - earned if is_agency else 0,
        pay=0 if is_agency else earned - tax,
        pay_tax=tax,
        is_cancellation=True,
    )

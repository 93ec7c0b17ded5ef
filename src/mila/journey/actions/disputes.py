"""Disputes: the bank tells of them, the desk replies, the clock alarms. Each verb locks the call first."""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import translation

from mila.booking import actions as bookings
from mila.booking.models import ServiceCall
from mila.journey import machine, packs
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments import stakes
from mila.payments.actions import Evidence, GivenBack, Turn, Verdict
from mila.payments.adapters import DisputeAnswer, DisputeNews
from mila.payments.models import Dispute, DisputeState
from mila.payments.refunding import Carrier

log = logging.getLogger("mila.journey")


def hear_of_dispute(*, news: DisputeNews, now: Occasion) -> None:
    """Take in what the bank says of a dispute: the books, the helper's money and everybody who must know follow.

    A charge that is not ours is reported; a word that is not known changes nothing and tells the desk.
    """
    charge = stakes.charge_taken_as(news.taken)
    if charge is None:
        log.error("dispute of no charge of ours dispute=%s", news.dispute)
        return
    with transaction.atomic():
        call = machine.lock(charge.call_id)
        charge.call = call
        turn = payments.note_dispute(charge=charge, news=news, now=now)
        if turn.is_strange:
            bookings.note(call, step="dispute_strange", now=now, facts={"word": news.said[:40]})
        if turn.moved:
            _tell(call, turn, now)


def hand_in(*, dispute_id: UUID, words: str, verdict: Verdict | None, now: Occasion) -> Dispute:
    """Hand the evidence in, as it is known now, and say who carries the helper's share should it not be enough.

    Who carries it is said once: after a reply that the bank did not take, the first word stands. Refuses a second
    reply, evidence after the bank's last day, and a verdict without grounds.
    """
    with transaction.atomic():
        call, row = _locked(dispute_id)
        with translation.override(call.language):
            pack = packs.as_handed_in(packs.pack_of(row, call.language, now.at))
        payments.hand_in(row=row, evidence=Evidence(words, pack, packs.photos_of(call)), now=now)
        _decide(call, row, None if row.bearer else verdict, now)
        bookings.note(call, step="dispute_handed_in", now=now)
        return row


def accept_dispute(*, dispute_id: UUID, verdict: Verdict | None, now: Occasion) -> Dispute:
    """Let the customer have the money: the bank is told, and where none has moved yet, it is given back at once.

    Refuses a second reply, one where only evidence can be handed in (no money was taken, and it is no warning about a
    visit's price), and a verdict that is missing or without grounds.
    """
    with transaction.atomic():
        call, row = _locked(dispute_id)
        payments.accept(row=row, now=now)
        if verdict is None and not row.bearer:
            raise payments.GroundsMissing
        _decide(call, row, None if row.bearer else verdict, now)
        bookings.note(call, step="dispute_accepted", now=now)
        if row.state != DisputeState.OPEN:
            _give_back(call, row, now)
        return row


def say_who_bears(*, dispute_id: UUID, verdict: Verdict, now: Occasion) -> Dispute:
    """Say who carries the helper's share of a dispute, also after it was lost. Refuses a second time."""
    with transaction.atomic():
        call, row = _locked(dispute_id)
        _decide(call, row, verdict, now)
        return row


def alarm_desk(call: ServiceCall, now: Occasion) -> None:
    """Alarm the desk, as the clock, that the time to reply to a dispute runs out."""
    for row in Dispute.objects.select_for_update().filter(call=call, alarm_at__lte=now.at):
        if payments.alarm(row=row, now=now):
            bookings.note(call, step="dispute_near", now=now)


def note_reply(call: ServiceCall, answer: DisputeAnswer, now: Occasion) -> None:
    """Write down whether the bank took the reply; where it did not, the desk looks at the dispute again."""
    row = payments.note_reply(answer=answer, now=now)
    if row is not None and not row.reply:
        bookings.note(call, step="dispute_refused", now=now, facts={"code": row.decline_code})


def _decide(call: ServiceCall, row: Dispute, verdict: Verdict | None, now: Occasion) -> None:
    if verdict is None:
        return
    payments.say_who_bears(row=row, verdict=verdict)
    held = payments.held_of(row)
    taken = payments.settle_bearer(row, now)
    bookings.note(call, step="dispute_borne", now=now, facts={"bearer": f"bearer:{verdict.bearer}"})
    if taken or (held and verdict.bearer is Carrier.OPERATOR):
        _tell_helper(call, row, now, taken=taken)


def _give_back(call: ServiceCall, row: Dispute, now: Occasion) -> None:
    """Answer a warning by giving the money back; the bank hears of it by the refund."""
    payments.rest(row)
    amount = min(row.amount, payments.left_to_refund(call).minor)
    if not amount:
        return
    taken = payments.give_back(call=call, given=GivenBack(row.pk, amount, Carrier(row.bearer)), now=now)
    claim = payments.claim_of(row)
    if taken and claim is not None:
        payments.hold_share(claim=claim, source=row.pk, amount=0, now=now)
        payments.settle_share(source=row.pk, taken=taken, now=now)
        _tell_helper(call, row, now, taken=taken)


def _tell(call: ServiceCall, turn: Turn, now: Occasion) -> None:
    row, amount = turn.row, Money(turn.row.amount, turn.row.currency)
    bookings.note(call, step=f"dispute_{row.state}", now=now, facts={"cost": amount.minor, "word": row.said})
    held = payments.held_of(row)
    if row.state == DisputeState.OPEN:
        messaging.tell_payer_of_dispute(call, amount, row.pk, now)
    claim = payments.claim_of(row)
    if held > turn.held and claim is not None:
        messaging.tell_helper_of_dispute(call, claim.provider, Money(held, row.currency), now)
    if turn.taken or turn.held > held:
        _tell_helper(call, row, now, taken=turn.taken)


def _tell_helper(call: ServiceCall, row: Dispute, now: Occasion, *, taken: int) -> None:
    claim = payments.claim_of(row)
    if claim is not None:
        messaging.tell_helper_dispute_is_over(call, claim.provider, Money(taken, row.currency), row.grounds, now)


def _locked(dispute_id: UUID) -> tuple[ServiceCall, Dispute]:
    call = machine.lock(Dispute.objects.values_list("call", flat=True).get(pk=dispute_id))
    row = Dispute.objects.select_for_update().select_related("charge").get(pk=dispute_id)
    row.call = call
    row.charge.call = call
    return call, row

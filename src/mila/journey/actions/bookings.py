"""Booking a call, and what the bank says of its money. Each verb is one transaction under the call's row lock."""

import logging
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking import withdrawal
from mila.booking.actions import BookingGiven
from mila.booking.models import ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.covering import bank_covered, cover_anew
from mila.journey.actions.disputes import hear_of_dispute, note_reply
from mila.journey.queries import BEFORE_THE_VISIT
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments import stakes
from mila.payments.adapters import (
    Answer,
    ChargeAnswer,
    DisputeAnswer,
    DisputeNews,
    HoldAnswer,
    MeansAnswer,
    Notice,
    RefundAnswer,
)
from mila.payments.models import Means, PayoutState
from mila.visit import actions as visit

log = logging.getLogger("mila.journey")


class OrderKnown(Refusal):
    """The brand's own order id belongs to another call."""

    code = "order_known"
    sentence = _("This order is booked already.")
    field = "partner_order_id"


def book(*, given: BookingGiven, now: Occasion) -> ServiceCall:
    """Book a call, once per submission key: a repeated submit returns the call that the first one booked.

    The call is drafted until a means of payment is saved; where the brand pays, the search begins at once.
    Refuses what the brand does not sell, a partner's order that is booked already, a visit within the withdrawal
    period without the customer's declaration, and something to be brought along without branch or order number.
    """
    earlier = booking.call_of_submission(given.brand.id, given.submission_key)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return write_booking(given, now)
    except IntegrityError as fault:
        raced = booking.call_of_submission(given.brand.id, given.submission_key)
        if raced is not None:
            return raced
        if given.partner_order_id and booking.has_order(given.brand.id, given.partner_order_id):
            raise OrderKnown from fault
        raise


def write_booking(given: BookingGiven, now: Occasion) -> ServiceCall:
    """Book a call within the caller's transaction; refuses as `book`."""
    call = bookings.write_call(given=given, now=now)
    machine.begin(call, now)
    visit.write_delivery(call=call, given=given.pick_up)
    withdrawal.declare_early_start(call=call, version=given.early_start, now=now)
    if booking.brand_pays(call):
        machine.take("secure", call=call, now=Occasion(by=Who.BANK, at=now.at))
    return call


def ask_for_means(*, call_id: UUID, now: Occasion) -> Means:
    """Begin to save a means of payment: for a drafted call, one whose hold failed, or a change that is not covered.

    Refuses any other.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.DRAFTED and not payments.may_be_renewed(call):
            raise machine.WrongStage
        return payments.begin_means(call=call, now=now)


def bank_answered(*, answer: Answer, now: Occasion) -> None:
    """Take in what the bank says of a means, a hold or a charge; late, double and reordered answers change nothing."""
    with transaction.atomic():
        call = machine.lock(answer.call_id)
        step = _noted(call, answer, now)
        if step:
            machine.take(step, call=call, now=now)


def bank_notified(*, notice: Notice, now: Occasion) -> None:
    """Take in a message that the bank sent by itself, once: a second delivery changes nothing.

    What the call cannot take is heard as well, or the bank would send it for ever; its diary tells the desk.
    """
    with transaction.atomic():
        if payments.hear_once(notice, at=now.at) and notice.answer is not None:
            _hear(notice, notice.answer, now)


def _hear(notice: Notice, answer: Answer | DisputeNews, now: Occasion) -> None:
    try:
        if isinstance(answer, DisputeNews):
            hear_of_dispute(news=answer, now=now)
        else:
            bank_answered(answer=answer, now=now)
    except ServiceCall.DoesNotExist:
        log.error("notice about no call of ours notice=%s", notice.id)  # noqa: TRY400 - nothing was thrown off its way
    except Refusal as refusal:
        log.error("notice refused notice=%s code=%s", notice.id, refusal.code)  # noqa: TRY400 - the same
        if (call_id := _about(answer)) is not None:
            facts: dict[str, object] = {"notice": notice.id, "code": refusal.code}
            bookings.note(machine.lock(call_id), step="notice_refused", now=now, facts=facts)


def _about(answer: Answer | DisputeNews) -> UUID | None:
    if not isinstance(answer, DisputeNews):
        return answer.call_id
    charge = stakes.charge_taken_as(answer.taken)
    return charge.call_id if charge else None


def pay_out_next(*, now: Occasion) -> bool:
    """Make the next pay-out that is due, and tell the provider's people that it is on its way; False where none is."""
    payout = payments.pay_out_next(at=now.at)
    if payout is not None and payout.state == PayoutState.PAID:
        with transaction.atomic():
            for helper in payout.provider.helpers.select_related("account"):
                messaging.tell_paid_out(
                    account=helper.account,
                    money=Money(payout.amount, payout.currency),
                    run_on=payout.run_on,
                    country=payout.provider.country_id,
                    now=now,
                )
    return payout is not None


def _noted(call: ServiceCall, answer: Answer, now: Occasion) -> str:
    match answer:
        case MeansAnswer():
            return _means_noted(call, answer, now)
        case ChargeAnswer():
            return payments.note_charge(call, answer, now)
        case RefundAnswer():
            if payments.note_refund(call, answer, now):
                messaging.tell_refunded(call, payment.refund_amount(answer.refund_id), now)
            return ""
        case DisputeAnswer():
            note_reply(call, answer, now)
            return ""
        case HoldAnswer():
            bank_covered(call, payments.note_hold(call, answer, now), now)
            _mind_security(call, now)
            return _goes_on(call)


def _means_noted(call: ServiceCall, answer: MeansAnswer, now: Occasion) -> str:
    step = payments.note_means(call, answer, now)
    if step != payments.RENEWED:
        return step or _goes_on(call)
    if not cover_anew(call, now):
        payments.plan_hold(call, now)
    return _goes_on(call)


def _goes_on(call: ServiceCall) -> str:
    return "go_on" if call.stage == Stage.PAUSED and payment.is_secured(call) else ""


def _mind_security(call: ServiceCall, now: Occasion) -> None:
    if payment.is_unsecured(call) and call.stage in BEFORE_THE_VISIT:
        messaging.ask_to_secure(call, now)
    machine.reset_deadline(call)

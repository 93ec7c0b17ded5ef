"""Charges: asked for at sign-off, taken from the hold where there is one, paid by link after a no."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import Payer
from mila.payments.actions.books import book_cancellation_paid, book_late_payment, is_written_off
from mila.payments.actions.holds import free_hold, give_up_plan
from mila.payments.actions.lease import put_back, take_next
from mila.payments.adapters import BankAway, BankFault, Captured, ChargeAnswer, Declined, get_bank
from mila.payments.adapters.requests import CaptureRequest, ChargeRequest, Matter, PaymentRequest
from mila.payments.models import Charge, ChargePurpose, ChargeState, Hold, HoldState


class NothingToPay(Refusal):
    """The charge is paid, or the bank is asking for it at this moment."""

    code = "nothing_to_pay"
    sentence = _("There is nothing to pay at the moment.")


def ask_bank_to_charge(call: ServiceCall, now: Occasion) -> None:
    """Ask for the total of the quote approved last; where the brand pays, nothing is asked of the customer."""
    quote = booking.current_quote(call)
    if quote.payer_kind == Payer.CUSTOMER and quote.total:
        give_up_plan(call, now)
        ask_for(call, purpose=ChargePurpose.VISIT, amount=quote.total_money, now=now)


def ask_for(call: ServiceCall, *, purpose: ChargePurpose, amount: Money, now: Occasion) -> None:
    """Write down once that the bank is to take the amount, now."""
    Charge.objects.get_or_create(
        call=call,
        purpose=purpose,
        defaults={
            "quote": booking.current_quote(call),
            "amount": amount.minor,
            "currency": amount.currency,
            "asked_at": now.at,
            "due_at": now.at,
        },
    )


def ask_for_charge(*, at: datetime) -> ChargeAnswer | None:
    """Ask the bank about the next charge that is due; return its answer, None where nothing is due. Raises BankAway."""
    due = Charge.objects.select_related("call__means").filter(state=ChargeState.ASKED)
    while (charge := take_next(due, at=at)) is not None:
        try:
            return _ask(charge, at)
        except BankFault as fault:
            put_back(Charge.objects.all(), charge, fault, at=at)
            if isinstance(fault, BankAway):
                raise
    return None


def _ask(charge: Charge, at: datetime) -> ChargeAnswer:
    hold = Hold.objects.filter(call=charge.call, state=HoldState.HELD, amount__gte=charge.amount).first()
    result = _capture(charge, hold, at) if hold else _charge(charge, at)
    return ChargeAnswer(charge.call_id, charge.id, charge.attempt, result, hold.id if hold else None)


def _capture(charge: Charge, hold: Hold, at: datetime) -> Captured | Declined:
    request = CaptureRequest(_key(charge), _matter(charge), hold.reference, _amount(charge), at)
    return get_bank().capture(request)


def _charge(charge: Charge, at: datetime) -> Captured | Declined:
    means = charge.call.means.reference
    return get_bank().charge(ChargeRequest(_key(charge), _matter(charge), means, _amount(charge), at))


def _key(charge: Charge) -> str:
    return f"charge:{charge.id}:{charge.attempt}"


def _matter(charge: Charge) -> Matter:
    return Matter(charge.call_id, charge.id, charge.attempt)


def _amount(charge: Charge) -> Money:
    return Money(charge.amount, charge.currency)


@transaction.atomic
def note_charge(call: ServiceCall, answer: ChargeAnswer, now: Occasion) -> str:
    """Write what came of a charge; return the step to take, "" where there is none.

    The steps are "charge" and "decline" for a visit, "cancellation_paid" and "cancellation_declined" for its end.

    Money taken is taken, whenever it is heard of; a no counts for its own attempt only. The call is locked.
    """
    charge = Charge.objects.get(pk=answer.charge_id, call=call)
    if charge.state == ChargeState.CAPTURED:
        return ""
    if isinstance(answer.result, Captured):
        return _note_captured(charge, answer, answer.result, now)
    if answer.attempt != charge.attempt or charge.state == ChargeState.DECLINED:
        return ""
    return _ask_without_hold(charge, answer.hold_id, now) if answer.hold_id else _note_declined(charge, answer.result)


def _note_captured(charge: Charge, answer: ChargeAnswer, captured: Captured, now: Occasion) -> str:
    _rest_hold(charge.call, answer.hold_id, now)
    charge.state, charge.due_at = ChargeState.CAPTURED, None
    charge.reference, charge.fee, charge.captured_at, charge.dun_at = (
        captured.reference,
        captured.fee,
        captured.at,
        None,
    )
    charge.save(update_fields=["state", "due_at", "reference", "fee", "captured_at", "dun_at"])
    is_late = is_written_off(charge)
    if is_late:
        book_late_payment(charge, now)
    if charge.purpose == ChargePurpose.CANCELLATION:
        book_cancellation_paid(charge, now)
        return "cancellation_paid"
    return "" if is_late else "charge"


def _rest_hold(call: ServiceCall, hold_id: UUID | None, now: Occasion) -> None:
    if hold_id is not None:
        Hold.objects.filter(pk=hold_id).update(state=HoldState.TAKEN, due_at=None)
    free_hold(call, now)


def _ask_without_hold(charge: Charge, hold_id: UUID, now: Occasion) -> str:
    """The hold has lapsed or is refused: the means themselves are charged at once (failure 6 of the reference)."""
    Hold.objects.filter(pk=hold_id).update(state=HoldState.FAILED)
    charge.attempt += 1
    charge.due_at = now.at
    charge.save(update_fields=["attempt", "due_at"])
    return ""


def _note_declined(charge: Charge, declined: Declined) -> str:
    charge.state, charge.due_at, charge.decline_code = ChargeState.DECLINED, None, declined.code
    charge.save(update_fields=["state", "due_at", "decline_code"])
    return "decline" if charge.purpose == ChargePurpose.VISIT else "cancellation_declined"


def open_payment_session(*, charge: Charge, return_url: str, now: Occasion) -> str:
    """Return the address of the bank's page on which a declined charge is paid; never within a transaction.

    One page per charge, so that it cannot be paid twice. Refuses with NothingToPay unless the charge is declined.
    """
    charge = _with_page(charge)
    request = PaymentRequest(_key(charge), _matter(charge), _amount(charge), return_url, now.at)
    return get_bank().open_payment(request).url


@transaction.atomic
def _with_page(charge: Charge) -> Charge:
    ServiceCall.objects.select_for_update(no_key=True).get(pk=charge.call_id)
    charge = Charge.objects.get(pk=charge.pk)
    if charge.state != ChargeState.DECLINED:
        raise NothingToPay
    if not charge.session:
        charge.attempt += 1
        charge.session = _key(charge)
        charge.save(update_fields=["attempt", "session"])
    return charge

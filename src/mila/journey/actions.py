"""The verbs of the journey: what the doors call. Each is one transaction under the call's row lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.actions import BookingGiven
from mila.booking.models import Offer, OfferState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments.adapters import Answer, ChargeAnswer, HoldAnswer, MeansAnswer, Notice
from mila.payments.models import Means
from mila.quality import actions as quality
from mila.quality.models import Rating
from mila.visit import actions as visit
from mila.visit.models import CodePurpose, ContactOutcome, SignOffMethod


class NotYourVisit(Refusal):
    """The helper does not hold this call."""

    code = "not_your_visit"
    status = 404
    sentence = _("This visit is not yours, or not any more.")


class CostChanged(Refusal):
    """Cancelling costs something other than what the customer was shown."""

    code = "cost_changed"
    sentence = _("What cancelling costs has just changed. Please look at it again before you cancel.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of a yes: the call is the helper's, or the yes stands until the current window ends."""

    call: ServiceCall
    is_yours: bool


def book(*, given: BookingGiven, now: Occasion) -> ServiceCall:
    """Book a call, once per submission key: a repeated submit returns the call that the first one booked.

    The call is drafted until a means of payment is saved; where the brand pays, the search begins at once.
    Refuses what the brand does not sell.
    """
    earlier = booking.call_of_submission(given.brand.id, given.submission_key)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _book(given, now)
    except IntegrityError:
        raced = booking.call_of_submission(given.brand.id, given.submission_key)
        if raced is None:
            raise
        return raced


def ask_for_means(*, call_id: UUID, now: Occasion) -> Means:
    """Begin to save a means of payment for a drafted call, or for one whose hold failed. Refuses any other."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.DRAFTED and not payment.is_unsecured(call):
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
    """Take in a message that the bank sent by itself, once: a second delivery changes nothing."""
    with transaction.atomic():
        if payments.hear_once(notice, at=now.at) and notice.answer is not None:
            bank_answered(answer=notice.answer, now=now)


def accept(*, offer_key: str, now: Occasion) -> Accepted:
    """Say yes to an offer: within its exclusive time it wins; later it stands. Accepting again changes nothing.

    Refuses an offer that is over, somebody else's, and one that overlaps with another visit.
    """
    with transaction.atomic():
        offer = _locked_offer(offer_key, now)
        if offer.state == OfferState.ACCEPTED:
            return Accepted(offer.call, is_yours=_holds(offer))
        if not dispatch.say_yes(offer=offer, now=now):
            return Accepted(offer.call, is_yours=False)
        machine.take("accept", call=offer.call, now=now, facts={"offer": str(offer.id)})
        return Accepted(offer.call, is_yours=True)


def acknowledge(*, offer_key: str, now: Occasion) -> Offer:
    """Note that the helper's device shows the offer; the exclusive two minutes begin. Refuses somebody else's offer."""
    with transaction.atomic():
        return dispatch.acknowledge(offer=_locked_offer(offer_key, now), now=now)


def decline(*, offer_key: str, reason: str, now: Occasion) -> None:
    """Decline an offer without any consequence but that the next is asked. Refuses one that is over."""
    with transaction.atomic():
        dispatch.decline(offer=_locked_offer(offer_key, now), reason=reason, now=now)


def withdraw_yes(*, offer_key: str, now: Occasion) -> None:
    """Take a standing yes back."""
    with transaction.atomic():
        dispatch.withdraw_yes(offer=_locked_offer(offer_key, now), now=now)


def log_contact(*, call_id: UUID, outcome: ContactOutcome, now: Occasion) -> ServiceCall:
    """Write an attempt to call the client; where the client was reached, the call is contacted. Refuses strangers."""
    with transaction.atomic():
        call, helper = _locked_visit(call_id, now)
        visit.log_attempt(call=call, helper=helper, outcome=outcome, now=now)
        bookings.note(call, step="contact_tried", now=now, facts={"outcome": outcome})
        if outcome is ContactOutcome.REACHED and call.stage == Stage.ACCEPTED:
            machine.take("contact", call=call, now=now)
        return call


def confirm(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Confirm the visit (guide: within the app, 24 hours before). Refuses strangers and the wrong stage."""
    return _step_of_helper("confirm", call_id, now)


def drop_out(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Give the visit back: it is free at once, at the same slot, for somebody else."""
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        return machine.take("drop_out", call=call, now=now, facts={"reason": reason[:40]})


def set_out(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be on the way: the client learns when to expect the helper."""
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        if call.stage == Stage.ON_THE_WAY:
            return call
        call.expected_at = _expected(call, now)
        return machine.take("set_out", call=call, now=now)


def arrive(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be at the client's door."""
    return _step_of_helper("arrive", call_id, now)


def begin_work(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Begin the work, after the introduction."""
    return _step_of_helper("begin_work", call_id, now)


def tick(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Tick a step of the checklist; the customer sees the progress. Refuses before arrival and unknown steps."""
    with transaction.atomic():
        call, helper = _at_work(call_id, now)
        visit.tick(call=call, helper=helper, code=code, now=now)
        return call


def untick(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Take the tick of a step back."""
    with transaction.atomic():
        call, _helper = _at_work(call_id, now)
        visit.untick(call=call, code=code)
        return call


def finish(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be done with the work: the client is asked to sign off. Refuses while the checklist is open."""
    return _step_of_helper("finish", call_id, now)


def send_code(*, call_id: UUID, purpose: CodePurpose, now: Occasion) -> str:
    """Send the payer a one-time code, and return the channel it went by. Refuses too many an hour."""
    with transaction.atomic():
        call = machine.lock(call_id)
        channel = "mail" if call.payer.email else "sms"
        code = visit.make_code(call=call, purpose=purpose, sent_to=channel, now=now)
        return messaging.send_code(call=call, code=code, purpose=purpose, now=now)


def sign_off(*, call_id: UUID, code: str, evidence: Mapping[str, str], now: Occasion) -> ServiceCall:
    """Sign off the agreed price with a one-time code; signing off again changes nothing. Refuses a wrong code."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage not in (Stage.DONE, *_AFTER_SIGN_OFF):
            raise machine.WrongStage
        if call.stage in _AFTER_SIGN_OFF:
            return call
        right = visit.code_matches(call=call, purpose=CodePurpose.SIGN_OFF, code=code, now=now)
        if right:
            visit.write_sign_off(call=call, method=SignOffMethod.CODE, evidence=dict(evidence), now=now)
            machine.take("sign_off", call=call, now=now)
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.CodeWrong
    return call


def rate(*, call_id: UUID, stars: int, axes: Mapping[str, int], text: str, now: Occasion) -> Rating:
    """Rate a visit with one to five stars, once."""
    with transaction.atomic():
        call = machine.lock(call_id)
        rating = quality.rate(call=call, stars=stars, axes=axes, text=text, now=now)
        bookings.note(call, step="rated", now=now, facts={"stars": rating.stars})
        return rating


def cancel(*, call_id: UUID, shown_cost: int, code: str, now: Occasion) -> ServiceCall:
    """Cancel for the customer at the cost that was shown, in minor units; at a cost it needs a one-time code.

    Cancelling again changes nothing. Refuses a cost that has changed since it was shown, and a wrong code.
    """
    right = True
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage == Stage.CANCELLED:
            return call
        cost = payment.cancellation_cost(call, now.at).cost.minor
        if cost > shown_cost:
            raise CostChanged
        if cost:
            right = visit.code_matches(call=call, purpose=CodePurpose.CANCEL, code=code, now=now)
        if right:
            machine.take("cancel", call=call, now=now, facts={"cost": cost})
    if not right:
        raise visit.CodeWrong
    return call


def cancel_by_desk(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Cancel from the desk, free of charge, with a reason."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("cancel_by_desk", call=call, now=now, facts={"reason": reason[:200]})


def assign_by_desk(*, call_id: UUID, helper_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Send a helper chosen by the desk, with a reason. Refuses one who cannot work or has another visit then."""
    with transaction.atomic():
        call = machine.lock(call_id)
        helper = Helper.objects.select_related("provider").get(pk=helper_id)
        dispatch.name_helper(call=call, helper=helper, now=now)
        facts: dict[str, object] = {"helper": str(helper_id), "reason": reason[:200]}
        return machine.take("assign", call=call, now=now, facts=facts)


def take_away(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Free a call from its helper, from the desk, and search for another."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("take_away", call=call, now=now, facts={"reason": reason[:200]})


def search_anew(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Search for a helper again for a stranded call, from the desk."""
    with transaction.atomic():
        return machine.take("search_anew", call=machine.lock(call_id), now=now)


def write_off(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Give up the customer's debt, from the desk; the helper is paid all the same."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("write_off", call=call, now=now, facts={"reason": reason[:200]})


def move_search(*, call_id: UUID, now: Occasion) -> None:
    """Pass a call's search on: an offer has run out, or the next is to be asked."""
    with transaction.atomic():
        call = machine.lock(call_id)
        winner = dispatch.move_search(call, now)
        if winner is not None:
            theirs = Occasion(by=Who.PROVIDER, at=now.at, actor=winner.helper_id)
            facts: dict[str, object] = {"offer": str(winner.id), "standing": True}
            machine.take("accept", call=call, now=theirs, facts=facts)


_AFTER_SIGN_OFF = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


def _book(given: BookingGiven, now: Occasion) -> ServiceCall:
    call = bookings.write_call(given=given, now=now)
    machine.begin(call, now)
    if booking.brand_pays(call):
        machine.take("secure", call=call, now=Occasion(by=Who.BANK, at=now.at))
    return call


def _noted(call: ServiceCall, answer: Answer, now: Occasion) -> str:
    match answer:
        case MeansAnswer():
            return payments.note_means(call, answer, now)
        case ChargeAnswer():
            return payments.note_charge(call, answer, now)
        case HoldAnswer():
            payments.note_hold(call, answer, now)
            return ""


def _locked_offer(key: str, now: Occasion) -> Offer:
    known = booking.offer_of_key(key)
    if known is None or known.helper_id != now.actor:
        raise NotYourVisit
    call = machine.lock(known.call_id)
    offer = Offer.objects.select_related("helper__provider", "search").get(pk=known.pk)
    offer.call = call
    return offer


def _holds(offer: Offer) -> bool:
    assignment = booking.active_assignment(offer.call)
    return assignment is not None and assignment.helper_id == offer.helper_id


def _locked_visit(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Helper]:
    call = machine.lock(call_id)
    assignment = booking.active_assignment(call)
    if assignment is None or assignment.helper_id != now.actor:
        raise NotYourVisit
    return call, assignment.helper


def _at_work(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Helper]:
    call, helper = _locked_visit(call_id, now)
    if call.stage not in (Stage.ARRIVED, Stage.WORKING):
        raise machine.WrongStage
    return call, helper


def _step_of_helper(step: str, call_id: UUID, now: Occasion) -> ServiceCall:
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        return machine.take(step, call=call, now=now)


def _expected(call: ServiceCall, now: Occasion) -> datetime:
    assignment = booking.active_assignment(call)
    minutes = assignment.offer.travel_minutes if assignment and assignment.offer else 30
    return now.at + timedelta(minutes=minutes)

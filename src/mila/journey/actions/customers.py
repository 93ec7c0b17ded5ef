"""What the customer says yes, no or thanks to. Each verb is one transaction under the call's row lock."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import changes, follow_ups
from mila.booking import queries as booking
from mila.booking.models import Party, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.changes import must_be_named
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.payments import queries as payment
from mila.quality import actions as quality
from mila.quality.models import Rating, Recommendation
from mila.visit import actions as visit
from mila.visit.models import CodePurpose, SignOff, SignOffMethod
from mila.visit.queries import has_objected

_AFTER_SIGN_OFF = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


class Whose(StrEnum):
    """To whom a one-time code goes."""

    PAYER = "payer"
    SITE_CONTACT = "site_contact"


class CostChanged(Refusal):
    """Cancelling costs something other than what the customer was shown."""

    code = "cost_changed"
    sentence = _("What cancelling costs has just changed. Please look at it again before you cancel.")


def send_code(*, call_id: UUID, purpose: CodePurpose, now: Occasion, to: Whose = Whose.PAYER) -> str:
    """Send a one-time code, and return the channel it went by: to the payer, for a sign-off to the site contact too.

    Refuses too many an hour, and one for a change or a further visit where none waits for a yes.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        party = _who_is_asked(call, purpose, to)
        if purpose is CodePurpose.CHANGE:
            changes.asked_change(call)
        if purpose is CodePurpose.FOLLOW_UP:
            follow_ups.asked_follow_up(call, now.at)
        channel = "mail" if party.email else "sms"
        code = visit.make_code(call=call, purpose=purpose, sent_to=channel, now=now, party=party)
        return messaging.send_code(call=call, to=party, code=code, purpose=purpose, now=now)


def _who_is_asked(call: ServiceCall, purpose: CodePurpose, to: Whose) -> Party:
    # The site contact may sign off the agreed total, and nothing that costs more (product: who may say yes to money).
    return call.site_contact if purpose is CodePurpose.SIGN_OFF and to is Whose.SITE_CONTACT else call.payer


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
            party = visit.who_said(call=call, purpose=CodePurpose.SIGN_OFF)
            yes = SignOff(method=SignOffMethod.CODE, party=party, evidence=dict(evidence))
            visit.write_sign_off(call=call, yes=yes, now=now)
            machine.take("sign_off", call=call, now=now)
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.CodeWrong
    return call


def sign_off_by_hand(*, call_id: UUID, seal: str, name: str, evidence: Mapping[str, str], now: Occasion) -> ServiceCall:
    """Take the client's sign-off down on the helper's phone: weaker evidence, of which who pays is told at once.

    It carries the agreed total, known by the seal of its quote, and nothing that was not agreed to before. Signing off
    again changes nothing. Refuses strangers, an empty name, another price by now, and brands that admit no signature.
    """
    must_be_named(name)
    with transaction.atomic():
        call = machine.lock(call_id)
        held = booking.last_assignment(call)
        if held is None or held.helper_id != now.actor:
            raise NotYourVisit
        if call.stage in _AFTER_SIGN_OFF:
            return call
        if call.stage != Stage.DONE:
            raise machine.WrongStage
        if booking.current_quote(call).seal != seal:
            raise changes.ChangeMoved
        if not changes.limits_of(call).weak:
            raise changes.TooMuchByHand
        yes = SignOff(method=SignOffMethod.BY_HAND, name=name.strip()[:120], evidence=dict(evidence))
        visit.write_sign_off(call=call, yes=yes, now=now)
        machine.take("sign_off", call=call, now=Occasion(by=Who.CUSTOMER, at=now.at), facts={"helper": str(now.actor)})
        messaging.tell_signed_by_hand(call, now)
        return call


def object_to(*, call_id: UUID, words: str, now: Occasion) -> ServiceCall:
    """Say that something is not right with the work: nothing is signed off by silence any more, the desk decides.

    Objecting again changes nothing. Refuses it without a word, and before or after the time to sign off.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.DONE:
            raise machine.WrongStage
        if has_objected(call):
            return call
        visit.write_objection(call=call, words=words, now=now)
        return machine.take("object", call=call, now=now)


def rate(*, call_id: UUID, stars: int, axes: Mapping[str, int], text: str, now: Occasion) -> Rating:
    """Rate a visit with one to five stars, once."""
    with transaction.atomic():
        call = machine.lock(call_id)
        rating = quality.rate(call=call, stars=stars, axes=axes, text=text, now=now)
        bookings.note(call, step="rated", now=now, facts={"stars": rating.stars})
        return rating


def recommend(*, call_id: UUID, score: int, now: Occasion) -> Recommendation:
    """Say from 0 to 10 how likely the brand is recommended; the last answer counts. Refuses it before it is asked."""
    with transaction.atomic():
        return quality.recommend(call=machine.lock(call_id), score=score, now=now)


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

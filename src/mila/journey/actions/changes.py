"""Changes of what was booked, from contact to the end of the work. Each verb is one transaction under the call's lock.

What was agreed before binds until who pays has said yes and the bank has covered it; what is charged is the last
quote of the chain, which only a yes makes longer.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import changes, pricing
from mila.booking import queries as booking
from mila.booking.actions import PriceOffer
from mila.booking.changes import CHANGEABLE, NoChange
from mila.booking.lines import AnyPrice
from mila.booking.models import (
    Assignment,
    ChangeReason,
    ChangeRequest,
    ChangeState,
    Consent,
    ConsentMethod,
    ServiceCall,
)
from mila.booking.pricing import Wanted
from mila.countries import queries as countries
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.journey.actions.covering import YES, close_change, cover, end_change
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.visit import actions as visit
from mila.visit.models import CodePurpose


class RunsIntoNext(Refusal):
    """The work would run into the helper's next visit."""

    code = "runs_into_next"
    status = 422
    sentence = _("This work would run into your next visit. It needs another visit: please call our support.")


class ReasonUnsaid(Refusal):
    """A change says nothing of why."""

    code = "reason_unsaid"
    status = 422
    sentence = _("Please write in a few words why, so that the client can decide.")
    field = "words"


class NameMissing(Refusal):
    """A signature without a name."""

    code = "name_missing"
    status = 422
    sentence = _("Please type the full name of who agrees.")
    field = "name"


class BrandDecides(Refusal):
    """The brand pays, and so the brand says yes."""

    code = "brand_decides"
    sentence = _("The brand pays for this visit: our team asks the brand, and you see the answer here.")


def packages_to_add(call: ServiceCall, held: Assignment, now: Occasion) -> list[AnyPrice]:
    """Return the prices of the packages that the helper could add: sold with the others, and within his skills."""
    on = countries.day_in(call.country, now.at)
    sold = pricing.addable(call, tier=held.provider.tier, on=on)
    able = set(dispatch.able_to(held.helper, [price.package for price in sold], call=call))
    return [price for price in sold if price.package in able]


def ask_for_change(*, call_id: UUID, wanted: Wanted, reason: ChangeReason, words: str, now: Occasion) -> ChangeRequest:
    """Ask who pays for another price, as the helper; until it is approved the booked scope and price stay.

    Refuses strangers, other stages than from contact to the end of the work, a change without a word of why or beside
    an open one, what is not sold or named too high, and work that runs into the helper's next visit.
    """
    if not words.strip():
        raise ReasonUnsaid
    with transaction.atomic():
        call, held = _held(call_id, now)
        offer = pricing.price_change(call, wanted=wanted, prices=packages_to_add(call, held, now))
        _must_fit(held, offer)
        known = changes.open_change(call)
        made = changes.ask(held=held, offer=offer, reason=reason, words=words.strip()[:500], now=now)
        if known is None:
            messaging.ask_for_change(call, made, now)
        return made


def withdraw_change(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Take a change back, as the helper: the booked scope and price stay. Refuses one that is over."""
    with transaction.atomic():
        call, _held_by = _held(call_id, now)
        close_change(call, changes.change_to_answer(call), ChangeState.WITHDRAWN, now)
        return call


def approve_change(*, call_id: UUID, seal: str, code: str, evidence: Mapping[str, str], now: Occasion) -> ServiceCall:
    """Approve the change that was shown, known by its seal, with the payer's one-time code.

    Approving it again changes nothing. Refuses a change that is over or another one by now, and a wrong code.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if _is_answered(call, seal):
            return call
        change = _to_answer(call, seal, now)
        right = visit.code_matches(call=call, purpose=CodePurpose.CHANGE, code=code, now=now)
        if right:
            party = visit.who_said(call=call, purpose=CodePurpose.CHANGE)
            yes = Consent(method=ConsentMethod.CODE, party=party, evidence=dict(evidence), at=now.at)
            _agree(call, change, yes, now)
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.CodeWrong
    return call


def approve_change_by_hand(
    *, call_id: UUID, seal: str, name: str, evidence: Mapping[str, str], now: Occasion
) -> ServiceCall:
    """Take the client's yes down on the helper's phone: weaker evidence, for small increases alone.

    Refuses strangers, a change that is over or another one by now, an empty name, and more than the limit carries.
    """
    must_be_named(name)
    with transaction.atomic():
        call, _held_by = _held(call_id, now)
        if _is_answered(call, seal):
            return call
        change = _to_answer(call, seal, now)
        changes.must_fit_by_hand(change)
        yes = Consent(method=ConsentMethod.BY_HAND, name=name.strip()[:120], evidence=dict(evidence), at=now.at)
        _agree(call, change, yes, now)
        return call


def must_be_named(name: str) -> None:
    """Refuse a signature without a name."""
    if not name.strip():
        raise NameMissing


def approve_change_by_desk(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Take the paying brand's yes down at the desk; `reason` says who at the brand gave it. Refuses other calls."""
    with transaction.atomic():
        call = machine.lock(call_id)
        change = changes.asked_change(call)
        if not booking.brand_pays(call):
            raise machine.NotYours
        yes = Consent(method=ConsentMethod.DESK, by_id=now.actor, evidence={"reason": reason[:200]}, at=now.at)
        _agree(call, change, yes, now)
        return call


def decline_change(*, call_id: UUID, seal: str, now: Occasion) -> ServiceCall:
    """Say no to a change, as the customer: the booked scope and price stay. Doing so again changes nothing.

    Who said yes may still say no while the bank does not cover it.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        latest = changes.latest_change(call)
        if latest is not None and (latest.seal, latest.state) == (seal, ChangeState.DECLINED):
            return call
        change = changes.change_to_answer(call)
        changes.must_be(change, seal=seal)
        end_change(call, change, ChangeState.DECLINED, now)
        return call


def decline_change_by_desk(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Take the paying brand's no down at the desk. Refuses other calls."""
    with transaction.atomic():
        call = machine.lock(call_id)
        change = changes.asked_change(call)
        if not booking.brand_pays(call):
            raise machine.NotYours
        end_change(call, change, ChangeState.DECLINED, now)
        return call


def _held(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Assignment]:
    call = machine.lock(call_id)
    held = booking.active_assignment(call)
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    if call.stage not in CHANGEABLE:
        raise machine.WrongStage
    held.call = call
    return call, held


def _is_answered(call: ServiceCall, seal: str) -> bool:
    latest = changes.latest_change(call)
    return latest is not None and latest.seal == seal and latest.state in YES


def _to_answer(call: ServiceCall, seal: str, now: Occasion) -> ChangeRequest:
    change = changes.asked_change(call)
    changes.must_be(change, seal=seal)
    if change.due_at is not None and change.due_at <= now.at:
        raise NoChange
    if booking.brand_pays(call):
        raise BrandDecides
    return change


def _agree(call: ServiceCall, change: ChangeRequest, yes: Consent, now: Occasion) -> None:
    changes.consent(change, yes)
    cover(call, change, now)


def _must_fit(held: Assignment, offer: PriceOffer) -> None:
    if not dispatch.has_time_for(held, minutes=offer.minutes):
        raise RunsIntoNext

"""Changes of what was booked: asking, answering, taking effect. The caller holds the call's lock."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries
from mila.booking.actions import PriceOffer
from mila.booking.models import (
    Assignment,
    ChangeReason,
    ChangeRequest,
    ChangeState,
    Consent,
    ConsentMethod,
    Quote,
    ServiceCall,
    Stage,
)
from mila.booking.models.changes import OPEN
from mila.booking.rules import PricedLine, most_by_weak_evidence
from mila.countries import queries as countries
from mila.countries.queries import ChangeLimits
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import ContractModel

CHANGEABLE = (Stage.CONTACTED, Stage.CONFIRMED, Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING)
INSIDE = (Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING)
TO_ANSWER_INSIDE = timedelta(minutes=15)  # PAY-21
TO_ANSWER = timedelta(hours=24)
TO_SECURE = timedelta(minutes=15)


class NoChange(Refusal):
    """There is no change to answer, or not any more."""

    code = "no_change"
    sentence = _("This is over: the change was taken back or answered, or the time to answer has run out.")


class ChangeMoved(Refusal):
    """The change that was looked at is not the one that is asked for now."""

    code = "change_moved"
    sentence = _("What is asked for has just changed. Please look at it again.")


class ChangeOpen(Refusal):
    """A change waits for an answer already."""

    code = "change_open"
    sentence = _("A change waits for an answer. Take it back first, or wait for the answer.")


class TooMuchByHand(Refusal):
    """A signature on the helper's phone does not carry that much."""

    code = "too_much_by_hand"
    status = 422
    sentence = _("This is too much for a signature on your phone: the client has to approve it with their own code.")


def open_change(call: ServiceCall) -> ChangeRequest | None:
    """Return the change that waits for the payer or for the bank, if there is one."""
    found = call.changes.filter(state__in=OPEN)
    return found.select_related("base", "assignment__helper__account").first()


def asked_change(call: ServiceCall) -> ChangeRequest:
    """Return the change that waits for the payer's answer. Refuses where there is none."""
    found = open_change(call)
    if found is None or found.state != ChangeState.ASKED:
        raise NoChange
    return found


def change_to_answer(call: ServiceCall) -> ChangeRequest:
    """Return the change that waits for the payer: for an answer, or for other means of payment. Refuses without one."""
    found = open_change(call)
    if found is None or found.state == ChangeState.SECURING:
        raise NoChange
    return found


def is_short(call: ServiceCall) -> bool:
    """Tell whether an approved change waits for other means of payment."""
    return call.changes.filter(state=ChangeState.SHORT).exists()


def latest_change(call: ServiceCall) -> ChangeRequest | None:
    """Return the change that was asked for last, open or over."""
    return call.changes.select_related("base").order_by("-asked_at", "-id").first()


def limits_of(call: ServiceCall) -> ChangeLimits:
    """Return how far the call's price may change: the country's policy on the day of booking, less at some brands."""
    limits = countries.change_limits(call.country_id, countries.day_in(call.country, call.booked_at))
    return limits if call.brand.weak_limit is None else replace(limits, weak=min(limits.weak, call.brand.weak_limit))


def ask(*, held: Assignment, offer: PriceOffer, reason: ChangeReason, words: str, now: Occasion) -> ChangeRequest:
    """Ask who pays for another price; asking for the same again changes nothing. Refuses beside an open change."""
    call = held.call
    seal = bookings.seal_of_next(call=call, offer=offer, now=now)
    known = open_change(call)
    if known is not None:
        if known.seal == seal and known.state == ChangeState.ASKED:
            return known
        raise ChangeOpen
    made = ChangeRequest.objects.create(
        call=call,
        assignment=held,
        base=queries.current_quote(call),
        reason=reason,
        words=words,
        offer=_written(offer),
        currency=offer.currency,
        total=offer.total,
        minutes=offer.minutes,
        seal=seal,
        asked_at=now.at,
        due_at=_due(call, now.at),
    )
    _note(made, "change_asked", now)
    return made


def must_be(change: ChangeRequest, *, seal: str) -> None:
    """Refuse unless the change is the one that was looked at."""
    if change.seal != seal:
        raise ChangeMoved


def must_fit_by_hand(change: ChangeRequest) -> None:
    """Refuse more than a signature on the helper's phone carries (product: increases up to 50)."""
    if not fits_by_hand(change):
        raise TooMuchByHand


def fits_by_hand(change: ChangeRequest) -> bool:
    """Tell whether a signature on the helper's phone is enough: never for what a brand pays."""
    most = most_by_hand(change.call)
    return most is not None and change.total <= most


def most_by_hand(call: ServiceCall) -> int | None:
    """Return the highest total that a signature on the helper's phone carries; None where the brand pays."""
    if queries.brand_pays(call):
        return None
    return most_by_weak_evidence(limits_of(call), agreed=agreed_by_code(call))


def agreed_by_code(call: ServiceCall) -> int:
    """Return the total of the last quote to which the payer agreed by more than a signature, in minor units."""
    by_hand = set(Consent.objects.filter(change__call=call, method=ConsentMethod.BY_HAND).values_list("change__quote"))
    weak = {quote for (quote,) in by_hand}
    quotes = [quote for quote in call.quotes.all() if quote.id not in weak]
    return max(quotes, key=lambda quote: quote.version).total


def consent(change: ChangeRequest, yes: Consent) -> Consent:
    """Keep the evidence of the yes; `yes` is not saved yet."""
    yes.change, yes.seal = change, change.seal
    yes.save()
    return yes


def secure(change: ChangeRequest, *, now: Occasion) -> None:
    """Note that the bank is being asked for the higher price."""
    change.state, change.due_at = ChangeState.SECURING, now.at + TO_SECURE
    change.save(update_fields=["state", "due_at"])
    _note(change, "change_securing", now)


def fall_short(change: ChangeRequest, *, now: Occasion) -> None:
    """Note that the bank does not cover the higher price: for a while, other means of payment may."""
    change.state, change.due_at = ChangeState.SHORT, _due(change.call, now.at)
    change.save(update_fields=["state", "due_at"])
    _note(change, "change_short", now)


def take_effect(change: ChangeRequest, *, now: Occasion) -> Quote:
    """Make the change the call's new quote; its seal is the one that was approved. Refuses what has moved on."""
    call = change.call
    offer = offer_of(change)
    if bookings.seal_of_next(call=call, offer=offer, now=now) != change.seal:
        raise ChangeMoved
    change.quote = bookings.add_quote(call=call, offer=offer, now=now)
    end(change, ChangeState.APPROVED, now=now)
    return change.quote


def end(change: ChangeRequest, state: ChangeState, *, now: Occasion) -> None:
    """End a change; what was agreed before stays unless it was approved."""
    change.state, change.due_at, change.ended_at = state, None, now.at
    change.save(update_fields=["state", "due_at", "ended_at", "quote"])
    _note(change, f"change_{state}", now)


def overtake(call: ServiceCall, now: Occasion) -> None:
    """End whatever was asked for, because the call has gone another way."""
    found = open_change(call)
    if found is not None:
        end(found, ChangeState.OVERTAKEN, now=now)


def offer_of(change: ChangeRequest) -> PriceOffer:
    """Return the price that is asked for."""
    kept = change.offer
    return PriceOffer(
        contract_model=ContractModel(kept["contract_model"]),
        payer_kind=kept["payer_kind"],
        tiers=tuple(kept["tiers"]),
        currency=change.currency,
        lines=lines_of(change),
        provider_pay=kept["provider_pay"],
        minutes=change.minutes,
    )


def lines_of(change: ChangeRequest) -> tuple[PricedLine, ...]:
    """Return the lines of the price that is asked for."""
    return tuple(PricedLine(**line) for line in change.offer["lines"])


def _written(offer: PriceOffer) -> dict[str, object]:
    return {
        "contract_model": str(offer.contract_model),
        "payer_kind": offer.payer_kind,
        "tiers": list(offer.tiers),
        "provider_pay": offer.provider_pay,
        "lines": [_line(line) for line in offer.lines],
    }


def _line(line: PricedLine) -> dict[str, object]:
    return asdict(line) | {"kind": str(line.kind), "description": dict(line.description)}


def _due(call: ServiceCall, at: datetime) -> datetime:
    """Return until when to answer: a quarter of an hour while the helper waits, else a day or half of the time left."""
    if call.stage in INSIDE or call.visit_starts_at is None:
        return at + (TO_ANSWER_INSIDE if call.stage in INSIDE else TO_ANSWER)
    return at + max(min(TO_ANSWER, (call.visit_starts_at - at) / 2), TO_ANSWER_INSIDE)


def _note(change: ChangeRequest, step: str, now: Occasion) -> None:
    facts: dict[str, object] = {
        "change": str(change.id),
        "helper": str(change.assignment.helper_id),
        "cost": change.total,
        "before": change.base.total,
        "why": change.reason,
    }
    if change.quote_id:
        facts["quote"] = str(change.quote_id)
    bookings.note(change.call, step=step, now=now, facts=facts)

"""What goes into the books at sign-off, at capture, and when nobody pays; and the provider's claim."""

from dataclasses import dataclass
from datetime import timedelta

from mila.booking import queries as booking
from mila.booking.models import Assignment, Quote, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import TaxStatus
from mila.kernel.occasion import Occasion
from mila.payments import queries, rules
from mila.payments.actions.posting import Event, is_posted, post
from mila.payments.models import Charge, ChargePurpose, ChargeState, Claim, ClaimState


def book_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Write down who owes what after the customer's yes: payer, operator, provider; once per call.

    Taxes by the day of service. Source: guide, commission of 20 %; reference F1–F2, P1–P2, B1.
    """
    quote, held = booking.current_quote(call), booking.last_assignment(call)
    if held is None:
        raise LookupError(f"call {call.pk} is signed off and nobody came")
    if queries.is_agency(quote):
        _book_agency(call, quote, held, now)
    else:
        _book_principal(call, quote, held, now)


def _book_agency(call: ServiceCall, quote: Quote, held: Assignment, now: Occasion) -> None:
    on = queries.service_day(call, now.at)
    lines = queries.lines(quote, on)
    taken = rules.commission(lines, quote.commission_rule.basis_points if quote.commission_rule else 0)
    _post(call, held, "sign_off", rules.sold_for_helper(lines, queries.owed_by(quote)), now)
    _post(call, held, "commission", rules.commission_taken(taken, queries.own_rate(call, on)), now)
    extra = _book_bonus(call, held, now)
    earn(call, held, Pay(rules.commissionable(lines) + extra, taken), now)


def _book_principal(call: ServiceCall, quote: Quote, held: Assignment, now: Occasion) -> None:
    on = queries.service_day(call, now.at)
    pay = quote.provider_pay or 0
    tax = rules.input_tax(pay, queries.own_rate(call, on), TaxStatus(held.provider.tax_status))
    sold = rules.sold_by_operator(queries.lines(quote, on), queries.owed_by(quote))
    _post(call, held, "sign_off", sold, now)
    _post(call, held, "self_billing", rules.self_billed(pay, tax), now)
    earn(call, held, Pay(pay + tax + _book_bonus(call, held, now)), now)


def _book_bonus(call: ServiceCall, held: Assignment, now: Occasion) -> int:
    """Write down the bonus that was on the accepted offer, and who bears it; return what it adds to the claim."""
    if held.offer is None or not held.offer.bonus:
        return 0
    bonus, rate = held.offer.bonus, queries.own_rate(call, queries.service_day(call, now.at))
    tax = rules.input_tax(bonus, rate, TaxStatus(held.provider.tax_status))
    _post(call, held, "bonus", rules.bonus_owed(bonus, tax), now)
    if held.offer.brand_pays_bonus:
        _post(call, held, "bonus_billed", rules.bonus_billed(bonus, rate), now)
    return bonus + tax


def _post(call: ServiceCall, held: Assignment, name: str, entries: rules.Entries, now: Occasion) -> None:
    post(Event(name, call.pk, call, held.provider, now.at), entries, booking.current_quote(call).currency)


@dataclass(frozen=True, slots=True)
class Pay:
    """What a provider earned, in minor units: before commission, and the commission."""

    gross: int
    commission: int = 0
    purpose: ChargePurpose = ChargePurpose.VISIT


def earn_journey(call: ServiceCall, held: Assignment, pay: Pay, now: Occasion) -> None:
    """Write the provider's claim for a journey in vain, once per assignment; released as a visit's pay would be."""
    days = countries.number(call.country_id, "release_days", queries.service_day(call, now.at))
    Claim.objects.get_or_create(
        assignment=held,
        purpose=ChargePurpose.JOURNEY,
        defaults={
            "call": call,
            "provider": held.provider,
            "gross": pay.gross,
            "commission": pay.commission,
            "amount": pay.gross - pay.commission,
            "currency": booking.current_quote(call).currency,
            "earned_at": now.at,
            "state": ClaimState.RELEASED,
            "released_at": now.at + timedelta(days=days),
        },
    )


def earn(call: ServiceCall, held: Assignment, pay: Pay, now: Occasion) -> None:
    """Write the provider's claim, once per call and purpose."""
    Claim.objects.get_or_create(
        call=call,
        purpose=pay.purpose,
        defaults={
            "provider": held.provider,
            "gross": pay.gross,
            "commission": pay.commission,
            "amount": pay.gross - pay.commission,
            "currency": booking.current_quote(call).currency,
            "earned_at": now.at,
        },
    )


def book_capture(call: ServiceCall, now: Occasion) -> None:
    """Write down that the bank has taken the payment of the visit, and what it kept of it; once."""
    charge = queries.visit_charge(call)
    if charge is not None and charge.state == ChargeState.CAPTURED:
        book_charge(charge, now)


def book_charge(charge: Charge, now: Occasion) -> None:
    """Write down a captured charge (F3) and the bank's fee (F4); once per charge."""
    post(_event("capture", charge, now), rules.captured(charge.amount), charge.currency)
    post(_event("bank_fee", charge, now), rules.bank_fee(charge.fee), charge.currency)


def release_claim(call: ServiceCall, now: Occasion) -> None:
    """Release what was earned with the visit for the next pay-out."""
    Claim.objects.filter(call=call, purpose=ChargePurpose.VISIT, state=ClaimState.EARNED).update(
        state=ClaimState.RELEASED, released_at=now.at
    )


def book_cancellation_paid(charge: Charge, now: Occasion) -> None:
    """Write down that a cancellation was paid; the helper's share is released after the country's days."""
    book_charge(charge, now)
    release_cancellation_claim(charge.call, now)


def release_cancellation_claim(call: ServiceCall, now: Occasion) -> None:
    """Release the helper's share of a cancellation: from the day on that a visit's pay would be, too."""
    days = countries.number(call.country_id, "release_days", queries.service_day(call, now.at))
    Claim.objects.filter(call=call, purpose=ChargePurpose.CANCELLATION, state=ClaimState.EARNED).update(
        state=ClaimState.RELEASED, released_at=now.at + timedelta(days=days)
    )


def write_off(call: ServiceCall, now: Occasion) -> None:
    """Give up what the customer owes for the visit: the operator bears it, the helper's claim stands (N1)."""
    charge = queries.visit_charge(call)
    if charge is not None and charge.state != ChargeState.CAPTURED:
        give_up(charge, now)


def give_up(charge: Charge, now: Occasion) -> None:
    """Write down that the operator bears a charge that nobody pays (N1); once."""
    post(_event("write_off", charge, now), rules.written_off(charge.amount), charge.currency)


def is_written_off(charge: Charge) -> bool:
    """Tell whether the charge was given up."""
    return is_posted(charge.pk, "write_off")


def book_late_payment(charge: Charge, now: Occasion) -> None:
    """Write down that a debt given up is paid after all."""
    post(_event("paid_after_all", charge, now), rules.paid_after_all(charge.amount), charge.currency)
    book_charge(charge, now)


def _event(name: str, charge: Charge, now: Occasion) -> Event:
    return Event(name, charge.pk, charge.call, None, now.at)

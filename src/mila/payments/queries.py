"""What the rows of payments say."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from mila.booking import queries as booking
from mila.booking import times, withdrawal
from mila.booking.actions import PriceOffer
from mila.booking.models import Assignment, AssignmentState, LineKind, Quote, ServiceCall, TimeWish
from mila.countries import queries as countries
from mila.crowd.models import Provider
from mila.kernel.money import Money
from mila.partners import queries as partners
from mila.partners.models import ContractModel, Payer
from mila.payments import rules
from mila.payments.adapters import get_bank
from mila.payments.models import (
    Account,
    Charge,
    ChargePurpose,
    ChargeState,
    Claim,
    ClaimState,
    Document,
    Entry,
    Hold,
    HoldState,
    Means,
    MeansState,
    Posting,
    Refund,
    RefundState,
)

ON_VAT_CODE = "standard"  # of the operator's own sales: commission, cancellation


def service_day(call: ServiceCall, at: datetime) -> date:
    """Return the day of the service where it takes place: it decides the tax."""
    return (call.visit_starts_at or at).astimezone(countries.zone(call.country)).date()


def own_rate(call: ServiceCall, on: date) -> int:
    """Return the rate of the operator's own sales on the day, in basis points."""
    return countries.vat_rate(call.country_id, ON_VAT_CODE, on)


def lines(quote: Quote, on: date) -> list[rules.Line]:
    """Return the quote's lines with the rates of tax that hold on the day."""
    country = quote.call.country_id
    return [
        rules.Line(LineKind(line.kind), line.amount, countries.vat_rate(country, line.vat_code, on))
        for line in sorted(quote.lines.all(), key=lambda line: line.position)  # read with the call in hand
    ]


def owed_by(quote: Quote) -> Account:
    """Return the account on which the payer's debt stands."""
    return Account.RECEIVABLE_PARTNER if quote.payer_kind == Payer.BRAND else Account.RECEIVABLE_CUSTOMER


def is_agency(quote: Quote) -> bool:
    """Tell whether the helper, not the operator, is the customer's contract partner."""
    return quote.contract_model == ContractModel.AGENCY


def cancellation_cost(call: ServiceCall, at: datetime) -> rules.CancellationCost:
    """Return what it costs the customer to cancel at that moment: shown before, and booked by, the cancellation.

    It costs nothing while the law lets the customer withdraw (LAW-34), at the door as well.
    """
    if withdrawal.may_withdraw(call, at):
        nothing = Money(0, booking.current_quote(call).currency)
        return rules.CancellationCost(nothing, nothing)
    policy = countries.cancellation_policy(call.country_id, countries.day_in(call.country, call.booked_at))
    return rules.cancellation_cost(policy, cancellation_facts(call, at), least=times.least_cancelling_cost(call))


def cancellation_facts(call: ServiceCall, at: datetime) -> rules.CancellationFacts:
    """Return what the cost of cancelling at that moment is decided from."""
    held = booking.active_assignment(call)
    return rules.CancellationFacts(
        price=booking.current_quote(call).total_money,
        standing=_standing(call, held),
        minutes_to_visit=_minutes_to_visit(call, at),
        minutes_since_asap_assignment=_minutes(held.accepted_at, at) if held and _is_asap(call) else None,
    )


def _standing(call: ServiceCall, held: Assignment | None) -> rules.Standing:
    if held is None:
        return rules.Standing.NOBODY_ASSIGNED
    # The diary tells it, not the stage: while a call is being cancelled, its stage may be written already.
    if call.diary.filter(step="arrive", at__gte=held.accepted_at).exists():
        return rules.Standing.AT_THE_DOOR
    return rules.Standing.ASSIGNED


def _minutes_to_visit(call: ServiceCall, at: datetime) -> int | None:
    if call.visit_starts_at:
        return _minutes(at, call.visit_starts_at)
    return 0 if _is_asap(call) else None


def _is_asap(call: ServiceCall) -> bool:
    return call.time_wish == TimeWish.ASAP


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def is_unsecured(call: ServiceCall) -> bool:
    """Tell whether the last hold asked for was refused: the helper sees it and may choose."""
    newest = _newest_hold(call)
    if newest is None or newest.state != HoldState.FAILED:
        return False
    # Other means that were saved since and cannot hold are as good as they were at the booking.
    return not Means.objects.filter(call=call, state=MeansState.SAVED, can_hold=False).exists()


def is_secured(call: ServiceCall) -> bool:
    """Tell whether the means saved last hold the money, or are such as cannot hold."""
    newest = _newest_hold(call)
    held = newest is not None and newest.state == HoldState.HELD
    return held or Means.objects.filter(call=call, state=MeansState.SAVED, can_hold=False).exists()


def _newest_hold(call: ServiceCall) -> Hold | None:
    """Return the hold asked for last; one that was to be raised, and was not, leaves the one before as it is."""
    own = [hold for hold in call.holds.all() if hold.change_id is None or hold.reference]
    return max(own, key=lambda hold: hold.id, default=None)


def raise_of(change_id: UUID) -> Hold | None:
    """Return the hold that was asked for last because of a change, if one was."""
    return Hold.objects.filter(change=change_id).order_by("id").last()


def visit_charge(call: ServiceCall) -> Charge | None:
    """Return the charge of the visit, if it was asked for."""
    return call.charges.filter(purpose="visit").first()


def visit_claim(call: ServiceCall) -> Claim | None:
    """Return what was earned with the visit, if it was signed off."""
    return call.claims.filter(purpose=ChargePurpose.VISIT).first()


def cancellation_debt(call: ServiceCall) -> Charge | None:
    """Return what a cancellation cost and the bank declined, unless it was given up."""
    declined = call.charges.filter(purpose=ChargePurpose.CANCELLATION, state=ChargeState.DECLINED).first()
    given_up = declined is not None and Posting.objects.filter(source=declined.pk, event="write_off").exists()
    return None if given_up else declined


def debts_at_desk() -> QuerySet[Charge]:
    """Return the costs of cancellations that no reminder brought in, oldest first: the desk decides."""
    given_up = Posting.objects.filter(source=OuterRef("pk"), event="write_off")
    left = Charge.objects.filter(purpose=ChargePurpose.CANCELLATION, state=ChargeState.DECLINED, dun_at=None)
    left = left.filter(~Exists(given_up), duns__gte=len(rules.DUNNING_DAYS))
    return left.select_related("call__brand", "call__payer").order_by("asked_at", "id")


def declined_charge(call: ServiceCall) -> Charge | None:
    """Return what the customer can pay by link: a charge of the call that the bank declined."""
    return call.charges.filter(state=ChargeState.DECLINED).order_by("id").last()


def refused_refunds() -> QuerySet[Refund]:
    """Return what the bank would not give back, oldest first: the desk asks again, or pays by other ways."""
    refused = Refund.objects.filter(state=RefundState.REFUSED).order_by("asked_at", "id")
    return refused.select_related("call__payer", "call__brand")


def last_refund(call: ServiceCall) -> Refund | None:
    """Return what was given back of the call's price last."""
    return Refund.objects.filter(call=call).order_by("-asked_at", "-id").first()


def refund_amount(refund_id: UUID) -> Money:
    """Return how much a refund gives back."""
    refund = Refund.objects.get(pk=refund_id)
    return Money(refund.amount - refund.covered, refund.currency)


def claims_of(provider: Provider) -> QuerySet[Claim]:
    """Return what the provider earned, newest first, with its calls and pay-outs."""
    return Claim.objects.filter(provider=provider).select_related("call", "payout").order_by("-earned_at")


def documents_of(call: ServiceCall) -> QuerySet[Document]:
    """Return the documents of the call in the order of their writing."""
    return call.documents.order_by("issued_at", "id")


def balance(account: Account, currency: str, calls: Iterable[ServiceCall] | None = None) -> Money:
    """Return the balance of an account (debit positive), of all calls or of some."""
    entries = Entry.objects.filter(account=account, currency=currency)
    if calls is not None:
        entries = entries.filter(posting__call__in=calls)
    return Money(entries.aggregate(sum=Sum("amount"))["sum"] or 0, currency)


def trial_balance() -> dict[tuple[str, str], int]:
    """Return every account's balance by account and currency, in minor units; their sum is zero (LED-13)."""
    rows = Entry.objects.values_list("account", "currency").annotate(Sum("amount"))
    return {(account, currency): amount for account, currency, amount in rows}


def difference_to_bank(currency: str) -> Money:
    """Return by how much the books differ from the bank: anything but zero is an alarm (LED-06, PAY-37)."""
    return balance(Account.PSP_CLEARING, currency) - get_bank().balance(currency)


def pay_of(quote: Quote) -> int:
    """Return what the helper's provider gets for the visit at this price, net of commission, in minor units."""
    if quote.provider_pay is not None:
        return quote.provider_pay
    sold = lines(quote, countries.day_in(quote.call.country, quote.approved_at))
    points = quote.commission_rule.basis_points if quote.commission_rule else 0
    return rules.commissionable(sold) - rules.commission(sold, points)


def pay_at(quote: Quote, offer: PriceOffer) -> int:
    """Return what the provider would get if the quote were followed by this price, net of commission, minor units."""
    call = quote.call
    points = quote.commission_rule.basis_points if quote.commission_rule else 0
    return _pay(offer, call.country_id, countries.day_in(call.country, quote.approved_at), points)


def pay_of_new(call: ServiceCall, offer: PriceOffer, at: datetime) -> int:
    """Return what the provider would get for another visit to this client at this price, in minor units."""
    on = countries.day_in(call.country, at)
    if offer.contract_model is not ContractModel.AGENCY:
        return _pay(offer, call.country_id, on, 0)
    rule = partners.commission_rule(brand=call.brand, country=call.country_id, on=on)
    return _pay(offer, call.country_id, on, rule.basis_points)


def _pay(offer: PriceOffer, country: str, on: date, points: int) -> int:
    if offer.provider_pay is not None:
        return offer.provider_pay
    sold = [
        rules.Line(LineKind(line.kind), line.amount, countries.vat_rate(country, line.vat_code, on))
        for line in offer.lines
    ]
    return rules.commissionable(sold) - rules.commission(sold, points)


def months_of(provider: Provider, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the provider's months in local time, newest first, at most three years of them.

    Each with `month`, `currency`, `jobs`, `sales`, and the sums of `gross`, `commission`, `net` and, in it, of sales,
    in minor units. What was taken back before it was paid is not among them.
    """
    by_month = Claim.objects.filter(provider=provider).annotate(
        month=TruncMonth("earned_at", tzinfo=zone, output_field=DateField())
    )
    counts = by_month.exclude(state=ClaimState.VOID).values("month", "currency")
    rows = counts.annotate(
        jobs=Count("id", filter=~Q(purpose=ChargePurpose.SALE)),
        sales=Count("id", filter=Q(purpose=ChargePurpose.SALE)),
        sales_sum=Sum("amount", filter=Q(purpose=ChargePurpose.SALE), default=0),
        gross_sum=Sum("gross"),
        commission_sum=Sum("commission"),
        net=Sum("amount"),
    )
    return [dict(row) for row in rows.order_by("-month", "currency")[:36]]


def claims_of_month(provider: Provider, month: date, zone: ZoneInfo) -> QuerySet[Claim]:
    """Return what the provider earned in the month (its first day, local time), newest first, with packages, bonus."""
    kept = Assignment.objects.filter(call=OuterRef("call"), provider=OuterRef("provider"))
    bonus = kept.exclude(state=AssignmentState.RELEASED).values("offer__bonus")[:1]
    start = datetime.combine(month, time(), zone)
    end = datetime.combine((month + timedelta(days=31)).replace(day=1), time(), zone)
    claims = claims_of(provider).filter(earned_at__gte=start, earned_at__lt=end)
    claims = claims.annotate(bonus=Subquery(bonus))
    claims = claims.select_related("call__address", "payout", "sale__product__brand")
    return claims.prefetch_related("call__quotes__lines")

"""Orders of recommended products: noted as the shop tells them, booked at the brand's word, taken back on return."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import TaxStatus
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners.adapters.shops import OrderState, Told
from mila.partners.models import Product
from mila.payments import queries, rules, upsell
from mila.payments.actions.posting import Event, post, posted
from mila.payments.models import Account, ChargePurpose, Claim, ClaimState, Retention, Sale
from mila.payments.models.sales import OVER, SaleState

BILLED, SHARED = "sale_billed", "sale_shared"
PART_BACK = "part_back"


class OrderTaken(Refusal):
    """The brand's order id belongs to another recommendation."""

    code = "order_taken"
    sentence = _("This order number belongs to another recommendation.")
    field = "order_id"


class OrderedAlready(Refusal):
    """The recommendation has an order that counts."""

    code = "ordered_already"
    sentence = _("Another order counts for this recommendation.")
    field = "recommendation"


class SaleDiffers(Refusal):
    """The brand confirms again, at another total."""

    code = "sale_differs"
    sentence = _("This order is confirmed with another total.")
    field = "total"


class ReturnUnfit(Refusal):
    """More came back than was ordered, or in another currency."""

    code = "return_unfit"
    status = 422
    sentence = _("What came back is a part of the total, in the same currency.")
    field = "returned"


class TotalUnfit(Refusal):
    """Nothing, or another currency than the product's."""

    code = "total_unfit"
    status = 422
    sentence = _("The total is more than nothing, in the currency of the product.")
    field = "total"


@dataclass(frozen=True, slots=True)
class Recommended:
    """What was recommended, and by whose promise to come; the commission is that of the day on which it was."""

    suggestion: UUID
    product: Product
    held: Assignment
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a return took of the helper's money, in minor units; where it was paid, later pay-outs are smaller."""

    amount: int = 0
    was_paid: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A sale, what is new of it (a state, or PART_BACK; empty where nothing is), and what was taken of the helper's."""

    sale: Sale
    news: str
    taken: TakenBack


def note_order(*, call: ServiceCall, told: Told, recommended: Recommended, now: Occasion) -> Noted:
    """Write down what the shop tells of an order.

    Messages may come late, twice and in any order: a sale goes on and never back, and so does what came back of it.
    Refuses an order id of another recommendation, a second order beside one that counts, another total after the
    confirmation, and more coming back than was ordered. The call is locked.
    """
    if told.total.minor <= 0 or told.total.currency != recommended.product.currency:
        raise TotalUnfit
    _must_fit(told)
    sale, before = _found(told, recommended, now)
    known, taken = sale.returned, TakenBack()
    if told.state is OrderState.CONFIRMED:
        taken = _confirm(sale, told, recommended, now)
    elif told.back is not None and sale.state not in OVER:
        taken = _come_back(sale, told, told.back.minor, now)
    elif told.state is not OrderState.ORDERED:
        taken = _end(sale, SaleState(told.state), now)
    elif sale.state == SaleState.ORDERED and sale.returned < told.total.minor:
        sale.amount = told.total.minor
    sale.save()
    part = PART_BACK if sale.returned > known else ""
    return Noted(sale, part if sale.state == before else sale.state, taken)


def _must_fit(told: Told) -> None:
    back = told.back
    if back is not None and not (back.currency == told.total.currency and 0 < back.minor <= told.total.minor):
        raise ReturnUnfit


def let_stand(call: ServiceCall, now: Occasion) -> list[Sale]:
    """Release the commission of the call's sales whose return window is over, and return them. The call is locked."""
    over = list(Sale.objects.filter(call=call, due_at__lte=now.at).select_related("product").order_by("due_at", "id"))
    for sale in over:
        sale.state, sale.due_at, sale.ended_at = SaleState.STANDS, None, now.at
        sale.save(update_fields=["state", "due_at", "ended_at"])
        earned = Claim.objects.filter(sale=sale, state=ClaimState.EARNED)
        earned.update(state=ClaimState.RELEASED, released_at=now.at)
    return over


def _found(told: Told, recommended: Recommended, now: Occasion) -> tuple[Sale, str]:
    product, held = recommended.product, recommended.held
    row = Sale.objects.filter(brand=product.brand_id, order_id=told.order_id).first()
    if row is not None and row.suggestion != recommended.suggestion:
        raise OrderTaken
    if row is not None:
        return row, row.state
    if Sale.objects.filter(suggestion=recommended.suggestion).exclude(state__in=OVER).exists():
        raise OrderedAlready
    row = Sale.objects.create(
        brand=product.brand,
        order_id=told.order_id,
        product=product,
        suggestion=recommended.suggestion,
        call_id=held.call_id,
        assignment=held,
        amount=told.total.minor,
        currency=told.total.currency,
        told_at=now.at,
    )
    return row, ""


def _confirm(sale: Sale, told: Told, recommended: Recommended, now: Occasion) -> TakenBack:
    if sale.state in OVER:
        return TakenBack()
    if sale.state != SaleState.ORDERED or sale.returned:
        if sale.amount != told.total.minor:
            raise SaleDiffers
        if sale.state != SaleState.ORDERED:
            return TakenBack()
    on = countries.day_in(sale.call.country, now.at)
    days = countries.number(sale.call.country_id, "sale_return_days", on)
    sale.amount, sale.state, sale.confirmed_at = told.total.minor, SaleState.CONFIRMED, now.at
    sale.due_at = now.at + timedelta(days=days)
    on = countries.day_in(sale.call.country, recommended.at)
    rate = partners.sales_commissions([sale.product], on).get(sale.product_id)
    if rate is not None:
        points, helper_share = rate.basis_points, rate.helper_share
        _book(sale, upsell.brought(told.total, basis_points=points, helper_share=helper_share), now)
    return _take_back(sale, before=0, now=now) if sale.returned else TakenBack()


def _book(sale: Sale, brought: upsell.Brought, now: Occasion) -> None:
    provider, rate = sale.assignment.provider, queries.own_rate(sale.call, countries.day_in(sale.call.country, now.at))
    tax = rules.input_tax(brought.share, rate, TaxStatus(provider.tax_status))
    sale.commission, sale.share = brought.commission, brought.share
    if not sale.brand.is_own:  # the operator bills itself nothing
        post(_event(BILLED, sale, now), upsell.billed(brought.commission, rate), sale.currency)
    post(_event(SHARED, sale, now), upsell.shared(brought.share, tax), sale.currency)
    if brought.share:
        sale.claim = _claim(sale, brought.share + tax, earned_at=now.at)


def _claim(sale: Sale, amount: int, **facts: object) -> Claim:
    return Claim.objects.create(
        call=sale.call,
        provider=sale.assignment.provider,
        assignment=sale.assignment,
        purpose=ChargePurpose.SALE,
        gross=amount,
        commission=0,
        amount=amount,
        currency=sale.currency,
        **facts,
    )


def _come_back(sale: Sale, told: Told, back: int, now: Occasion) -> TakenBack:
    """Note how much came back in all; less than is known is an old word."""
    if sale.state == SaleState.ORDERED and sale.returned < told.total.minor:
        sale.amount = told.total.minor
    if sale.amount != told.total.minor:
        raise SaleDiffers
    if back == sale.amount:
        return _end(sale, SaleState.RETURNED, now)
    before = sale.returned
    if back <= before:
        return TakenBack()
    sale.returned = back
    return _take_back(sale, before=before, now=now)


def _end(sale: Sale, state: SaleState, now: Occasion) -> TakenBack:
    if sale.state in OVER:
        return TakenBack()
    before = sale.returned
    sale.state, sale.due_at, sale.ended_at = state, None, now.at
    if state == SaleState.RETURNED:
        sale.returned = sale.amount
    return _take_back(sale, before=before, now=now)


def _take_back(sale: Sale, *, before: int, now: Occasion) -> TakenBack:
    """Take back what was booked for all that came back since (U3): the whole where the sale is over."""
    if sale.confirmed_at is None:
        return TakenBack()
    back = sale.amount if sale.state in OVER else sale.returned
    source = sale.pk if back == sale.amount else uuid5(sale.pk, f"returned {back}")
    owed = 0
    for name in (BILLED, SHARED):
        brought = posted(sale.pk, name)
        if brought:
            entries = upsell.taken_back(brought, before=before, back=back, total=sale.amount)
            post(replace(_event(f"{name}_back", sale, now), source=source), entries, sale.currency)
            owed = dict(entries).get(Account.PAYABLE_PROVIDER, 0)
    sale.commission_back = upsell.in_proportion(sale.commission, back=back, total=sale.amount)
    sale.share_back = upsell.in_proportion(sale.share, back=back, total=sale.amount)
    return _deduct(sale, sale.claim, (source, owed), now) if owed and sale.claim else TakenBack()


def _deduct(sale: Sale, claimed: Claim, back: tuple[UUID, int], now: Occasion) -> TakenBack:
    """Let the helper's claim be for the rest; what a pay-out has in hand, or has paid, is deducted from later ones."""
    source, owed = back
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claimed.pk)
    if claim.payout_id is None and claim.state != ClaimState.PAID:
        _claim_the_rest(sale, claim, claim.amount - owed)
        return TakenBack(owed)
    Retention.objects.get_or_create(
        source=source,
        defaults={
            "call": sale.call,
            "provider": claim.provider,
            "claim": claim,
            "taken": owed,
            "amount": 0,
            "currency": claim.currency,
            "made_at": now.at,
            "decided_at": now.at,
        },
    )
    return TakenBack(owed, was_paid=True)


def _claim_the_rest(sale: Sale, claim: Claim, rest: int) -> None:
    """No claim is ever changed: another takes its place, in the state that it had."""
    state, claim.state = claim.state, ClaimState.VOID
    claim.save(update_fields=["state"])
    if rest:
        sale.claim = _claim(sale, rest, earned_at=claim.earned_at, state=state, released_at=claim.released_at)


def _event(name: str, sale: Sale, now: Occasion) -> Event:
    return Event(name, sale.pk, sale.call, sale.assignment.provider, now.at)

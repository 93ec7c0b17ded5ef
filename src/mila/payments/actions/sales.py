"""Orders of recommended products: noted as the shop tells them, booked at the brand's word, taken back on return."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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
from mila.payments.actions.posting import Event, post, reverse
from mila.payments.models import ChargePurpose, Claim, ClaimState, Retention, Sale
from mila.payments.models.sales import OVER, SaleState

BILLED, SHARED = "sale_billed", "sale_shared"


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


def note_order(*, call: ServiceCall, told: Told, recommended: Recommended, now: Occasion) -> tuple[Sale, str]:
    """Write down what the shop tells of an order, and return it with the state that is new; empty where none is.

    Messages may come late, twice and in any order: a sale goes on and never back. Refuses an order id of another
    recommendation, a second order beside one that counts, and another total after the confirmation. The call is
    locked.
    """
    if told.total.minor <= 0 or told.total.currency != recommended.product.currency:
        raise TotalUnfit
    sale, before = _found(told, recommended, now)
    if told.state is OrderState.CONFIRMED:
        _confirm(sale, told, recommended, now)
    elif told.state is not OrderState.ORDERED:
        _end(sale, SaleState(told.state), now)
    elif sale.state == SaleState.ORDERED:
        sale.amount = told.total.minor
    sale.save()
    return sale, "" if sale.state == before else sale.state


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


def _confirm(sale: Sale, told: Told, recommended: Recommended, now: Occasion) -> None:
    if sale.state in OVER:
        return
    if sale.state != SaleState.ORDERED:
        if sale.amount != told.total.minor:
            raise SaleDiffers
        return
    on = countries.day_in(sale.call.country, now.at)
    days = countries.number(sale.call.country_id, "sale_return_days", on)
    sale.amount, sale.state, sale.confirmed_at = told.total.minor, SaleState.CONFIRMED, now.at
    sale.due_at = now.at + timedelta(days=days)
    on = countries.day_in(sale.call.country, recommended.at)
    rate = partners.sales_commissions([sale.product], on).get(sale.product_id)
    if rate is not None:
        points, helper_share = rate.basis_points, rate.helper_share
        _book(sale, upsell.brought(told.total, basis_points=points, helper_share=helper_share), now)


def _book(sale: Sale, brought: upsell.Brought, now: Occasion) -> None:
    provider, rate = sale.assignment.provider, queries.own_rate(sale.call, countries.day_in(sale.call.country, now.at))
    tax = rules.input_tax(brought.share, rate, TaxStatus(provider.tax_status))
    sale.commission, sale.share = brought.commission, brought.share
    if not sale.brand.is_own:  # the operator bills itself nothing
        post(_event(BILLED, sale, now), upsell.billed(brought.commission, rate), sale.currency)
    post(_event(SHARED, sale, now), upsell.shared(brought.share, tax), sale.currency)
    if brought.share:
        sale.claim = Claim.objects.create(
            call=sale.call,
            provider=provider,
            assignment=sale.assignment,
            purpose=ChargePurpose.SALE,
            gross=brought.share + tax,
            commission=0,
            amount=brought.share + tax,
            currency=sale.currency,
            earned_at=now.at,
        )


def _end(sale: Sale, state: SaleState, now: Occasion) -> None:
    if sale.state in OVER:
        return
    if sale.confirmed_at is not None:
        _take_back(sale, now)
    sale.state, sale.due_at, sale.ended_at = state, None, now.at


def _take_back(sale: Sale, now: Occasion) -> None:
    """Reverse what was booked (U3); what a pay-out has in hand, or has paid, is deducted from later ones."""
    for name in (BILLED, SHARED):
        reverse(_event(f"{name}_back", sale, now), of=name)
    claim = Claim.objects.select_for_update(of=("self",)).filter(sale=sale).first()
    if claim is None:
        return
    if claim.payout_id is None and claim.state != ClaimState.PAID:
        claim.state = ClaimState.VOID
        claim.save(update_fields=["state"])
        return
    Retention.objects.get_or_create(
        source=sale.pk,
        defaults={
            "call": sale.call,
            "provider": claim.provider,
            "claim": claim,
            "taken": claim.amount,
            "amount": 0,
            "currency": claim.currency,
            "made_at": now.at,
            "decided_at": now.at,
        },
    )


def _event(name: str, sale: Sale, now: Occasion) -> Event:
    return Event(name, sale.pk, sale.call, sale.assignment.provider, now.at)

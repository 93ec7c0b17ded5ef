"""Recommended products are ordered in their brands' shops. Each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking.models import ServiceCall
from mila.journey import machine
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.partners.adapters.shops import Told
from mila.partners.models import Brand
from mila.payments import actions as payments
from mila.payments.models import Sale, SaleState
from mila.visit import queries as visits
from mila.visit.products import Suggestion


class NoRecommendation(Refusal):
    """No such recommendation, or one of another brand's product."""

    code = "no_recommendation"
    status = 404
    sentence = _("Nobody has recommended a product of this brand under this number.")


def tell_of_order(*, brand: Brand, told: Told, now: Occasion) -> Sale:
    """Take in what a brand's shop says of an order: the commission is booked at its yes, and taken back on return.

    Said again it changes nothing. Refuses a recommendation of another brand's product, as not found; an order id of
    another recommendation, a second order beside one that counts, another total after the confirmation.
    """
    try:
        with transaction.atomic():
            return _note(brand, told, now)
    except IntegrityError as fault:  # the same order id, at the same instant, for another call
        if Sale.objects.filter(brand=brand, order_id=told.order_id).exclude(suggestion=told.recommendation).exists():
            raise payments.OrderTaken from fault
        raise


def let_sales_stand(call: ServiceCall, now: Occasion) -> None:
    """Release the commission of what was kept beyond the return window, as the clock."""
    for sale in payments.let_stand(call, now):
        _write(call, sale, sale.state, now)


def _note(brand: Brand, told: Told, now: Occasion) -> Sale:
    call = machine.lock(_recommendation(told.recommendation, brand).assignment.call_id)
    found = _recommendation(told.recommendation, brand)  # once more: it may have been taken back until now
    recommended = payments.Recommended(found.pk, found.product, found.assignment, found.at)
    noted = payments.note_order(call=call, told=told, recommended=recommended, now=now)
    if noted.news:
        _write(call, noted.sale, noted.news, now)
        _tell_helper(call, noted, now)
    return noted.sale


def _recommendation(suggestion_id: UUID, brand: Brand) -> Suggestion:
    found = visits.suggestion_of_brand(suggestion_id, brand)
    if found is None:
        raise NoRecommendation
    return found


def _write(call: ServiceCall, sale: Sale, news: str, now: Occasion) -> None:
    cost = sale.returned if news == payments.PART_BACK else sale.amount
    facts: dict[str, object] = {"product": sale.product.code, "order": sale.order_id, "cost": cost}
    bookings.note(call, step=f"sale_{news}", now=now, facts=facts)


def _tell_helper(call: ServiceCall, noted: payments.Noted, now: Occasion) -> None:
    """Tell the helper of money alone: that some was earned, or taken back."""
    sale, claim, taken = noted.sale, noted.sale.claim, noted.taken
    if claim is not None and noted.news == SaleState.CONFIRMED and sale.due_at is not None:
        earned = messaging.Earned(sale.pk, Money(claim.amount, claim.currency), sale.due_at)
        messaging.tell_helper_of_sale(call, sale.assignment, sale.product, earned, now)
    elif taken.amount:
        part = Money(sale.returned, sale.currency) if noted.news == payments.PART_BACK else None
        lost = messaging.TakenBack(sale.pk, Money(taken.amount, sale.currency), taken.was_paid, part)
        messaging.tell_helper_of_return(call, sale.assignment, sale.product, lost, now)

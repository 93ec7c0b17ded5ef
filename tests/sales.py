"""Orders of recommended products, as a brand's shop tells them."""

from datetime import datetime, timedelta
from uuid import UUID

from tests.factories import IN_THREE_DAYS, a_brand, a_done_call, a_helper, a_product, a_sales_rate, by, by_helper
from tests.story import bank_runs, signed_off

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.money import Money
from mila.kernel.occasion import Who
from mila.partners.adapters.shops import OrderState, Told
from mila.partners.models import Product
from mila.payments.models import Sale
from mila.visit.products import Suggestion

AFTER = IN_THREE_DAYS + timedelta(hours=1)
DAY = timedelta(days=1)


def a_recommendation(helper: Helper | None = None, *, product: Product | None = None) -> Suggestion:
    """Return a product of a brand that Luca recommended at a visit of Mila's own, which is signed off."""
    helper = helper or a_helper("Luca")
    if product is None:
        brand = a_brand("swisscom", is_own=False)
        a_sales_rate(brand)
        product = a_product(brand=brand)
    call = signed_off(a_done_call(helper), AFTER)
    bank_runs(AFTER)
    return journey.suggest_product(call_id=call.id, product_id=product.id, now=by_helper(helper, AFTER))


def told(
    row: Suggestion, state: str, *, order: str = "4711", minor: int = 4990, currency: str = "CHF", back: int = 0
) -> Told:
    part = Money(back, currency) if back else None
    return Told(row.pk, order, Money(minor, currency), OrderState(state), part)


def the_shop_says(
    row: Suggestion,
    state: str,
    at: datetime = AFTER,
    *,
    order: str = "4711",
    minor: int = 4990,
    back: int = 0,
    actor: UUID | None = None,
) -> Sale:
    """Let the shop of the product's brand say how an order of it stands."""
    now = by(Who.BRAND, at, actor)
    said = told(row, state, order=order, minor=minor, back=back)
    return journey.tell_of_order(brand=row.product.brand, told=said, now=now)


def call_of(row: Suggestion) -> ServiceCall:
    return ServiceCall.objects.get(pk=row.assignment.call_id)

"""What happens in the stand-in: a client orders, the shop confirms or cancels, and takes things back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from mila.partners.adapters.shops import OrderState, Told
from mila.partners.adapters.shops.link import body_of
from mila.partners.adapters.shops.test.models import Order
from mila.partners.models import Product

NEXT = {
    OrderState.ORDERED: (OrderState.CONFIRMED, OrderState.CANCELLED),
    OrderState.CONFIRMED: (OrderState.RETURNED,),
}


def order(  # noqa: PLR0913 - everything there is to say of an order
    *, key: UUID, product: Product, pieces: int, recommendation: UUID | None, back: str, at: datetime
) -> Order:
    """Order so many pieces of the product, once per key of the form."""
    facts = {"product": product, "pieces": pieces, "amount": product.amount, "currency": product.currency}
    where = {"recommendation": recommendation, "back": back, "ordered_at": at}
    return Order.objects.get_or_create(pk=key, defaults=facts | where)[0]


@transaction.atomic
def move(order_id: UUID, *, to: OrderState) -> Order:
    """Let the shop go on with an order; what does not come next changes nothing."""
    row = Order.objects.select_for_update(of=("self",)).select_related("product__brand").get(pk=order_id)
    if to in steps_of(row):
        row.state = to
        row.save(update_fields=["state"])
    return row


@transaction.atomic
def take_one_back(order_id: UUID) -> Order:
    """Let one piece come back; the last one is no part, and the order comes back whole."""
    row = Order.objects.select_for_update(of=("self",)).select_related("product__brand").get(pk=order_id)
    if may_come_back_in_part(row):
        row.pieces_back += 1
        row.save(update_fields=["pieces_back"])
    return row


def may_come_back_in_part(row: Order) -> bool:
    """Tell whether more than one piece is kept."""
    return row.state == OrderState.CONFIRMED and row.pieces - row.pieces_back > 1


def steps_of(row: Order) -> tuple[OrderState, ...]:
    """Return what can come next."""
    return NEXT.get(OrderState(row.state), ())


def message_about(row: Order) -> bytes | None:
    """Return the body of the message in which the shop tells how the order stands; None where nobody recommended."""
    if row.recommendation is None:
        return None
    back = row.returned
    if back is not None:
        return body_of(Told(row.recommendation, row.number, row.total, OrderState.RETURNED, back))
    return body_of(Told(row.recommendation, row.number, row.total, OrderState(row.state)))

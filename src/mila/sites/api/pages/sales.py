"""Orders of recommended products: told by the brand, and read by it."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from mila.journey import actions as journey
from mila.kernel.money import Money
from mila.partners.adapters.shops import OrderState, Told
from mila.payments import sales as sold
from mila.payments.models import Sale, SaleState
from mila.sites.api import shapes
from mila.sites.api.guard import brand_of, by_brand
from mila.sites.api.once import once, said
from mila.sites.api.pages.calls import Cursor, Key, Limit, OrderId
from mila.sites.api.paging import USUAL, Place, cursor_at, paged, place_of, time_and_id, written
from mila.sites.api.problems import NotFound


def tell_sale(request: HttpRequest, told: shapes.SaleTold, idempotency_key: Key) -> HttpResponse:
    """Tell how the order of a recommended product stands.

    With `confirmed` the commission is booked; it is the helper's when the return window is over, and is taken back
    with `cancelled` or `returned`, in proportion where a part came back. An order goes on and never back: a late or
    repeated word changes nothing.
    """
    return _tell(request, told, idempotency_key=idempotency_key)


@once
def _tell(request: HttpRequest, told: shapes.SaleTold, *, idempotency_key: str) -> HttpResponse:
    total = Money(told.total.amount_minor, told.total.currency)
    back = Money(told.returned.amount_minor, told.returned.currency) if told.returned else None
    order = Told(told.recommendation, told.order_id, total, OrderState(told.state), back)
    row = journey.tell_of_order(brand=brand_of(request), told=order, now=by_brand(request))
    return said(_shape(row))


def sales(
    request: HttpRequest,
    state: SaleState | None = None,
    order_id: OrderId = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> HttpResponse:
    """The sales of the brand's products, newest first, at its own calls and at others'."""
    brand = brand_of(request)
    of = f"sales:{brand.id}:{state or ''}:{order_id or ''}"
    rows = sold.sales_of_brand(brand)
    if state is not None:
        rows = rows.filter(state=state)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    found = list(_after(rows, place_of(cursor, of=of))[: limit + 1])
    onward = cursor_at(of, _place(found[limit - 1])) if len(found) > limit else None
    page = shapes.Sales(sales=[_shape(row) for row in found[:limit]], next_cursor=onward)
    asked = {"state": state, "order_id": order_id, "limit": str(limit)}
    return paged(request, page, next_cursor=onward, asked={name: value for name, value in asked.items() if value})


def sale(request: HttpRequest, sale_id: UUID) -> HttpResponse:
    """A sale as it stands now."""
    found = sold.sales_of_brand(brand_of(request)).filter(pk=sale_id).first()
    if found is None:
        raise NotFound
    return said(_shape(found))


def _shape(row: Sale) -> shapes.Sale:
    billed = 0 if row.brand.is_own else row.commission_left
    return shapes.Sale.model_validate(
        {
            "id": row.id,
            "recommendation": row.suggestion,
            "order_id": row.order_id,
            "product": row.product.code,
            "country": row.product.country_id,
            "total": {"amount_minor": row.amount, "currency": row.currency},
            "state": row.state,
            "told_at": row.told_at,
            "confirmed_at": row.confirmed_at,
            "stands_at": row.due_at if row.state == SaleState.CONFIRMED else None,
            "ended_at": row.ended_at,
            "returned": {"amount_minor": row.returned, "currency": row.currency},
            "commission": {"amount_minor": billed, "currency": row.currency},
            "call_id": row.call_id if row.call.brand_id == row.brand_id else None,
        }
    )


def _place(row: Sale) -> Place:
    return [written(row.told_at), str(row.id)]


def _after(rows: QuerySet[Sale], place: Place | None) -> QuerySet[Sale]:
    if place is None:
        return rows
    at, row = time_and_id(place)
    return rows.filter(Q(told_at__lt=at) | Q(told_at=at, id__lt=row))

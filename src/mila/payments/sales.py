"""What came of recommendations: orders, what they brought, and what was taken back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from mila.booking.models import ServiceCall
from mila.crowd.models import Provider
from mila.partners.models import Brand
from mila.payments.models import Retention, Sale, SaleState
from mila.payments.models.sales import OVER


def sales_of(call: ServiceCall) -> list[Sale]:
    """Return the orders of what was recommended at the call, in the order in which they were told of."""
    rows = Sale.objects.filter(call=call).select_related("product__brand", "claim__payout", "assignment__provider")
    return list(rows.order_by("told_at", "id"))


def sales_of_brand(brand: Brand) -> QuerySet[Sale]:
    """Return the brand's own sales, whoever's call it was, newest first."""
    rows = Sale.objects.filter(brand=brand).select_related("product", "brand", "call")
    return rows.order_by("-told_at", "-id")


def sales_in(brand: Brand, *, states: Collection[SaleState], most: int) -> list[Sale]:
    """Return the brand's sales in these states, at most so many, the one told of last first."""
    return list(sales_of_brand(brand).filter(state__in=states)[:most])


def counting_sale(suggestion: UUID) -> Sale | None:
    """Return the order that counts for the recommendation, if there is one."""
    return Sale.objects.filter(suggestion=suggestion).exclude(state__in=OVER).first()


def is_ordered(suggestion: UUID) -> bool:
    """Tell whether a shop has told of an order for the recommendation."""
    return Sale.objects.filter(suggestion=suggestion).exists()


def sums() -> list[dict[str, Any]]:
    """Return by currency and state how many sales there are, and the sums of `total`, `commissions` and `shares`.

    `back` is what came back of the total; what was taken back brought nothing.
    """
    grouped = Sale.objects.values("currency", "state")
    added = grouped.annotate(
        count=Count("id"),
        total=Sum("amount"),
        back=Sum("returned"),
        commissions=Sum(F("commission") - F("commission_back")),
        shares=Sum(F("share") - F("share_back")),
    )
    return [dict(row) for row in added.order_by("currency", "state")]


def deductions_of(provider: Provider) -> QuerySet[Retention]:
    """Return what is taken of the provider's next pay-outs, because what it is for was paid already."""
    rows = Retention.objects.filter(provider=provider, payout=None, decided_at__isnull=False, taken__gt=0)
    return rows.select_related("call").order_by("decided_at", "id")

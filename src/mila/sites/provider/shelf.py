"""What a helper may recommend at a visit: what fits it first, and never more than a page; and what it earns them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.countries import queries as countries
from mila.kernel.texts import LANGUAGES
from mila.partners import queries as partners
from mila.partners.models import Product, SalesCommission
from mila.payments import sales as sold
from mila.payments import upsell
from mila.payments.models import Sale
from mila.visit import queries as visits
from mila.visit.products import Suggestion

MOST_SHOWN = 40


def shelf(call: ServiceCall) -> QuerySet[Product]:
    """Return the products that may be recommended at the call."""
    return partners.products(brand=call.brand, country=call.country_id)


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A product with whether it fits a package of the call, and what its sale earns, before tax, in minor units."""

    product: Product
    fits: bool
    earns: int


@dataclass(frozen=True, slots=True)
class Recommended:
    """What was recommended, what its sale earns, and its newest order, if the shop told of one."""

    row: Suggestion
    earns: int
    sale: Sale | None


def recommended(held: Assignment) -> list[Recommended]:
    """Return what the helper of the assignment has recommended, and what came of it."""
    rows = visits.suggestions(held)
    orders = {sale.suggestion: sale for sale in sold.sales_of(held.call)} if rows else {}
    return [
        Recommended(row, _earns([row.product], held.call, row.at)[row.product_id], orders.get(row.pk)) for row in rows
    ]


def in_order(call: ServiceCall, words: str, *, at: datetime, but: Iterable[UUID]) -> list[OnShelf]:
    """Return a page of products, those first that fit a package of the call, without some of them.

    `words` are looked for in their names, in every language.
    """
    named = Q()
    for language in LANGUAGES:
        named |= Q(**{f"name__{language}__icontains": words})
    rows = (shelf(call).filter(named) if words else shelf(call)).exclude(pk__in=list(but))
    fits = Q(packages__overlap=[package.code for package in booking.packages(call)])
    fitting = list(rows.filter(fits)[:MOST_SHOWN])
    found = [(product, True) for product in fitting]
    found += [(product, False) for product in rows.exclude(fits)[: MOST_SHOWN - len(fitting)]]
    earns = _earns([product for product, _ in found], call, at)
    return [OnShelf(product, is_fit, earns[product.pk]) for product, is_fit in found]


def _earns(products: Collection[Product], call: ServiceCall, at: datetime) -> dict[UUID, int]:
    rates = partners.sales_commissions(products, countries.day_in(call.country, at))
    return {one.pk: _share(one, rates[one.pk]) if one.pk in rates else 0 for one in products}


def _share(product: Product, rate: SalesCommission) -> int:
    return upsell.brought(product.price, basis_points=rate.basis_points, helper_share=rate.helper_share).share

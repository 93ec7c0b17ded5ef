"""What a helper may recommend at a visit, what fits it first."""

from django.db.models import QuerySet

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.partners import queries as partners
from mila.partners.models import Product

MOST_SHOWN = 60


def shelf(call: ServiceCall) -> QuerySet[Product]:
    """Return the products that may be recommended at the call."""
    return partners.products(brand=call.brand, country=call.country_id)


def in_order(call: ServiceCall) -> list[tuple[Product, bool]]:
    """Return the products with whether they fit a package of the call; those that fit come first."""
    booked = {package.code for package in booking.packages(call)}
    rows = [(product, bool(booked.intersection(product.packages))) for product in shelf(call)]
    return sorted(rows, key=lambda row: not row[1])[:MOST_SHOWN]

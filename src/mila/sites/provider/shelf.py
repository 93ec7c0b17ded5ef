"""What a helper may recommend at a visit: what fits it first, and never more than a page."""

from django.db.models import Q, QuerySet

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.texts import LANGUAGES
from mila.partners import queries as partners
from mila.partners.models import Product

MOST_SHOWN = 40


def shelf(call: ServiceCall) -> QuerySet[Product]:
    """Return the products that may be recommended at the call."""
    return partners.products(brand=call.brand, country=call.country_id)


def in_order(call: ServiceCall, words: str) -> list[tuple[Product, bool]]:
    """Return a page of products with whether they fit a package of the call, those first.

    `words` are looked for in their names, in every language.
    """
    named = Q()
    for language in LANGUAGES:
        named |= Q(**{f"name__{language}__icontains": words})
    rows = shelf(call).filter(named) if words else shelf(call)
    fits = Q(packages__overlap=[package.code for package in booking.packages(call)])
    fitting = [(product, True) for product in rows.filter(fits)[:MOST_SHOWN]]
    others = rows.exclude(fits)[: MOST_SHOWN - len(fitting)]
    return fitting + [(product, False) for product in others]

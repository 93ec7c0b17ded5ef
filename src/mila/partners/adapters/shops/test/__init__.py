"""The demonstration's shop: it ships, keeps its own orders, and speaks with the house as any shop does.

Nouns: Order. Invariants: a form sent twice is one order; what came to its end stays there. Absent on purpose: stock,
money, and names of customers.
"""

from urllib.parse import urlencode, urlsplit

from django.conf import settings

from mila.partners.adapters.shops import Way
from mila.partners.adapters.shops.link import WORD, LinkShop


class StandIn(LinkShop):
    """A shop on pages of the house, in the look of the brand; being no other firm, it is told the way back."""

    def address(self, way: Way) -> str:
        query = urlencode({WORD: str(way.recommendation), "back": urlsplit(way.back).path})
        return f"{settings.PUBLIC_URL}{way.front}/shop/products/{way.product_id}/?{query}"


SHOP = StandIn()

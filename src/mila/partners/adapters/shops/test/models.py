"""What the stand-in remembers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.kernel.ids import new_id
from mila.kernel.money import Money
from mila.partners.adapters.shops import OrderState
from mila.partners.models import Product

MOST_PIECES = 3


class Order(models.Model):
    """An order of a product, so many `pieces` of it at the price of the day, in minor units.

    `pieces_back` of them came back. `recommendation` is the word of the address that the client came in by; `back` is
    the page they came from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveSmallIntegerField()
    pieces_back = models.PositiveSmallIntegerField(default=0)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    recommendation = models.UUIDField(null=True)
    back = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, default=OrderState.ORDERED.value)
    ordered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pieces__range=(1, MOST_PIECES)), name="test_shop_sells_few_pieces"),
            models.CheckConstraint(
                condition=Q(pieces_back__lt=models.F("pieces")), name="test_shop_keeps_a_piece_sold"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OrderState]), name="test_shop_knows_its_states"
            ),
        ]

    @property
    def number(self) -> str:
        """The shop's own number of the order."""
        return f"S-{self.id.hex[-8:].upper()}"

    @property
    def total(self) -> Money:
        """What all pieces cost, with value added tax."""
        return Money(self.pieces * self.amount, self.currency)

    @property
    def returned(self) -> Money | None:
        """What of it came back, while the rest is kept; None where nothing did."""
        kept = self.pieces_back and self.state == OrderState.CONFIRMED
        return Money(self.pieces_back * self.amount, self.currency) if kept else None

"""Rows of what helpers recommend to clients: products, by the name that a brand's shop sells them under."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.booking.models import Assignment
from mila.kernel.ids import new_id
from mila.partners.models import Product

MOST_SUGGESTED = 3


class Suggestion(models.Model):
    """A product that the helper of an assignment recommends to the client; at most three, each once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="suggestions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="suggestions")
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "product"], name="a_product_is_suggested_once"),
            models.UniqueConstraint(fields=["assignment", "position"], name="suggestions_have_their_places"),
            models.CheckConstraint(condition=Q(position__range=(1, MOST_SUGGESTED)), name="few_products_are_suggested"),
        ]

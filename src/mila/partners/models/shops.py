"""The shops in which brands sell, and what the sale of a recommended product carries."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.partners.models.brands import Brand
from mila.partners.models.products import Product


class Shop(models.Model):
    """A brand's own shop: the adapter that speaks with it, and the sealed secret with which it signs its messages.

    `former` is the secret before this one, which still fits, so that a shop can change over.
    """

    brand = models.OneToOneField(Brand, on_delete=models.PROTECT, primary_key=True, related_name="shop")
    adapter = models.CharField(max_length=20)
    secret = models.TextField()
    former = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(secret=""), name="a_shop_has_a_secret")]


class SalesCommission(models.Model):
    """What a brand pays for the sale of a recommended product, in basis points of its price; tax comes on top.

    `helper_share` of it, in basis points, is the helper's. A row of a product goes before that of its brand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="sales_commissions")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="sales_commissions")
    basis_points = models.PositiveIntegerField()
    helper_share = models.PositiveIntegerField()
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(basis_points__lte=10_000, helper_share__lte=10_000), name="sales_commission_at_most_all"
            ),
            ExclusionConstraint(
                name="one_sales_commission_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
                condition=Q(product=None),
            ),
            ExclusionConstraint(
                name="one_sales_commission_a_product_a_day",
                expressions=[("product", RangeOperators.EQUAL), ("holds", RangeOperators.OVERLAPS)],
                condition=Q(product__isnull=False),
            ),
        ]

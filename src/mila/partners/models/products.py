"""What brands sell in their shops, and helpers may recommend at a visit."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.kernel.money import Money
from mila.partners.models.brands import Brand

MOST_PACKAGES = 20


class Product(models.Model):
    """A product of a brand in a country: `name` is texts, `amount` in minor units with value added tax.

    `packages` are codes of the packages at whose visits it is suggested first. The brand's shop sells it at
    `shop_url`; Mila does not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=40)
    name = models.JSONField()
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    packages = ArrayField(models.SlugField(max_length=40), default=list)
    shop_url = models.URLField(max_length=300)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "country", "code"], name="product_code_once_a_country"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_product_has_a_price"),
            models.CheckConstraint(condition=Q(packages__len__lte=MOST_PACKAGES), name="a_product_fits_few_packages"),
        ]

    @property
    def price(self) -> Money:
        """The price with value added tax."""
        return Money(self.amount, self.currency)

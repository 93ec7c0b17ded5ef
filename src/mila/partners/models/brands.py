"""Brands, what is to be signed for them, and who answers for them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.countries.models import Country
from mila.kernel.ids import new_id


class Brand(models.Model):
    """A brand in front of the customer; the operator's own site is one of them.

    `weak_limit` in minor units is what a signature on a helper's phone carries at this brand's calls, where that is
    less than the country's; 0 admits none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    host = models.CharField(max_length=120, null=True, unique=True)
    colour = models.CharField(max_length=7)
    ink = models.CharField(max_length=7)
    logo_svg = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    is_own = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    weak_limit = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_own"], condition=Q(is_own=True), name="one_own_brand"),
            models.CheckConstraint(
                condition=Q(colour__regex="^#[0-9a-f]{6}$") & Q(ink__regex="^#[0-9a-f]{6}$"),
                name="brand_colours_are_hex",
            ),
        ]


class ContractText(models.Model):
    """A version of the subcontractor contract that a brand asks its providers to sign."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="contracts")
    version = models.PositiveSmallIntegerField()
    title = models.JSONField()
    body = models.JSONField()
    holds_from = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["brand", "version"], name="contract_version_once")]


class SupportContact(models.Model):
    """How to reach support in a country, and where a brand has its own, for that brand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="support")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="support")
    phone = models.CharField(max_length=20)
    email = models.EmailField()
    hours = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "brand"], nulls_distinct=False, name="one_support_contact")
        ]

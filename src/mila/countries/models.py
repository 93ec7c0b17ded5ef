"""Rows that differ between countries, with the days on which they hold."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models

from mila.kernel.ids import new_id


class Country(models.Model):
    """A country in which the operator works; `code` is ISO 3166-1 alpha-2."""

    code = models.CharField(primary_key=True, max_length=2)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=2))


class DatedValue(models.Model):
    """A value of a country that holds on the days of its period; `source` says where it comes from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="values")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    holds = DateRangeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_value_a_day",
                expressions=[
                    ("country", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            )
        ]


class LegalEntity(models.Model):
    """The operator's company in a country: it issues quotes and documents there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="legal_entities")
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=12)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    tax_number = models.CharField(max_length=40)


class Locality(models.Model):
    """A postcode with one of its places, and where it lies: the gazetteer's row.

    `accuracy_m` is the radius in metres within which a true address of the place is expected.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2)
    postcode = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    region = models.CharField(max_length=10)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.PositiveIntegerField()
    source = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "postcode", "name"], name="one_row_per_locality")
        ]

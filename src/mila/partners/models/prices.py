"""What packages cost, who pays and who sells."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.catalog.models import Package
from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.partners.models.brands import Brand


class ContractModel(models.TextChoices):
    """Who is the customer's contract partner: the helper, the operator or the brand."""

    AGENCY = "agency", _("Agency")
    PRINCIPAL = "principal", _("Principal")
    PARTNER_PRINCIPAL = "partner_principal", _("Partner Principal")


class Payer(models.TextChoices):
    """Who pays: the customer, or the brand by monthly invoice (never under agency)."""

    CUSTOMER = "customer"
    BRAND = "brand"


class Tier(models.TextChoices):
    """The tiers of helpers that a price admits."""

    FRIEND = "friend"
    PRO = "pro"


class CommissionRule(models.Model):
    """A version of the commission that a brand's agency calls carry, in basis points."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="commission_rules")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    basis_points = models.PositiveIntegerField()
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "country", "version"], name="commission_version_once"),
            models.CheckConstraint(condition=Q(basis_points__lte=10_000), name="commission_at_most_all"),
            ExclusionConstraint(
                name="one_commission_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Price(models.Model):
    """What a package costs at a brand in a country, under which contract model, paid by whom.

    `amount` is gross in minor units; `provider_pay` is the fixed pay net of tax under the principal models;
    `tiers` are the tiers of helpers that the brand admits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="prices")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="prices")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    contract_model = models.CharField(max_length=20, choices=ContractModel.choices)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    tiers = ArrayField(models.CharField(max_length=10, choices=Tier.choices))
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    provider_pay = models.PositiveIntegerField(null=True)
    vat_code = models.CharField(max_length=20)
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_price_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("package", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(contract_model="agency", payer="brand"), name="price_agency_is_never_paid_by_brand"
            ),
            models.CheckConstraint(
                condition=Q(contract_model="agency", provider_pay=None)
                | (~Q(contract_model="agency") & Q(provider_pay__isnull=False)),
                name="price_fixed_pay_unless_agency",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, tiers__len__gt=0), name="price_is_a_price"),
        ]


class FallbackPrice(models.Model):
    """What a package costs where its first tiers do not come forward: the customer is asked before it counts.

    Fields as of `Price`; `tiers` are the tiers that are admitted instead.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="fallback_prices")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    contract_model = models.CharField(max_length=20, choices=ContractModel.choices)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    tiers = ArrayField(models.CharField(max_length=10, choices=Tier.choices))
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    provider_pay = models.PositiveIntegerField(null=True)
    vat_code = models.CharField(max_length=20)
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_fallback_price_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("package", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(contract_model="agency", provider_pay=None, payer="customer")
                | (~Q(contract_model="agency") & Q(provider_pay__isnull=False)),
                name="fallback_fixed_pay_unless_agency",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, tiers__len__gt=0), name="fallback_price_is_a_price"),
        ]

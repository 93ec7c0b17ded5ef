"""What a call costs, as agreed: versions are added, never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.booking.models.calls import ServiceCall
from mila.catalog.models import Package
from mila.countries.models import LegalEntity
from mila.kernel.ids import new_id
from mila.kernel.money import Money
from mila.partners.models import CommissionRule, ContractModel, Payer


class LineKind(models.TextChoices):
    """What a line of a quote is for."""

    PACKAGE = "package"
    GUARANTEE_FEE = "guarantee_fee"
    EXTRA_WORK = "extra_work"


class Quote(models.Model):
    """A version of a call's price, frozen: contract model and payer apart, issuer, commission, pay.

    `total` is gross in minor units; `provider_pay` is the fixed pay under the principal models, net of tax;
    `tiers` are the tiers admitted; `seal` is the SHA-256 over this version and the seal of the one before, in the
    `seal_form` of the day on which it was written: what it covers is in `booking.rules`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="quotes")
    version = models.PositiveSmallIntegerField()
    contract_model = models.CharField(max_length=20, choices=ContractModel.choices)
    payer_kind = models.CharField(max_length=10, choices=Payer.choices)
    issuing_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    commission_rule = models.ForeignKey(CommissionRule, on_delete=models.PROTECT, null=True, related_name="+")
    tiers = models.JSONField()
    currency = models.CharField(max_length=3)
    total = models.PositiveIntegerField()
    provider_pay = models.PositiveIntegerField(null=True)
    approved_at = models.DateTimeField()
    seal = models.CharField(max_length=64)
    seal_form = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "version"], name="quote_versions_differ"),
            models.CheckConstraint(
                condition=~Q(contract_model="agency", payer_kind="brand"), name="agency_is_never_paid_by_brand"
            ),
            models.CheckConstraint(
                condition=Q(contract_model="agency", provider_pay=None, commission_rule__isnull=False)
                | (~Q(contract_model="agency") & Q(provider_pay__isnull=False, commission_rule=None)),
                name="commission_or_fixed_pay",
            ),
        ]

    @property
    def total_money(self) -> Money:
        """The gross total as money."""
        return Money(self.total, self.currency)


class QuoteLine(models.Model):
    """A line of a quote: gross amount in minor units, with the code of its value added tax."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=LineKind.choices)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="+")
    description = models.JSONField()
    amount = models.PositiveIntegerField()
    vat_code = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_lines_in_order"),
            models.CheckConstraint(
                condition=~Q(kind="package") | Q(package__isnull=False), name="package_line_names_its_package"
            ),
        ]

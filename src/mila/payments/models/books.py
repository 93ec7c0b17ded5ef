"""The double-entry ledger and the documents: written once, corrected only by further rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.crowd.models import Provider
from mila.kernel.ids import new_id


class Account(models.TextChoices):
    """The chart of accounts."""

    PSP_CLEARING = "psp:clearing"
    RECEIVABLE_CUSTOMER = "receivable:customer"
    RECEIVABLE_PARTNER = "receivable:partner"
    PAYABLE_PROVIDER = "payable:provider"
    VAT_OUTPUT = "vat:output"
    VAT_INPUT = "vat:input"
    REVENUE_COMMISSION = "revenue:commission"
    REVENUE_GUARANTEE_FEE = "revenue:guarantee_fee"
    REVENUE_SERVICE = "revenue:service"
    REVENUE_CANCELLATION = "revenue:cancellation"
    REVENUE_UPSELL_COMMISSION = "revenue:upsell_commission"
    EXPENSE_SUBCONTRACTOR = "expense:subcontractor"
    EXPENSE_BONUS = "expense:bonus"
    EXPENSE_UPSELL_SHARE = "expense:upsell_share"
    EXPENSE_BANK_FEE = "expense:bank_fee"
    EXPENSE_BAD_DEBT = "expense:bad_debt"
    EXPENSE_COMPENSATION = "expense:compensation"
    EXPENSE_GUARANTEE = "expense:guarantee"
    DISPUTE_SUSPENSE = "dispute:suspense"
    EXPENSE_DISPUTE_LOSS = "expense:dispute_loss"
    EXPENSE_DISPUTE_FEE = "expense:dispute_fee"


class Posting(models.Model):
    """One event in the books; `source` and `event` together are unique, so that a replay cannot post twice (LED-04)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.CharField(max_length=30)
    source = models.UUIDField()
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, null=True, related_name="postings")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "event"], name="posted_once"),
            models.CheckConstraint(
                condition=Q(call__isnull=False) | Q(provider__isnull=False), name="every_posting_is_traceable"
            ),
        ]


class Entry(models.Model):
    """A line of a posting in minor units: positive is debit, negative is credit.

    A deferred trigger refuses a posting whose entries do not add up to zero per currency (LED-01).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=30, choices=Account.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_moves_money"),
            models.CheckConstraint(condition=Q(account__in=Account.values), name="account_in_the_chart"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "currency"], name="entries_by_account")]


class DocumentKind(models.TextChoices):
    """The documents the house writes."""

    RECEIPT = "receipt", _("Receipt")
    COMMISSION = "commission", _("Commission")
    CREDIT_NOTE = "credit_note", _("Credit note")


class DocumentSeries(models.Model):
    """The last number given by an issuer for a kind of document in a year; its row lock keeps numbers gap-free."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.UUIDField()
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "kind", "year"], name="one_series_a_year")]


class Document(models.Model):
    """A receipt or commission note, as issued: a copy of what held then, which the database refuses to change.

    `taxes` has one row per rate of value added tax: rate in basis points, net, tax and gross in minor units (LED-15).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.UUIDField()
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="documents")
    supplier = models.JSONField()
    recipient = models.JSONField()
    lines = models.JSONField()
    taxes = models.JSONField()
    total = models.IntegerField()
    currency = models.CharField(max_length=3)
    serviced_on = models.DateField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "kind", "year", "number"], name="document_numbers_differ"),
            models.UniqueConstraint(
                fields=["issuer", "kind", "call"],
                condition=Q(total__gte=0),  # corrections may be several
                name="one_document_a_kind_per_call",
            ),
        ]

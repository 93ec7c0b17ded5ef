"""What is given back to customers, and what is held of a provider's money while somebody disputes it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.crowd.models import Provider
from mila.kernel.ids import new_id
from mila.payments.models.bank import Charge, Claim, Payout


class RefundState(models.TextChoices):
    """Where a refund stands; settled is one that the bank has no part in, because the brand pays by invoice.

    Covered is one that a lost dispute paid: the customer's bank took the money back before it was given.
    """

    ASKED = "asked", _("Asked")
    REFUNDED = "refunded", _("Refunded")
    REFUSED = "refused", _("Refused")
    SETTLED = "settled", _("Settled")
    COVERED = "covered", _("Taken back by the bank")


class Refund(models.Model):
    """An amount to give back of a call's price, in minor units; `source` is the case that decided it, or the dispute
    whose warning it answers, once.

    `covered` is what of it a lost dispute paid already; the bank is asked for the rest.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="refunds")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, related_name="refunds")
    source = models.UUIDField(unique=True)
    amount = models.PositiveIntegerField()
    covered = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=RefundState.choices, default=RefundState.ASKED)
    attempt = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_gives_back"),
            models.CheckConstraint(
                condition=(Q(covered__lt=F("amount")) & ~Q(state="covered"))
                | Q(state="covered", covered=F("amount"), due_at=None),
                name="a_covered_refund_rests",
            ),
            models.CheckConstraint(
                condition=~Q(state="refunded") | Q(refunded_at__isnull=False, due_at=None), name="a_refund_rests"
            ),
            models.CheckConstraint(
                condition=Q(state="settled", charge=None) | (~Q(state="settled") & Q(charge__isnull=False)),
                name="a_refund_has_its_charge",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="refunds_due")]


class Retention(models.Model):
    """What is kept of a provider's money because of a case, a dispute or a returned sale: held, then perhaps taken.

    `amount` is held of `claim` while that is open, zero where it was paid out already; `taken` is what the decision
    takes, empty before.
    `payout` is the transfer that was smaller by `deducted`; where that was too much, `returned_in` made it good.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="retentions")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="retentions")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="retentions")
    source = models.UUIDField(unique=True)
    amount = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    deducted = models.PositiveIntegerField(default=0)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="retentions")
    returned_in = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="returns")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken=None, decided_at=None) | Q(taken__isnull=False, decided_at__isnull=False),
                name="a_decision_says_what_it_takes",
            ),
            models.CheckConstraint(
                condition=Q(deducted=0) | Q(payout__isnull=False), name="a_deduction_has_its_payout"
            ),
            models.CheckConstraint(
                condition=Q(returned_in=None) | Q(deducted__gt=F("taken")), name="only_too_much_is_returned"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider", "currency"], condition=Q(returned_in=None), name="retentions_open")
        ]

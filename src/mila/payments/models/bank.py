"""What is asked of the payment provider ("the bank"); each row's id makes the key of its request."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ChangeRequest, Quote, ServiceCall
from mila.crowd.models import Provider
from mila.kernel.ids import new_id


class MeansState(models.TextChoices):
    """Whether a means of payment is saved."""

    ASKED = "asked", _("Asked")
    SAVED = "saved", _("Saved")
    DECLINED = "declined", _("Declined")


class Means(models.Model):
    """A customer's means of payment for a call, saved at the bank: never a card number, only a reference and a label.

    `session` is the bank's page on which the customer enters it, asked for once per `attempt`; `can_hold` tells
    whether the method can hold.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="means")
    state = models.CharField(max_length=8, choices=MeansState.choices, default=MeansState.ASKED)
    attempt = models.PositiveSmallIntegerField(default=1)
    session = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=60, blank=True)
    can_hold = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="saved") | (~Q(reference="") & Q(saved_at__isnull=False)),
                name="saved_means_have_a_reference",
            )
        ]


class HoldState(models.TextChoices):
    """Where a hold stands; RAISING asks the bank for more, beside what is held."""

    PLANNED = "planned", _("Planned")
    RAISING = "raising", _("Being raised")
    HELD = "held", _("Held")
    FAILED = "failed", _("Failed")
    TAKEN = "taken", _("Taken")
    FREED = "freed", _("Freed")


class Hold(models.Model):
    """An amount held on the customer's means before the visit, in minor units.

    `due_at` is when the bank is asked (or told to free it); `lapses_at` is read from the bank, never computed (PAY-11).
    `change` is the higher price for which a hold takes the place of the one before; `means` is the reference of what it
    is held on, written when the bank is asked: a customer may give other means later.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="holds")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=HoldState.choices, default=HoldState.PLANNED)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    lapses_at = models.DateTimeField(null=True)
    decline_code = models.CharField(max_length=40, blank=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, null=True, related_name="holds")
    means = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(state__in=["planned", "held"]), name="one_open_hold_per_call"
            ),
            models.UniqueConstraint(fields=["call"], condition=Q(state="raising"), name="one_raise_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state="raising") | Q(change__isnull=False), name="a_raise_is_for_a_change"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="holds_due")]


class ChargePurpose(models.TextChoices):
    """What a charge or a claim is for; nobody is charged for a sale, which is the brand's."""

    VISIT = "visit", _("Visit")
    CANCELLATION = "cancellation", _("Cancellation")
    JOURNEY = "journey", _("Journey in vain")
    SALE = "sale", _("Recommended product")


class ChargeState(models.TextChoices):
    """Where a charge stands."""

    ASKED = "asked", _("Asked")
    CAPTURED = "captured", _("Captured")
    DECLINED = "declined", _("Declined")


class Charge(models.Model):
    """An amount to take from the customer, in minor units; asked again under a new `attempt` only after a definite no.

    `session` is the key of the bank's page where it is paid by link; `fee` is what the bank kept of a captured amount.
    `dun_at` is when the payer of a declined cancellation is reminded next, `duns` how often that was done.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="charges")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=ChargePurpose.choices)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=ChargeState.choices, default=ChargeState.ASKED)
    attempt = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    session = models.CharField(max_length=120, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    fee = models.PositiveIntegerField(default=0)
    captured_at = models.DateTimeField(null=True)
    dun_at = models.DateTimeField(null=True)
    duns = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "purpose"], name="charged_once_per_purpose"),
            models.CheckConstraint(condition=~Q(purpose="sale"), name="nobody_is_charged_for_a_sale"),
            models.CheckConstraint(condition=Q(dun_at=None) | Q(state="declined"), name="who_paid_is_not_reminded"),
            models.CheckConstraint(
                condition=~Q(state="captured") | Q(captured_at__isnull=False, due_at=None),
                name="a_captured_charge_rests",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="charges_due"),
            models.Index(fields=["dun_at"], condition=Q(dun_at__isnull=False), name="debts_due"),
        ]


class ClaimState(models.TextChoices):
    """Where a provider's claim stands: earned, released for pay-out, or paid; void where it was taken back before."""

    EARNED = "earned", _("Earned")
    RELEASED = "released", _("Released")
    PAID = "paid", _("Paid")
    VOID = "void", _("Taken back")


class Claim(models.Model):
    """What a provider is owed for a call, net of commission, in minor units; gross and commission beside it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="claims")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="claims")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="claims")
    purpose = models.CharField(max_length=12, choices=ChargePurpose.choices)
    gross = models.PositiveIntegerField()
    commission = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=ClaimState.choices, default=ClaimState.EARNED)
    earned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    payout = models.ForeignKey("Payout", on_delete=models.PROTECT, null=True, related_name="claims")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "purpose"],
                condition=~Q(purpose__in=["journey", "sale"]),
                name="one_claim_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(purpose="journey"), name="one_claim_per_journey"
            ),
            models.CheckConstraint(
                condition=~Q(purpose__in=["journey", "sale"]) | Q(assignment__isnull=False),
                name="a_journey_was_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(gross=models.F("commission") + models.F("amount")), name="claim_adds_up"
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(payout__isnull=False), name="a_paid_claim_has_its_payout"
            ),
            models.CheckConstraint(condition=~Q(state="void") | Q(payout=None), name="a_void_claim_is_not_paid"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["provider", "currency"],
                condition=Q(state="released", payout=None),
                name="claims_to_pay_out",
            )
        ]


class PayoutState(models.TextChoices):
    """Where a pay-out stands."""

    ASKED = "asked", _("Asked")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")


class Payout(models.Model):
    """One transfer to one provider on one day, in minor units."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="payouts")
    run_on = models.DateField()
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=PayoutState.choices, default=PayoutState.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    paid_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "run_on", "currency"], name="one_payout_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payout_pays"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="payouts_due")]


class BankEvent(models.Model):
    """A message from the bank, kept once by its id; a second delivery changes nothing."""

    id = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField()

"""Disputes: a customer's bank takes a payment back, and the house answers with what it knows, or lets it go."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account as Person
from mila.booking.models import ServiceCall
from mila.kernel.ids import new_id
from mila.payments.models.bank import Charge


class DisputeState(models.TextChoices):
    """Where a dispute stands at the bank; unclear is a word of the bank that the house does not know."""

    UNCLEAR = "unclear", _("Unclear")
    WARNED = "warned", _("Early warning")
    OPEN = "open", _("Money taken back")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    PASSED = "passed", _("Over without a loss")


UNDER_WAY = (DisputeState.UNCLEAR, DisputeState.WARNED, DisputeState.OPEN)
ENDED = (DisputeState.WON, DisputeState.LOST, DisputeState.PASSED)


class Reply(models.TextChoices):
    """What the house answers to a dispute."""

    HANDED_IN = "handed_in", _("Evidence handed in")
    ACCEPTED = "accepted", _("Accepted")


class Dispute(models.Model):
    """A charge that the customer's bank disputes, in minor units; `reference` is the bank's own, `said` its own word.

    While it is open the money stands in suspense. `answer_by` is the bank's last day, `alarm_at` when the desk is
    alarmed; `due_at` when the bank is told the reply. `bearer` is who carries the helper's share should it be lost, and
    `grounds` why, which the helper reads. Of a lost one, `covered` paid what the house owed the customer already and
    `reversed` took the sale back; the rest was given twice and is the house's loss. `share`, with the tax that the
    helper charged on it, is the helper's part of what was reversed. `pack` is what was handed in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="disputes")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="disputes")
    reference = models.CharField(max_length=80, unique=True)
    amount = models.PositiveIntegerField()
    fee = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=DisputeState.choices)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    pack = models.JSONField(null=True)
    pack_seal = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    decline_code = models.CharField(max_length=40, blank=True)
    bearer = models.CharField(max_length=8, blank=True)
    grounds = models.CharField(max_length=2000, blank=True)
    covered = models.PositiveIntegerField(default=0)
    reversed = models.PositiveIntegerField(default=0)
    share = models.PositiveIntegerField(default=0)
    share_tax = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_dispute_is_about_money"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="a_dispute_that_is_over_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None, due_at=None) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="a_reply_has_its_time",
            ),
            models.CheckConstraint(condition=Q(alarm_at=None) | Q(reply=""), name="who_replied_is_not_alarmed"),
            models.CheckConstraint(condition=Q(bearer="") | ~Q(grounds=""), name="who_bears_a_dispute_has_grounds"),
            models.CheckConstraint(
                condition=Q(bearer__in=["", "helper", "operator"]), name="a_dispute_is_borne_by_helper_or_house"
            ),
            models.CheckConstraint(
                condition=Q(covered=0, reversed=0) | Q(state="lost", amount__gte=F("covered") + F("reversed")),
                name="only_a_lost_dispute_costs",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="disputes_to_alarm"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="disputes_due"),
            models.Index(
                fields=["call"], condition=Q(state__in=["unclear", "warned", "open"]), name="disputes_of_open_calls"
            ),
        ]


class DisputePhoto(models.Model):
    """A photo as it was handed in with the evidence, and what it shows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="photos")
    shows = models.CharField(max_length=200)
    jpeg = models.BinaryField()

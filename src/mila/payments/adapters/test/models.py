"""What the stand-in remembers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.kernel.ids import new_key


class PageKind(models.TextChoices):
    """What a page is for."""

    SETUP = "setup"
    PAYMENT = "payment"


class Page(models.Model):
    """A page on which a customer saves means or pays; `card` is the one chosen last, `amount` in minor units."""

    id = models.CharField(primary_key=True, max_length=40, default=new_key)
    kind = models.CharField(max_length=8, choices=PageKind.choices)
    call_id = models.UUIDField()
    row_id = models.UUIDField()
    attempt = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    return_url = models.CharField(max_length=500)
    card = models.CharField(max_length=5, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class TakenState(models.TextChoices):
    """Where a hold or a charge stands."""

    HELD = "held"
    CAPTURED = "captured"
    FREED = "freed"


class Taken(models.Model):
    """An amount held on or taken from a card, in minor units; `key` is that of the request that made it."""

    id = models.CharField(primary_key=True, max_length=40, default=new_key)
    key = models.CharField(max_length=120, unique=True)
    card = models.CharField(max_length=5)
    state = models.CharField(max_length=8, choices=TakenState.choices)
    held = models.PositiveIntegerField(default=0)
    captured = models.PositiveIntegerField(default=0)
    fee = models.PositiveIntegerField(default=0)
    refunded = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    lapses_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(held=0) | Q(captured__lte=models.F("held")), name="test_bank_takes_what_it_holds"
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=models.F("captured")), name="test_bank_refunds_what_it_took"
            ),
        ]


class Word(models.TextChoices):
    """The stand-in's words for where a dispute stands, like those of real banks; it says others as well."""

    WARNING = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


class Disputed(models.Model):
    """A payment that its cardholder disputes, in minor units; `withdrawn` is what is gone from the balance for it."""

    id = models.CharField(primary_key=True, max_length=40, default=new_key)
    taken = models.ForeignKey(Taken, on_delete=models.PROTECT, related_name="disputes")
    amount = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField(default=0)
    fee = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=40)
    word = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    text = models.TextField(blank=True)
    photos = models.PositiveSmallIntegerField(default=0)


class Moved(models.Model):
    """A transfer to a provider's account, in minor units."""

    id = models.CharField(primary_key=True, max_length=40, default=new_key)
    account = models.CharField(max_length=80)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    moved_at = models.DateTimeField()


class Event(models.Model):
    """A message of the bank; it leaves at `due_at`."""

    id = models.CharField(primary_key=True, max_length=40, default=new_key)
    kind = models.CharField(max_length=40)
    facts = models.JSONField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()


class Reply(models.Model):
    """What was asked and answered under a key; `times` counts how often."""

    key = models.CharField(primary_key=True, max_length=120)
    asked = models.JSONField()
    answer = models.JSONField(null=True)
    times = models.PositiveIntegerField(default=0)

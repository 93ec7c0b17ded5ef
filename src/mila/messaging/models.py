"""The outbox."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.accounts.models import Account
from mila.booking.models import Assignment, ServiceCall
from mila.kernel.ids import new_id


class Channel(models.TextChoices):
    """The ways a message can take."""

    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"


class MessageState(models.TextChoices):
    """Whether a message waits, left, was given up, or was not worth telling any more."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"


class PushSubscription(models.Model):
    """A device that a person wants to be rung on: its address at a push service, and the keys to write to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    @property
    def label(self) -> str:
        """What people read where the device is meant."""
        return f"{self.account.email} ({self.id.hex[-4:]})"


class Message(models.Model):
    """A message to one person, rendered in the person's language; `key` names its occasion and is unique.

    `due_at` is when it is tried next; while a worker has it in hand, `due_at` lies ahead by the lease. After `use_by`
    it is not sent any more. `unanswered` counts the claims in a row from which no worker came back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, null=True, related_name="messages")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="messages")
    device = models.ForeignKey(PushSubscription, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    recipient = models.CharField(max_length=254)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=7, choices=MessageState.choices, default=MessageState.QUEUED)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    use_by = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    unanswered = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="queued", due_at__isnull=False) | (~Q(state="queued") & Q(due_at=None)),
                name="queued_messages_are_due",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="messages_due"),
            models.Index(fields=["-made_at", "-id"], name="messages_newest_first"),
            models.Index(fields=["-made_at", "-id"], condition=Q(state="dead"), name="dead_letters"),
            models.Index(fields=["recipient", "made_at", "id"], condition=Q(state="queued"), name="messages_in_turn"),
        ]


class PutBack(models.Model):
    """That somebody at the desk put a dead letter back into the outbox: who, when, and what it had died of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="put_back")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    fault = models.CharField(max_length=200)


class NumberMask(models.Model):
    """A number through which helper and client of an assignment reach one another; empty until it is given.

    `due_at` is when the exchange is asked next; `ended_at` is when it stopped to connect them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="mask")
    number = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(number="", due_at=None), name="an_ended_mask_connects_nobody"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="masks_due")]

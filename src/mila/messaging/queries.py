"""Looking into the outbox."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from mila.accounts.models import Account
from mila.booking.models import Assignment
from mila.messaging.adapters.numbers import exchange
from mila.messaging.models import Message, MessageState, NumberMask, PushSubscription


def mailbox(*, limit: int, before: datetime | None = None) -> QuerySet[Message]:
    """Return the newest messages, at most `limit`; `before` turns the page to older ones."""
    messages = Message.objects.all() if before is None else Message.objects.filter(made_at__lt=before)
    return messages.order_by("-made_at", "-id")[:limit]


def messages_of_call(call_id: UUID) -> QuerySet[Message]:
    """Return what was said about a call, oldest first."""
    return Message.objects.filter(call_id=call_id).order_by("made_at", "id")


def devices_of(account: Account) -> QuerySet[PushSubscription]:
    """Return the devices that the person is rung on, the latest first."""
    return account.devices.order_by("-made_at", "-id")


def dead_letters() -> QuerySet[Message]:
    """Return the messages that were given up, newest first, for the desk."""
    return Message.objects.filter(state=MessageState.DEAD).order_by("-made_at", "-id")


def number_to_call(held: Assignment, own: str) -> str:
    """Return the number by which the other side of a visit is called: `own`, or the one that hides it.

    Empty while a number that hides it has not been given, or is over.
    """
    if exchange() is None or not own:
        return own
    row = NumberMask.objects.filter(assignment=held, ended_at=None).first()
    return row.number if row else ""

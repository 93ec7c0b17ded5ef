"""Brings the outbox out: the earliest message that is due and whose turn it is for its person."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from mila.messaging.adapters import carrier
from mila.messaging.models import Channel, Message, MessageState, PushSubscription
from mila.messaging.ports import Carrier, CarrierAway, CarrierRefused, Letter, RecipientGone
from mila.messaging.rules import LEASE, PUSH_LASTS, TRIES, next_try

# Nothing that opens a door stays in our rows once it is in the person's hands.
SECRET = frozenset({"send_sign_in_link", "send_code"})


def send_next(*, at: datetime) -> bool:
    """Send the next message that is due, and tell whether there was one; any number of workers may do this at once.

    The message is claimed for 60 s and counted as a try before its carrier is asked, and no lock is held meanwhile.
    Its id goes along, so that a carrier who is asked again after a crash can know it.
    """
    message = _claim(at)
    if message is None:
        return False
    if message.tries > TRIES:
        _bury(message, "given up: no worker came back from it")
        return True
    if message.channel == Channel.PUSH and at - message.made_at > PUSH_LASTS:
        _bury(message, "too late to ring")
        return True
    _hand_over(message, carrier(Channel(message.channel), at=at), at=at)
    return True


def _hand_over(message: Message, by: Carrier, *, at: datetime) -> None:
    try:
        by.carry(_letter(message))
    except CarrierAway as away:
        _put_off(message, str(away), at=at)
    except RecipientGone as gone:
        _bury(message, str(gone))
        PushSubscription.objects.filter(pk__in=[message.device_id]).delete()
    except CarrierRefused as refused:
        _bury(message, str(refused))
    else:
        _note_sent(message, by, at=at)


@transaction.atomic
def _claim(at: datetime) -> Message | None:
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    earlier = waiting.filter(channel=OuterRef("channel"), recipient=OuterRef("recipient")).filter(
        Q(made_at__lt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), id__lt=OuterRef("id"))
    )
    in_turn = waiting.filter(~Exists(earlier), due_at__lte=at).order_by("due_at", "made_at", "id")
    message = in_turn.select_for_update(of=("self",), skip_locked=True).first()
    if message is None:
        return None
    message.tries += 1
    message.due_at = at + LEASE
    message.save(update_fields=["tries", "due_at"])
    return message


def _letter(message: Message) -> Letter:
    return Letter(
        id=message.id,
        recipient=message.recipient,
        language=message.language,
        subject=message.subject,
        text=message.text,
        html=message.html,
        device=message.device_id,
        sender=_sender(message),
    )


def _sender(message: Message) -> str:
    """Return the name a message comes under: to a customer the brand's, to everybody else the operator's own."""
    return message.call.brand.name if message.call and message.account_id is None else ""


def _put_off(message: Message, fault: str, *, at: datetime) -> None:
    due_at = next_try(tries=message.tries, at=at)
    if due_at is None:
        _bury(message, fault)
    else:
        _settle(message, due_at=due_at, fault=fault[:200])


def _bury(message: Message, fault: str) -> None:
    _settle(message, state=MessageState.DEAD, due_at=None, fault=fault[:200])


def _note_sent(message: Message, by: Carrier, *, at: datetime) -> None:
    spent = {"text": "", "html": ""} if message.template in SECRET and not by.shows_letters else {}
    _settle(message, state=MessageState.SENT, due_at=None, sent_at=at, fault="", **spent)


def _settle(message: Message, **outcome: object) -> None:
    # A worker whose lease ran out has no say: the count of tries went on without it.
    mine = Message.objects.filter(id=message.id, state=MessageState.QUEUED, tries=message.tries)
    mine.update(**outcome)

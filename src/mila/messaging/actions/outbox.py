"""Brings the outbox out: the earliest message that is due and whose turn it is for its person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging.adapters import carrier
from mila.messaging.lasting import lasting, what_is_over
from mila.messaging.models import Channel, Message, MessageState, PushSubscription, PutBack
from mila.messaging.ports import Carrier, CarrierAway, CarrierRefused, Letter, NotYet, RecipientGone
from mila.messaging.rules import LEASE, TRIES, asked_again, next_try
from mila.worded import worded

# Nothing that opens a door stays in our rows once it is in the person's hands.
SECRET = frozenset({"send_sign_in_link", "send_code"})


class NotDead(Refusal):
    """Only a message that was given up can be put back."""

    code = "not_dead"
    sentence = _("This message is not one that was given up.")


class TooLate(Refusal):
    """What the message says is over."""

    code = "too_late"
    sentence = _("What this message says is over, so that it is not sent any more.")


@dataclass(frozen=True, slots=True)
class Errand:
    """What came of a message: by which line it was to go, and whether nobody was there to take it.

    A line is a channel, or for push the host of the device's service: the services fail one by one.
    """

    line: str
    is_away: bool = False


def send_next(*, at: datetime, by: Channel | None = None, resting: Iterable[str] = ()) -> Errand | None:
    """Send the next message that is due, and tell what came of it; None where there was none.

    Any number of workers may do this at once. `by` looks at one channel alone, `resting` leaves out lines of push. The
    message is claimed for 60 s and counted as a try before its carrier is asked, and no lock is held meanwhile. Its id
    goes along, so that a carrier who is asked again after a crash can know it.
    """
    message = _claim(at, by, resting)
    if message is None:
        return None
    if message.unanswered > TRIES:
        _bury(message, "given up: no worker came back from it")
        return Errand(_line(message))
    if over := _what_is_over(message, at):
        _settle(message, state=MessageState.EXPIRED, due_at=None, fault=over)
        return Errand(_line(message))
    return _hand_over(message, carrier(Channel(message.channel), at=at), at=at)


@transaction.atomic
def put_back(*, message_id: UUID, by: Account, now: Occasion) -> Message:
    """Put a dead letter back into the outbox, to be tried anew, and note who did so.

    Refuses with NotDead what was not given up, and with TooLate what is not worth telling any more.
    """
    message = Message.objects.select_for_update(of=("self",)).select_related("call").get(pk=message_id)
    if message.state != MessageState.DEAD:
        raise NotDead
    kind = lasting(message.template)
    use_by = now.at + kind.span if kind.may_be_renewed else message.use_by
    if what_is_over(template=message.template, use_by=use_by, stage=_stage(message), at=now.at):
        raise TooLate
    PutBack.objects.create(message=message, by=by, at=now.at, fault=message.fault)
    message.state, message.due_at, message.use_by = MessageState.QUEUED, now.at, use_by
    message.tries, message.unanswered, message.fault = 0, 0, ""
    message.save(update_fields=["state", "due_at", "use_by", "tries", "unanswered", "fault"])
    return message


def _hand_over(message: Message, by: Carrier, *, at: datetime) -> Errand:
    line = _line(message)
    try:
        by.carry(_letter(message))
    except CarrierAway as away:
        _settle(message, due_at=_no_later(message, asked_again(tries=message.tries, at=at)), fault=str(away)[:200])
        return Errand(line, is_away=True)
    except NotYet as later:
        _put_off(message, str(later), at=at)
    except RecipientGone as gone:
        _bury(message, str(gone))
        PushSubscription.objects.filter(pk__in=[message.device_id]).delete()
    except CarrierRefused as refused:
        _bury(message, str(refused))
    else:
        _note_sent(message, by, at=at)
    return Errand(line)


@transaction.atomic
def _claim(at: datetime, by: Channel | None, resting: Iterable[str]) -> Message | None:
    hosts = list(resting)
    found = _next_of(at, by.value) if by and not hosts else _in_turn(at, by, hosts)
    message = next(iter(found), None)
    if message is None:
        return None
    message.tries += 1
    message.unanswered += 1
    message.due_at = at + LEASE
    message.save(update_fields=["tries", "unanswered", "due_at"])
    return message


@worded
def _next_of(at: datetime, by: str) -> QuerySet[Message]:
    return _in_turn(at, by, ())


def _in_turn(at: datetime, by: str | None, resting: Iterable[str]) -> QuerySet[Message]:
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    earlier = waiting.filter(channel=OuterRef("channel"), recipient=OuterRef("recipient")).filter(
        Q(made_at__lt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), id__lt=OuterRef("id"))
    )
    in_turn = waiting.filter(~Exists(earlier), due_at__lte=at).order_by("due_at", "made_at", "id")
    if by is not None:
        in_turn = in_turn.filter(channel=by)
    for host in resting:
        in_turn = in_turn.exclude(device__endpoint__startswith=f"https://{host}/")
    return in_turn.select_for_update(of=("self",), skip_locked=True)[:1]


def _line(message: Message) -> str:
    device = message.device
    return urlsplit(device.endpoint).netloc if device else message.channel


def _stage(message: Message) -> str:
    return message.call.stage if message.call else ""


def _what_is_over(message: Message, at: datetime) -> str:
    return what_is_over(template=message.template, use_by=message.use_by, stage=_stage(message), at=at)


def _no_later(message: Message, at: datetime) -> datetime:
    """Return the time of the next try, at most just after the use-by, when the message is found to be over."""
    return at if message.use_by is None else min(at, message.use_by + timedelta(seconds=1))


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
        _settle(message, due_at=_no_later(message, due_at), fault=fault[:200])


def _bury(message: Message, fault: str) -> None:
    _settle(message, state=MessageState.DEAD, due_at=None, fault=fault[:200])


def _note_sent(message: Message, by: Carrier, *, at: datetime) -> None:
    spent = {"text": "", "html": ""} if message.template in SECRET and not by.shows_letters else {}
    _settle(message, state=MessageState.SENT, due_at=None, sent_at=at, fault="", **spent)


def _settle(message: Message, **outcome: object) -> None:
    # A worker whose lease ran out has no say: the count of tries went on without it.
    mine = Message.objects.filter(id=message.id, state=MessageState.QUEUED, tries=message.tries)
    mine.update(unanswered=0, **outcome)

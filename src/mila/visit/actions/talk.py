"""What helper and client write to one another, from acceptance to some days after the visit."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, AssignmentState, Stage
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.visit.models import TalkLine
from mila.visit.phrases import OF_CLIENT, OF_HELPER
from mila.visit.rules import looks_like_password

LONGEST = 1000
LINES_AN_HOUR = 30
STAYS_OPEN = timedelta(days=3)
QUIET_FOR = timedelta(minutes=30)
TALKING = frozenset(
    {
        Stage.ACCEPTED,
        Stage.CONTACTED,
        Stage.CONFIRMED,
        Stage.PAUSED,
        Stage.ON_THE_WAY,
        Stage.ARRIVED,
        Stage.WORKING,
        Stage.DONE,
        Stage.SIGNED_OFF,
        Stage.UNPAID,
        Stage.CHARGED,
        Stage.CLOSED,
    }
)


class TalkClosed(Refusal):
    """Helper and client cannot write to one another (any more)."""

    code = "talk_closed"
    sentence = _(
        "You can write to one another from the acceptance until three days after the visit. Please call support."
    )


class LineMissing(Refusal):
    """A message without a word."""

    code = "line_missing"
    status = 422
    sentence = _("Please write something, or choose a phrase.")
    field = "text"


class PasswordSaid(Refusal):
    """A message seems to hold a password, which nobody may keep."""

    code = "password_said"
    status = 422
    sentence = _("This looks like a password. Messages are kept: please say it at the visit, or type it yourself.")
    field = "text"


class TooManyLines(Refusal):
    """Too many messages within an hour."""

    code = "too_many_lines"
    status = 429
    sentence = _("That is a lot of messages. Please call instead, or wait a while.")


def is_open(held: Assignment, now: Occasion) -> bool:
    """Tell whether the two can write: while the visit is promised, and for three days after it was kept."""
    if held.call.stage not in TALKING or held.state == AssignmentState.RELEASED:
        return False
    return held.ended_at is None or now.at < held.ended_at + STAYS_OPEN


def say(*, held: Assignment, phrase: str, text: str, language: str, now: Occasion) -> TalkLine:
    """Write a line of the helper or of the client, a known phrase or free text; it is not told to the other yet.

    Refuses when the talk is closed, an empty or unknown line, and more than thirty an hour.
    """
    if not is_open(held, now):
        raise TalkClosed
    known = OF_HELPER if now.by is Who.PROVIDER else OF_CLIENT
    words = text.strip()[:LONGEST]
    if phrase not in known and not words:
        raise LineMissing
    if phrase not in known and looks_like_password(words):
        raise PasswordSaid
    if _own(held, now).filter(at__gt=now.at - timedelta(hours=1)).count() >= LINES_AN_HOUR:
        raise TooManyLines
    said = {"phrase": phrase} if phrase in known else {"text": words}
    return TalkLine.objects.create(assignment=held, call=held.call, by=now.by, language=language[:2], at=now.at, **said)


def is_to_be_told(line: TalkLine, now: Occasion) -> bool:
    """Tell whether the other has to be told of the line, and note that: once in a while, as long as it is unread."""
    unread = _own(line.assignment, now).filter(read_at=None, told_at__gt=now.at - QUIET_FOR)
    if unread.exists():
        return False
    line.told_at = now.at
    line.save(update_fields=["told_at"])
    return True


def read_all(held: Assignment, now: Occasion) -> None:
    """Note that whoever acts has read what the other wrote."""
    TalkLine.objects.filter(assignment=held, read_at=None).exclude(by=now.by).update(read_at=now.at)


def _own(held: Assignment, now: Occasion) -> QuerySet[TalkLine]:
    return TalkLine.objects.filter(assignment=held, by=now.by)

"""Helper and client write to one another. Each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import transaction

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Assignment
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.visit import actions as visit
from mila.visit.models import TalkLine


def write_to_client(*, call_id: UUID, phrase: str, text: str, language: str, now: Occasion) -> TalkLine:
    """Write to the client, as the helper: a phrase or free text. Refuses strangers, and when the talk is closed."""
    with transaction.atomic():
        held = _of_helper(call_id, now)
        line = visit.say(held=held, phrase=phrase, text=text, language=language, now=now)
        if visit.is_to_be_told(line, now):
            messaging.tell_customer_of_line(held.call, line.id, now)
        return line


def write_to_helper(*, call_id: UUID, phrase: str, text: str, language: str, now: Occasion) -> TalkLine:
    """Write to the helper, as the client. Refuses when nobody comes, and when the talk is closed."""
    with transaction.atomic():
        held = _of_client(call_id)
        line = visit.say(held=held, phrase=phrase, text=text, language=language, now=now)
        if visit.is_to_be_told(line, now):
            messaging.tell_helper_of_line(held, line.id, now)
        return line


def read_as_helper(*, call_id: UUID, now: Occasion) -> None:
    """Note that the helper has read what the client wrote."""
    with transaction.atomic():
        visit.read_all(_of_helper(call_id, now), now)


def read_as_client(*, call_id: UUID, now: Occasion) -> None:
    """Note that the client has read what the helper wrote."""
    with transaction.atomic():
        visit.read_all(_of_client(call_id), now)


def look_into_talk(*, call_id: UUID, reason: str, now: Occasion) -> None:
    """Note that somebody at the desk reads what helper and client wrote, and why: the diary keeps it."""
    with transaction.atomic():
        bookings.note(machine.lock(call_id), step="talk_read", now=now, facts={"reason": reason[:200]})


def _of_helper(call_id: UUID, now: Occasion) -> Assignment:
    held = booking.last_assignment(machine.lock(call_id))
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    return held


def _of_client(call_id: UUID) -> Assignment:
    held = booking.last_assignment(machine.lock(call_id))
    if held is None:
        raise visit.TalkClosed
    return held

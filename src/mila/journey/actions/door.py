"""At the client's door: being recognised, waiting, and leaving without having done the work. Each verb is one
transaction under the call's row lock.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.models import Introduction
from mila.visit.rules import CONSEQUENCES, Bearer, Cause

AT_THE_DOOR = (Stage.ON_THE_WAY, Stage.ARRIVED)
LEAVING = {
    Bearer.CUSTOMER: "leave_at_cost",
    Bearer.BRAND: "leave_by_brands_fault",
    Bearer.HOUSE: "leave_blameless",
    Bearer.NOBODY: "leave_unable",
}


class ReasonMissing(Refusal):
    """A check-out without the work says nothing of why."""

    code = "reason_missing"
    status = 422
    sentence = _("Please write in a few words what the matter is.")
    field = "words"


def check_client(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Type the four digits that the client reads out: the helper is at the right door. Refuses a wrong code.

    After five wrong ones photo and badge count, and the desk reads of it in the diary.
    """
    with transaction.atomic():
        call, row = _introduction(call_id, now, AT_THE_DOOR)
        right = visit.client_code_matches(row=row, code=code, now=now)
        _note_codes(call, now, right=right, tries=row.client_tries)
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.DoorCodeWrong
    return call


def check_helper(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Type the four digits that the helper reads out: this is the person who was sent. Refuses a wrong code."""
    with transaction.atomic():
        call = machine.lock(call_id)
        row = _row(call, booking.active_assignment(call), AT_THE_DOOR)
        right = visit.helper_code_matches(row=row, code=code, now=now)
        _note_codes(call, now, right=right, tries=row.helper_tries)
    if not right:
        raise visit.DoorCodeWrong
    return call


def show_badge(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Show photo and badge instead of a code: the client has no phone at hand, or five codes were wrong."""
    with transaction.atomic():
        call, row = _introduction(call_id, now, (Stage.ARRIVED,))
        if row.badge_shown_at is None:
            visit.show_badge(row=row, now=now)
            bookings.note(call, step="badge_shown", now=now)
        return call


def nobody_opens(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Say that the client does not open: the client is told, and ten minutes of waiting begin."""
    with transaction.atomic():
        call, held = _held(call_id, now, (Stage.ARRIVED,))
        if visits.waits_since(held) is None:
            absence = visit.note_absence(assignment=held, now=now)
            bookings.note(call, step="nobody_opens", now=now)
            messaging.knock(call, now, until=absence.since + visit.WAIT)
        return call


def somebody_opened(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Say that the client opened after all."""
    with transaction.atomic():
        call, held = _held(call_id, now, (Stage.ARRIVED,))
        if visits.waits_since(held) is not None:
            visit.end_absence(assignment=held, now=now)
            bookings.note(call, step="somebody_opened", now=now)
        return call


def check_out(*, call_id: UUID, cause: Cause, words: str, now: Occasion) -> ServiceCall:
    """Leave without having done the work; the cause decides who pays whom and what happens next (product: Arrive).

    Refuses an absent client who was not waited for and called, and any other cause without words.
    """
    if cause is not Cause.CLIENT_ABSENT and not words.strip():
        raise ReasonMissing
    with transaction.atomic():
        call, held = _held(call_id, now, (Stage.ARRIVED, Stage.WORKING))
        visit.write_check_out(assignment=held, cause=cause, words=words, now=now)
        return machine.take(LEAVING[CONSEQUENCES[cause].bearer], call=call, now=now, facts={"cause": cause.value})


def _introduction(call_id: UUID, now: Occasion, stages: tuple[Stage, ...]) -> tuple[ServiceCall, Introduction]:
    call, held = _held(call_id, now, stages)
    return call, _row(call, held, stages)


def _row(call: ServiceCall, held: Assignment | None, stages: tuple[Stage, ...]) -> Introduction:
    row = visits.introduction(held) if held else None
    if row is None or call.stage not in stages:
        raise machine.WrongStage
    return row


def _held(call_id: UUID, now: Occasion, stages: tuple[Stage, ...]) -> tuple[ServiceCall, Assignment]:
    call = machine.lock(call_id)
    held = booking.active_assignment(call)
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    if call.stage not in stages:
        raise machine.WrongStage
    return call, held


def _note_codes(call: ServiceCall, now: Occasion, *, right: bool, tries: int) -> None:
    if right:
        bookings.note(call, step="door_code_right", now=now)
    elif tries >= visit.DOOR_TRIES:
        bookings.note(call, step="door_codes_spent", now=now)

"""At the door: the two codes, the client who does not open, and leaving without having done the work."""

import hmac
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.kernel.ids import new_code
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.visit.models import Absence, CheckOut, ContactAttempt, Introduction
from mila.visit.rules import Cause

DOOR_TRIES = 5
WAIT = timedelta(minutes=10)  # product: client absent: wait 10 min, call


class DoorCodeWrong(Refusal):
    """The code of the other side does not match."""

    code = "door_code_wrong"
    status = 422
    sentence = _("This is not the code. Please ask for it again and type its four digits.")
    field = "code"


class DoorCodeSpent(Refusal):
    """Five wrong codes were typed: the badge counts now."""

    code = "door_code_spent"
    status = 429
    sentence = _("Five wrong codes: please show the badge instead. Our team has been told.")
    field = "code"


class WaitFirst(Refusal):
    """The ten minutes of waiting for the client are not over."""

    code = "wait_first"
    sentence = _("Please wait ten minutes for the client before you leave.")


class CallFirst(Refusal):
    """Nobody called the client since the door stayed closed."""

    code = "call_first"
    sentence = _("Please call the client once more, and note what came of it, before you leave.")


def prepare_introduction(call: ServiceCall, now: Occasion) -> None:
    """Hand out the codes of the door to who is coming and who waits."""
    assignment = booking.active_assignment(call)
    if assignment is not None:
        hand_out_codes(assignment)


def hand_out_codes(assignment: Assignment) -> Introduction:
    """Write the two different codes by which helper and client recognise one another; once per assignment."""
    client = new_code(4)
    helper = next(code for code in iter(lambda: new_code(4), None) if code != client)
    row, _made = Introduction.objects.get_or_create(
        assignment=assignment, defaults={"client_code": client, "helper_code": helper}
    )
    return row


def client_code_matches(*, row: Introduction, code: str, now: Occasion) -> bool:
    """Tell whether the helper typed the client's code. Refuses a sixth try.

    The try must be committed even though it was wrong: the caller refuses after its transaction.
    """
    if row.client_checked_at is not None:
        return True
    if row.client_tries >= DOOR_TRIES:
        raise DoorCodeSpent
    row.client_tries += 1
    right = hmac.compare_digest(row.client_code, _digits(code))
    row.client_checked_at = now.at if right else None
    row.save(update_fields=["client_tries", "client_checked_at"])
    return right


def helper_code_matches(*, row: Introduction, code: str, now: Occasion) -> bool:
    """Tell whether the client typed the helper's code. Refuses a sixth try; wrong tries are to be committed."""
    if row.helper_checked_at is not None:
        return True
    if row.helper_tries >= DOOR_TRIES:
        raise DoorCodeSpent
    row.helper_tries += 1
    right = hmac.compare_digest(row.helper_code, _digits(code))
    row.helper_checked_at = now.at if right else None
    row.save(update_fields=["helper_tries", "helper_checked_at"])
    return right


def show_badge(*, row: Introduction, now: Occasion) -> None:
    """Write that photo and badge were shown instead of a code; showing them again changes nothing."""
    row.badge_shown_at = row.badge_shown_at or now.at
    row.save(update_fields=["badge_shown_at"])


def note_absence(*, assignment: Assignment, now: Occasion) -> Absence:
    """Write that nobody opens; saying it again keeps the first time, unless somebody had opened meanwhile."""
    row, made = Absence.objects.get_or_create(assignment=assignment, defaults={"since": now.at})
    if not made and row.ended_at is not None:
        row.since, row.ended_at = now.at, None
        row.save(update_fields=["since", "ended_at"])
    return row


def end_absence(*, assignment: Assignment, now: Occasion) -> None:
    """Write that somebody opened after all."""
    Absence.objects.filter(assignment=assignment, ended_at=None).update(ended_at=now.at)


def write_check_out(*, assignment: Assignment, cause: Cause, words: str, now: Occasion) -> CheckOut:
    """Write why the work was not done. An absent client must have been waited for and called (product: Arrive)."""
    if cause is Cause.CLIENT_ABSENT:
        _waited_and_called(assignment, now)
    return CheckOut.objects.create(assignment=assignment, cause=cause, words=words.strip()[:500], at=now.at)


def _waited_and_called(assignment: Assignment, now: Occasion) -> None:
    absence = Absence.objects.filter(assignment=assignment, ended_at=None).first()
    if absence is None or now.at < absence.since + WAIT:
        raise WaitFirst
    attempts = ContactAttempt.objects.filter(call=assignment.call_id, helper=assignment.helper_id)
    if not attempts.filter(at__gte=absence.since).exists():
        raise CallFirst


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isascii() and sign.isdigit())[:8]

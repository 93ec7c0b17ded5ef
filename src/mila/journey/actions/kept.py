"""What a helper keeps of a visit beside its steps: photos, notes, and where he is. Each verb is one transaction under
the call's row lock.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.pictures import Picture
from mila.kernel.place import Point, Transport, distance_km, minutes_left
from mila.kernel.refusal import Refusal
from mila.visit import actions as visit
from mila.visit.models import Photo, VisitNote

ON_SITE = (Stage.ARRIVED, Stage.WORKING)
NOTABLE = (*ON_SITE, Stage.DONE)
SEEN_AT = (Stage.ON_THE_WAY, *ON_SITE)
NOT_WORTH_SAYING = timedelta(minutes=2)


class PositionNotWanted(Refusal):
    """A position was sent at a stage where nobody may know it."""

    code = "position_not_wanted"
    sentence = _("Where you are is nobody’s business now: it is used on the way and on site only.")


def add_photo(*, call_id: UUID, code: str, picture: Picture, now: Occasion) -> Photo:
    """Keep a photo for a step of the checklist; customer and desk see it. Refuses before arrival and when done."""
    with transaction.atomic():
        call, held = _held(call_id, now, ON_SITE)
        return visit.keep_photo(call=call, helper=held.helper, code=code, picture=picture, now=now)


def write_note(*, call_id: UUID, words: str, now: Occasion) -> VisitNote:
    """Write down what both sides should know later. Refuses what looks like a password."""
    visit.refuse_passwords(words)
    return write_note_after_all(call_id=call_id, words=words, now=now)


def write_note_after_all(*, call_id: UUID, words: str, now: Occasion) -> VisitNote:
    """Write the note although it looks like a password: the helper has said that it is none."""
    with transaction.atomic():
        call, held = _held(call_id, now, NOTABLE)
        return visit.write_note(call=call, helper=held.helper, words=words, now=now)


def report_position(*, call_id: UUID, place: Point, now: Occasion) -> ServiceCall:
    """Take in where the helper is; on the way, the client sees anew when to expect him (product: Position).

    Refuses every stage but on the way and on site, and leaves no row then; more often than every 30 seconds, too.
    """
    with transaction.atomic():
        call, held = _held(call_id, now, tuple(Stage))
        if call.stage not in SEEN_AT:
            raise PositionNotWanted
        if visit.note_position(assignment=held, place=place, now=now) and call.stage == Stage.ON_THE_WAY:
            _expect_anew(call, held, place, now)
        return call


def _expect_anew(call: ServiceCall, held: Assignment, place: Point, now: Occasion) -> None:
    km = distance_km(place, call.address.point)
    left = minutes_left(km, Transport(held.helper.transport), accuracy_m=call.address.accuracy_m)
    expected = now.at + timedelta(minutes=left)
    if call.expected_at is None or abs(expected - call.expected_at) >= NOT_WORTH_SAYING:
        call.expected_at = expected
        call.save(update_fields=["expected_at"])


def _held(call_id: UUID, now: Occasion, stages: Collection[Stage]) -> tuple[ServiceCall, Assignment]:
    call = machine.lock(call_id)
    held = booking.active_assignment(call)
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    if call.stage not in stages:
        raise machine.WrongStage
    return call, held

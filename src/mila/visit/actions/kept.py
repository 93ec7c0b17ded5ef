"""What is kept of a visit beside its steps: photos, notes, and for thirty days where the helper was."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.crowd.models import Helper
from mila.kernel.occasion import Occasion
from mila.kernel.pictures import Picture
from mila.kernel.place import Point
from mila.kernel.refusal import Refusal
from mila.visit.actions.evidence import StepUnknown
from mila.visit.models import Photo, Position, VisitNote
from mila.visit.queries import checklist
from mila.visit.rules import looks_like_password

MOST_PHOTOS = 30  # of a call
MOST_NOTES = 30
POSITION_EVERY = timedelta(seconds=30)
POSITIONS_KEPT = timedelta(days=30)


class TooMuch(Refusal):
    """A visit has as many photos or notes as it can have."""

    code = "too_much"
    sentence = _("There are as many photos or notes as a visit can have.")


class NoteEmpty(Refusal):
    """A note says nothing."""

    code = "note_empty"
    status = 422
    sentence = _("Please write in a few words what should be known.")
    field = "words"


class LooksLikePassword(Refusal):
    """A note seems to hold a password, which nobody may keep."""

    code = "looks_like_password"
    status = 422
    sentence = _("This looks like a password. Nobody keeps passwords here: please take it out, or say that it is none.")
    field = "words"


def keep_photo(*, call: ServiceCall, helper: Helper, code: str, picture: Picture, now: Occasion) -> Photo:
    """Keep a photo for a step of the checklist. Refuses a step that is not on the list, and a thirty-first photo."""
    if code not in {step.code for step in checklist(call)}:
        raise StepUnknown
    if call.photos.count() >= MOST_PHOTOS:
        raise TooMuch
    shown = {"jpeg": picture.jpeg, "width": picture.width, "height": picture.height}
    return Photo.objects.create(call=call, helper=helper, code=code, at=now.at, **shown)


def refuse_passwords(words: str) -> None:
    """Refuse what looks like a password."""
    if looks_like_password(words):
        raise LooksLikePassword


def write_note(*, call: ServiceCall, helper: Helper, words: str, now: Occasion) -> VisitNote:
    """Write down what both sides should know later. Refuses a note without a word, and a thirty-first note."""
    said = words.strip()[:1000]
    if not said:
        raise NoteEmpty
    if call.visit_notes.count() >= MOST_NOTES:
        raise TooMuch
    return VisitNote.objects.create(call=call, helper=helper, words=said, at=now.at)


def note_position(*, assignment: Assignment, place: Point, now: Occasion) -> bool:
    """Write where the helper is, and tell whether it was written: not within 30 seconds of the last time."""
    last = assignment.positions.order_by("-at").values_list("at", flat=True).first()
    if last is not None and now.at - last < POSITION_EVERY:
        return False
    Position.objects.create(assignment=assignment, latitude=place.latitude, longitude=place.longitude, at=now.at)
    return True


def forget_positions(*, at: datetime) -> int:
    """Erase positions that are thirty days old, and return how many there were."""
    return Position.objects.filter(at__lte=at - POSITIONS_KEPT).delete()[0]

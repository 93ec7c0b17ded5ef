"""Guarantee cases: opened by the customer, answered by the helper, decided by the desk. The call is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mila.booking.models import DiaryEntry, ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.kernel.pictures import Picture
from mila.kernel.refusal import Refusal
from mila.quality.models import Bearer, CasePhoto, CaseState, GuaranteeCase, Outcome

CLAIMED_WITHIN = timedelta(days=14)  # product: Happiness Guarantee
TO_BE_HEARD = timedelta(days=2)
TO_DECIDE = timedelta(days=5)
MOST_PHOTOS = 5
WORDS_AT_MOST = 2000
ENDS_OF_WORK = ("finish", "finish_by_desk")
OPEN_FROM = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


class NoCase(Refusal):
    """The guarantee's time is over, the visit has not taken place, or somebody looks into it already."""

    code = "no_case"
    sentence = _("A case can be opened within 14 days after the visit, one at a time.")


class WordsMissing(Refusal):
    """A statement or a decision without a word."""

    code = "words_missing"
    status = 422
    sentence = _("Please say in a few words what it is about.")
    field = "words"


class TooManyPhotos(Refusal):
    """More photos than are kept."""

    code = "too_many_photos"
    status = 422
    sentence = _("Please choose at most five photos.")
    field = "photos"


class AnsweredAlready(Refusal):
    """The helper has answered, or the case is decided."""

    code = "answered_already"
    sentence = _("You have answered already, or the case is decided.")


class DecidedAlready(Refusal):
    """Somebody else has decided."""

    code = "decided_already"
    sentence = _("Somebody else has decided this case. Please look at what they wrote.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk decides: `amount` in minor units for a part, zero else; `reason` is read by both sides."""

    outcome: Outcome
    amount: int
    bearer: Bearer
    reason: str


def visited_at(call: ServiceCall) -> datetime | None:
    """Return when the visit was done, None where it was not."""
    done = DiaryEntry.objects.filter(call=call, step__in=ENDS_OF_WORK).order_by("-number").first()
    return done.at if done else None


def end_of_work(taken: Sequence[tuple[str, datetime]]) -> datetime | None:
    """Return when the visit was done by the steps that the call has taken, in order; None where it was not."""
    return next((at for step, at in reversed(taken) if step in ENDS_OF_WORK), None)


def open_until(call: ServiceCall, at: datetime) -> datetime | None:
    """Return until when a case can be opened, None where it cannot (any more, or because one is open)."""
    return open_after(call, visited_at(call), at)


def open_after(call: ServiceCall, done: datetime | None, at: datetime) -> datetime | None:
    """Return what `open_until` does, where it is known already when the visit was done."""
    if call.stage not in OPEN_FROM or done is None or at > done + CLAIMED_WITHIN:
        return None
    return None if GuaranteeCase.objects.filter(call=call, state=CaseState.OPEN).exists() else done + CLAIMED_WITHIN


def open_case(
    *, call: ServiceCall, words: str, disputed: int, photos: Sequence[Picture], now: Occasion
) -> GuaranteeCase:
    """Open a case with the customer's words and photos; `disputed` is the part of the price it is about."""
    if open_until(call, now.at) is None:
        raise NoCase
    row = GuaranteeCase.objects.create(
        call=call,
        words=_said(words),
        disputed=disputed,
        opened_at=now.at,
        hear_by=now.at + TO_BE_HEARD,
        decide_by=now.at + TO_DECIDE,
        due_at=now.at + TO_BE_HEARD,
    )
    _keep(row, photos, now)
    return row


def answer(*, row: GuaranteeCase, words: str, photos: Sequence[Picture], now: Occasion) -> GuaranteeCase:
    """Write the helper's side, once; also after the deadline, while nothing is decided."""
    if row.state != CaseState.OPEN or row.answered_at is not None:
        raise AnsweredAlready
    row.answer, row.answered_at, row.due_at = _said(words), now.at, None
    row.save(update_fields=["answer", "answered_at", "due_at"])
    _keep(row, photos, now)
    return row


def note_silence(*, row: GuaranteeCase, now: Occasion) -> bool:
    """Note that the helper has not answered in time; tell whether it was time to."""
    if row.due_at is None or row.due_at > now.at:
        return False
    row.silent_at, row.due_at = now.at, None
    row.save(update_fields=["silent_at", "due_at"])
    return True


def take(*, row: GuaranteeCase, owner: UUID) -> None:
    """Let somebody at the desk look after the case; the last who says so does."""
    row.owner_id = owner
    row.save(update_fields=["owner"])


def decide(*, row: GuaranteeCase, decision: Decision, redo: ServiceCall | None, now: Occasion) -> GuaranteeCase:
    """Write the desk's decision, which is final. Refuses a second one, and one without a reason."""
    if row.state != CaseState.OPEN:
        raise DecidedAlready
    row.state, row.outcome, row.bearer = CaseState.DECIDED, decision.outcome, decision.bearer
    row.refunded, row.reason, row.redo = decision.amount, _said(decision.reason, field="reason"), redo
    row.decided_at, row.decided_by_id, row.due_at = now.at, now.actor, None
    row.save()
    return row


def _said(words: str, field: str = "words") -> str:
    said = words.strip()[:WORDS_AT_MOST]
    if not said:
        raise WordsMissing(field=field)
    return said


def _keep(row: GuaranteeCase, photos: Sequence[Picture], now: Occasion) -> None:
    if len(photos) > MOST_PHOTOS:
        raise TooManyPhotos
    CasePhoto.objects.bulk_create(
        CasePhoto(case=row, by=now.by, jpeg=one.jpeg, width=one.width, height=one.height, at=now.at) for one in photos
    )

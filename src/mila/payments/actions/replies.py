"""What the house replies to a dispute: written by the desk, told to the bank by a worker. The call is locked."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.payments.actions.disputes import alarm_of
from mila.payments.actions.lease import put_back, take_next
from mila.payments.adapters import BankAway, BankFault, Declined, DisputeAnswer, Noted, get_bank
from mila.payments.adapters.requests import ConcedeRequest, ContestRequest
from mila.payments.models import UNDER_WAY, ChargePurpose, Dispute, DisputePhoto, DisputeState, Reply
from mila.payments.refunding import Carrier

WORDS_AT_MOST = 2000


class RepliedAlready(Refusal):
    """Somebody else has replied, or the dispute is over."""

    code = "replied_already"
    sentence = _("Somebody else has replied to this dispute, or it is over. Please look at it again.")


class TooLateToReply(Refusal):
    """The bank's last day is over."""

    code = "too_late_to_reply"
    sentence = _("The bank takes no evidence any more: its last day is over. The verdict is its own.")


class OnlyEvidence(Refusal):
    """No money has moved yet that could be let go, and none of a visit's price could be given back."""

    code = "only_evidence"
    sentence = _("This can only be answered with evidence: the bank has taken no money back that could be let go.")


class GroundsMissing(Refusal):
    """A decision without a word."""

    code = "grounds_missing"
    status = 422
    sentence = _("Please say in a few words what it is about.")
    field = "grounds"


class BorneAlready(Refusal):
    """Who carries the helper's share is decided."""

    code = "borne_already"
    sentence = _("Who carries the helper’s share is decided already.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who carries the helper's share should the dispute be lost, and why; the helper reads it."""

    bearer: Carrier
    grounds: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is handed in: the house's words, `pack` with its sections of lines, and photos with what they show."""

    words: str
    pack: Sequence[Mapping[str, object]]
    photos: Sequence[tuple[str, bytes]]


def hand_in(*, row: Dispute, evidence: Evidence, now: Occasion) -> None:
    """Write the evidence down as it is handed in, once, and sealed; the bank is told by a worker.

    Refuses a second reply, and evidence after the bank's last day.
    """
    _must_be_open(row)
    if row.answer_by is not None and now.at > row.answer_by:
        raise TooLateToReply
    row.words = evidence.words.strip()[:WORDS_AT_MOST]
    row.pack = list(evidence.pack)
    row.pack_seal = hashlib.sha256(json.dumps(row.pack, sort_keys=True).encode()).hexdigest()
    _reply(row, Reply.HANDED_IN, now)
    row.photos.all().delete()  # of a reply that the bank did not take
    DisputePhoto.objects.bulk_create(
        DisputePhoto(dispute=row, shows=shows, jpeg=jpeg) for shows, jpeg in evidence.photos
    )


def accept(*, row: Dispute, now: Occasion) -> None:
    """Let the customer have it: the bank is told by a worker, and its verdict follows.

    Refuses a second reply, and where no money was taken, all but a warning about the price of a visit.
    """
    _must_be_open(row)
    if row.state == DisputeState.UNCLEAR or (
        row.state == DisputeState.WARNED and row.charge.purpose != ChargePurpose.VISIT
    ):
        raise OnlyEvidence
    _reply(row, Reply.ACCEPTED, now)


def rest(row: Dispute) -> None:
    """Say nothing to the bank: the money is given back instead."""
    Dispute.objects.filter(pk=row.pk).update(due_at=None)


def _must_be_open(row: Dispute) -> None:
    if row.state not in UNDER_WAY or row.reply:
        raise RepliedAlready


def _reply(row: Dispute, kind: Reply, now: Occasion) -> None:
    row.reply, row.replied_at, row.replied_by_id = kind, now.at, now.actor
    row.alarm_at, row.due_at, row.tries, row.decline_code = None, now.at, 0, ""
    row.save()


def say_who_bears(*, row: Dispute, verdict: Verdict) -> None:
    """Write down who carries the helper's share, once, with the grounds."""
    if row.bearer:
        raise BorneAlready
    if not verdict.grounds.strip():
        raise GroundsMissing
    row.bearer, row.grounds = verdict.bearer, verdict.grounds.strip()[:WORDS_AT_MOST]
    row.save(update_fields=["bearer", "grounds"])


def alarm(*, row: Dispute, now: Occasion) -> bool:
    """Note that the time to reply runs out; tell whether it was time to."""
    if row.alarm_at is None or row.alarm_at > now.at:
        return False
    row.alarmed_at, row.alarm_at = now.at, None
    row.save(update_fields=["alarmed_at", "alarm_at"])
    return True


def tell_bank_reply(*, at: datetime) -> DisputeAnswer | None:
    """Tell the bank the next reply that is due; return its answer, None where nothing is due. Raises BankAway."""
    due = Dispute.objects.exclude(reply="")
    while (row := take_next(due, at=at)) is not None:
        try:
            return DisputeAnswer(row.call_id, row.id, row.attempt, _tell(row, at))
        except BankFault as fault:
            put_back(Dispute.objects.all(), row, fault, at=at)
            if isinstance(fault, BankAway):
                raise
    return None


def _tell(row: Dispute, at: datetime) -> Noted | Declined:
    key = f"dispute:{row.id}:{row.attempt}"
    if row.reply == Reply.ACCEPTED:
        return get_bank().concede(ConcedeRequest(key, row.reference, at))
    photos = [bytes(photo.jpeg) for photo in row.photos.order_by("id")]
    return get_bank().contest(ContestRequest(key, row.reference, text_of(row), photos, at))


def text_of(row: Dispute) -> str:
    """Return the evidence as the bank reads it: what the house says, then what it knows, each line with its time."""
    parts = [row.words] if row.words else []
    for section in row.pack or ():
        lines = [f"- {line['what']}" + (f" [{line['at']}]" if line["at"] else "") for line in section["lines"]]
        parts.append("\n".join([section["title"], *lines]))
    return "\n\n".join([*parts, f"SHA-256 {row.pack_seal}"])


def note_reply(*, answer: DisputeAnswer, now: Occasion) -> Dispute | None:
    """Write what came of a reply, once: it was heard, or the bank does not take it and the desk looks at it again.

    Returns None where nothing follows: it was written before, or the verdict has fallen meanwhile.
    """
    row = Dispute.objects.select_for_update().get(pk=answer.dispute_id)
    if row.attempt != answer.attempt or row.heard_at is not None or not row.reply:
        return None
    row.due_at = None
    if isinstance(answer.result, Noted):
        row.heard_at = now.at
    elif row.state in UNDER_WAY:
        row.decline_code, row.reply, row.replied_at = answer.result.code, "", None
        row.alarm_at = None if row.alarmed_at else alarm_of(row)
        row.attempt += 1
    row.save()
    return row if row.state in UNDER_WAY else None

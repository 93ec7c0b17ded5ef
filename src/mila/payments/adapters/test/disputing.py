"""Disputes as the stand-in plays them: somebody's bank takes a payment back, the house replies, and a verdict falls."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum

from mila.payments.adapters import Declined, Noted
from mila.payments.adapters.requests import ConcedeRequest, ContestRequest
from mila.payments.adapters.test import cards, wire
from mila.payments.adapters.test.models import Disputed, Event, Taken, Word

OVER = frozenset({Word.WON, Word.LOST, Word.PREVENTED, Word.WARNING_CLOSED})
TAKES_MONEY = frozenset({Word.NEEDS_RESPONSE, Word.LOST})
GIVES_IT_BACK = frozenset({Word.WON, Word.PREVENTED, Word.WARNING_CLOSED})
REPLY_WITHIN = timedelta(days=9)
REASONS = ("fraudulent", "product_not_received", "product_unacceptable", "duplicate", "general")


@transaction.atomic
def open_dispute(*, taken_id: str, amount: int, reason: str, word: str, at: datetime) -> Disputed:
    """Let the cardholder dispute so much of what was taken, whether or not it was refunded; `word` is how it begins."""
    taken = Taken.objects.select_for_update().get(pk=taken_id)
    row = Disputed.objects.create(
        taken=taken,
        amount=max(1, min(amount, taken.captured)),
        reason=reason,
        word=word,
        opened_at=at,
        answer_by=at + REPLY_WITHIN,
    )
    return _say(row, word, at)


@transaction.atomic
def turn(*, dispute_id: str, word: str, at: datetime) -> Disputed:
    """Say another word about a dispute that is not over; a word that the bank itself does not know moves no money."""
    row = Disputed.objects.select_for_update().get(pk=dispute_id)
    return row if row.word in OVER else _say(row, word, at)


def contest(request: ContestRequest) -> Noted | Declined:
    """Take the house's evidence; after the last day, or once it is over, it is too late."""
    row = Disputed.objects.select_for_update().get(pk=request.dispute)
    if row.word in OVER or request.at > row.answer_by:
        return Declined("too_late")
    row.text, row.photos = request.text, len(request.photos)
    row.save(update_fields=["text", "photos"])
    _say(row, Word.WARNING_UNDER_REVIEW if row.word == Word.WARNING else Word.UNDER_REVIEW, request.at)
    return Noted(row.id)


def concede(request: ConcedeRequest) -> Noted | Declined:
    """End the dispute as the cardholder wants it."""
    row = Disputed.objects.select_for_update().get(pk=request.dispute)
    if row.word in OVER:
        return Declined("too_late")
    _say(row, Word.LOST, request.at)
    return Noted(row.id)


def gone(currency: str) -> int:
    """Return what disputes have taken out of the operator's balance, with the bank's fees, in minor units."""
    sums = Disputed.objects.filter(taken__currency=currency).aggregate(all=Sum(F("withdrawn") + F("fee")))
    return sums["all"] or 0


def withdrawn_of(taken: Taken) -> int:
    """Return what disputes have taken back of a payment."""
    return taken.disputes.aggregate(all=Sum("withdrawn"))["all"] or 0


def messages_about(row: Disputed, *, at: datetime) -> Sequence[bytes]:
    """Return the bodies of the messages about the dispute that leave at this moment."""
    return [wire.body_of(event) for event in Event.objects.filter(facts__dispute=row.id, made_at=at).order_by("id")]


def _say(row: Disputed, word: str, at: datetime) -> Disputed:
    row.word = word
    if word in TAKES_MONEY and not row.withdrawn:
        row.withdrawn, row.fee = row.amount, cards.DISPUTE_FEES[row.taken.currency]
    if word in GIVES_IT_BACK:
        row.withdrawn = 0
    row.save(update_fields=["word", "withdrawn", "fee"])
    Event.objects.create(kind=wire.DISPUTE, facts=wire.dispute_to(row), made_at=at, due_at=at)
    return row

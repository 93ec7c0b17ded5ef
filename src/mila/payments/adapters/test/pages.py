"""What a customer does on the stand-in's pages, and the messages that follow from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from mila.kernel.money import Money
from mila.payments.adapters import Captured, Declined, Saved
from mila.payments.adapters.test import bank, cards, wire
from mila.payments.adapters.test.cards import Card
from mila.payments.adapters.test.models import Event, Page, PageKind


class Next(StrEnum):
    """Where the customer goes from here."""

    SECURE = "secure"
    DECLINED = "declined"
    BACK = "back"


@transaction.atomic
def choose(page_id: str, *, digits: str, at: datetime) -> Next:
    """Try the card chosen; a card that asks for 3-D Secure leads to the next page first."""
    page = _open(page_id)
    if page.done_at is not None:
        return Next.BACK
    card = cards.CARDS[digits]
    page.card = card.digits
    page.save(update_fields=["card"])
    return Next.SECURE if card.asks_3ds else _finish(page, card, _declined(page, card), at)


@transaction.atomic
def confirm(page_id: str, *, approved: bool, at: datetime) -> Next:
    """Take the customer's yes or no in the 3-D Secure step."""
    page = _open(page_id)
    if page.done_at is not None or not page.card:
        return Next.BACK
    card = cards.CARDS[page.card]
    return _finish(page, card, None if approved else Declined("authentication_refused"), at)


def messages_to_send(page: Page, *, at: datetime) -> Sequence[bytes]:
    """Return the bodies of the messages about the page that leave at once: some cards send late, or twice."""
    card = cards.CARDS[page.card]
    ready = Event.objects.filter(facts__row_id=str(page.row_id), made_at=at, due_at__lte=at).order_by("id")
    return [wire.body_of(event) for event in ready for _ in range(card.messages)]


def _open(page_id: str) -> Page:
    return Page.objects.select_for_update().get(pk=page_id)


def _declined(page: Page, card: Card) -> Declined | None:
    return Declined(card.code) if page.kind in card.declines else None


def _finish(page: Page, card: Card, declined: Declined | None, at: datetime) -> Next:
    result = declined or _succeed(page, card, at)
    due_at = at + timedelta(seconds=card.message_delay_s)
    facts = {
        "call_id": str(page.call_id),
        "row_id": str(page.row_id),
        "attempt": page.attempt,
        "result": wire.result_to(result),
    }
    Event.objects.create(kind=page.kind, facts=facts, made_at=at, due_at=due_at)
    return Next.DECLINED if declined else Next.BACK


def _succeed(page: Page, card: Card, at: datetime) -> Saved | Captured:
    page.done_at = at
    page.save(update_fields=["done_at"])
    if page.kind == PageKind.SETUP:
        return Saved(cards.means_of(card), card.label, card.can_hold)
    amount = Money(page.amount or 0, page.currency)
    return bank.take(key=f"page:{page.id}", card=card, amount=amount, at=at)

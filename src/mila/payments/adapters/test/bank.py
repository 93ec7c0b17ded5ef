"""The stand-in as the house sees it: the port, on rows of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from mila.kernel.ids import new_key
from mila.kernel.money import Money
from mila.payments.adapters import (
    BankAway,
    BankFault,
    Capability,
    Captured,
    Declined,
    Held,
    Noted,
    Notice,
    Refunded,
    Result,
    Session,
    Transferred,
)
from mila.payments.adapters.requests import (
    CaptureRequest,
    ChargeRequest,
    ConcedeRequest,
    ContestRequest,
    FreeRequest,
    HoldRequest,
    PaymentRequest,
    RaiseRequest,
    RefundRequest,
    SetupRequest,
    TransferRequest,
)
from mila.payments.adapters.test import cards, disputing, wire
from mila.payments.adapters.test.cards import Card
from mila.payments.adapters.test.models import Event, Moved, Page, PageKind, Reply, Taken, TakenState

RECENT = 50  # messages that the poller is shown

R = TypeVar("R", bound=Result)


class KeyReused(Exception):
    """A key came back with another request: always a mistake of the program."""


class LostOnTheWay(BankFault):
    """The bank acted, and its answer did not arrive."""


class StandIn:
    """A bank that plays by test card."""

    capabilities = frozenset(Capability)

    def open_setup(self, request: SetupRequest) -> Session:
        _must_be_there()
        page, _ = Page.objects.get_or_create(id=_page_id(request.key), defaults=_page(PageKind.SETUP, request))
        return _session(page)

    def open_payment(self, request: PaymentRequest) -> Session:
        _must_be_there()
        sums = {"amount": request.amount.minor, "currency": request.amount.currency}
        page, _ = Page.objects.get_or_create(id=_page_id(request.key), defaults=_page(PageKind.PAYMENT, request) | sums)
        return _session(page)

    def hold(self, request: HoldRequest) -> Held | Declined:
        _must_be_there()
        card = cards.card_of(request.means)
        return _once(request.key, _asked(request.means, request.amount), card, lambda: _hold(request, card))

    def raise_hold(self, request: RaiseRequest) -> Held | Declined:
        _must_be_there()
        card = cards.CARDS[Taken.objects.get(pk=request.hold).card]
        return _once(request.key, _asked(request.hold, request.amount), card, lambda: _raise(request, card))

    def capture(self, request: CaptureRequest) -> Captured | Declined:
        _must_be_there()
        card = cards.CARDS[Taken.objects.get(pk=request.hold).card]
        return _once(request.key, _asked(request.hold, request.amount), card, lambda: _capture(request, card))

    def charge(self, request: ChargeRequest) -> Captured | Declined:
        _must_be_there()
        card = cards.card_of(request.means)
        return _once(request.key, _asked(request.means, request.amount), card, lambda: _charge(request, card))

    def free(self, request: FreeRequest) -> None:
        _must_be_there()
        Taken.objects.filter(key=request.hold_key, state=TakenState.HELD).update(state=TakenState.FREED)

    def refund(self, request: RefundRequest) -> Refunded | Declined:
        _must_be_there()
        card = cards.CARDS[Taken.objects.get(pk=request.taken).card]
        return _once(request.key, _asked(request.taken, request.amount), card, lambda: _refund(request, card))

    def transfer(self, request: TransferRequest) -> Transferred | Declined:
        _must_be_there()
        asked = _asked(request.account, request.amount)
        return _once(request.key, asked, cards.CARDS["4242"], lambda: _transfer(request))

    def contest(self, request: ContestRequest) -> Noted | Declined:
        _must_be_there()
        asked: dict[str, object] = {"about": request.dispute, "sent": wire.digest(request.text)}
        return _once(request.key, asked, cards.CARDS["4242"], lambda: disputing.contest(request))

    def concede(self, request: ConcedeRequest) -> Noted | Declined:
        _must_be_there()
        asked: dict[str, object] = {"about": request.dispute}
        return _once(request.key, asked, cards.CARDS["4242"], lambda: disputing.concede(request))

    def look_up(self, key: str) -> Result | None:
        _must_be_there()
        reply = Reply.objects.filter(key=key).first()
        return wire.result_from(reply.answer) if reply and reply.answer else None

    def balance(self, currency: str) -> Money:
        _must_be_there()
        taken = Taken.objects.filter(currency=currency).aggregate(
            captured=Sum("captured"), fee=Sum("fee"), refunded=Sum("refunded")
        )
        moved = Moved.objects.filter(currency=currency).aggregate(amount=Sum("amount"))
        gone = (taken["fee"] or 0) + (taken["refunded"] or 0) + (moved["amount"] or 0)
        return Money((taken["captured"] or 0) - gone - disputing.gone(currency), currency)

    def read(self, *, body: bytes, signature: str, at: datetime) -> Notice:
        wire.check(body=body, signature=signature, secrets=settings.MILA_BANK_SECRET.split(","), at=at)
        return wire.notice_from(body)

    def notices(self, *, at: datetime) -> Sequence[Notice]:
        _must_be_there()
        recent = Event.objects.filter(due_at__lte=at).order_by("-made_at", "-id")[:RECENT]
        return [wire.notice_from(wire.body_of(event)) for event in reversed(recent)]


def _must_be_there() -> None:
    if settings.MILA_BANK_AWAY == "refusing":
        raise BankAway("the stand-in refuses")


def _page_id(key: str) -> str:
    return wire.digest(key)[:40]


def _page(kind: PageKind, request: SetupRequest | PaymentRequest) -> dict[str, object]:
    return {
        "kind": kind,
        "call_id": request.matter.call_id,
        "row_id": request.matter.row_id,
        "attempt": request.matter.attempt,
        "return_url": request.return_url,
        "opened_at": request.at,
    }


def _session(page: Page) -> Session:
    return Session(page.id, reverse("bank:page", args=[page.id]))


def _asked(about: str, amount: Money) -> dict[str, object]:
    return {"about": about, "amount": amount.minor, "currency": amount.currency}


def _once(key: str, asked: dict[str, object], card: Card, answer: Callable[[], R]) -> R:
    """Answer a key once: whoever asks again gets the same answer, and whoever asks differently a fault."""
    with transaction.atomic():
        reply, is_new = Reply.objects.get_or_create(key=key, defaults={"asked": asked})
        if reply.asked != asked:
            raise KeyReused(key)
        if is_new:
            reply.answer = wire.result_to(answer())
        reply.times += 1
        reply.save(update_fields=["answer", "times"])
    if (card.loses_first_answer and is_new) or settings.MILA_BANK_AWAY == "lost":
        raise LostOnTheWay(key)
    return cast("R", wire.result_from(reply.answer or {}))


def _hold(request: HoldRequest, card: Card) -> Held | Declined:
    if "hold" in card.declines or not card.can_hold:
        return Declined(card.code or "cannot_hold")
    lapses_at = request.at + timedelta(days=cards.HOLD_DAYS)
    taken = Taken.objects.create(
        key=request.key,
        card=card.digits,
        state=TakenState.HELD,
        held=request.amount.minor,
        currency=request.amount.currency,
        lapses_at=lapses_at,
    )
    return Held(taken.id, lapses_at)


def _raise(request: RaiseRequest, card: Card) -> Held | Declined:
    taken = Taken.objects.select_for_update().get(pk=request.hold)
    if "raise" in card.declines:
        return Declined(card.code)
    if taken.state != TakenState.HELD or taken.lapses_at is None or taken.lapses_at <= request.at:
        return Declined("hold_lapsed")
    taken.key, taken.held = request.key, request.amount.minor
    taken.save(update_fields=["key", "held"])
    return Held(taken.id, taken.lapses_at)


def _capture(request: CaptureRequest, card: Card) -> Captured | Declined:
    taken = Taken.objects.select_for_update().get(pk=request.hold)
    if "capture" in card.declines:
        return Declined(card.code)
    if taken.state != TakenState.HELD or (taken.lapses_at and taken.lapses_at <= request.at):
        return Declined("hold_lapsed")
    if request.amount.minor > taken.held:
        return Declined("amount_too_large")
    taken.state, taken.captured, taken.fee = TakenState.CAPTURED, request.amount.minor, fee_of(request.amount)
    taken.save(update_fields=["state", "captured", "fee"])
    return Captured(taken.id, taken.fee, request.at)


def _charge(request: ChargeRequest, card: Card) -> Captured | Declined:
    if "charge" in card.declines:
        return Declined(card.code)
    return take(key=request.key, card=card, amount=request.amount, at=request.at)


def take(*, key: str, card: Card, amount: Money, at: datetime) -> Captured:
    """Take an amount from a card, once per key, and keep the fee."""
    taken = Taken.objects.create(
        key=key,
        card=card.digits,
        state=TakenState.CAPTURED,
        captured=amount.minor,
        fee=fee_of(amount),
        currency=amount.currency,
    )
    return Captured(taken.id, taken.fee, at)


def fee_of(amount: Money) -> int:
    """Return what the bank keeps of an amount, in minor units."""
    share, fixed = cards.FEES[amount.currency]
    return min(amount.minor, amount.share(share).minor + fixed)


def _refund(request: RefundRequest, card: Card) -> Refunded | Declined:
    taken = Taken.objects.select_for_update().get(pk=request.taken)
    if "refund" in card.declines:
        return Declined(card.code)
    if taken.refunded + request.amount.minor > taken.captured:
        return Declined("amount_too_large")
    if taken.refunded + disputing.withdrawn_of(taken) + request.amount.minor > taken.captured:
        return Declined("charge_disputed")
    taken.refunded += request.amount.minor
    taken.save(update_fields=["refunded"])
    return Refunded(new_key())


def _transfer(request: TransferRequest) -> Transferred | Declined:
    if request.account.endswith(cards.CLOSED_ACCOUNT):
        return Declined("account_closed")
    moved = Moved.objects.create(
        id=new_key(),
        account=request.account,
        amount=request.amount.minor,
        currency=request.amount.currency,
        moved_at=request.at,
    )
    return Transferred(moved.id)


BANK = StandIn()

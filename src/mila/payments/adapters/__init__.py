"""What the house asks of a payment provider ("the bank"), whichever it is.

Every request carries a key made from our own row: the same key has the same effect and the same answer. A `Declined`
is a definite no; a `BankFault` is no answer at all, after which the same request is sent again under the same key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from mila.kernel.money import Money
from mila.kernel.refusal import Refusal
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


class BankFault(Exception):
    """The bank gave no definite answer: whether it acted is not known."""


class BankAway(BankFault):
    """The bank cannot be reached at all: whoever asks next would wait in vain as well."""


class SignatureWrong(Refusal):
    """A message does not carry the bank's signature, or an old one."""

    code = "signature_wrong"
    status = 400
    sentence = _("This message does not carry the bank’s signature.")


class Capability(StrEnum):
    """What a bank may or may not be able to do."""

    HOLD = "hold"
    RAISE = "raise"
    PAYMENT_PAGE = "payment_page"
    TRANSFER = "transfer"
    DISPUTES = "disputes"


@dataclass(frozen=True, slots=True)
class Session:
    """A page of the bank."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Saved:
    """Means of payment are saved."""

    reference: str
    label: str
    can_hold: bool


@dataclass(frozen=True, slots=True)
class Held:
    """An amount is held until it lapses."""

    reference: str
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class Captured:
    """An amount was taken; `fee` in minor units is what the bank keeps of it."""

    reference: str
    fee: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Transferred:
    """An amount has reached a provider's account."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """An amount was given back."""

    reference: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A reply to a dispute was taken in; the verdict comes as a message."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """A definite no, with the bank's code."""

    code: str


Result = Saved | Held | Captured | Transferred | Refunded | Noted | Declined


@dataclass(frozen=True, slots=True)
class MeansAnswer:
    """What came of saving means of payment."""

    call_id: UUID
    means_id: UUID
    attempt: int
    result: Saved | Declined


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """What came of a hold."""

    call_id: UUID
    hold_id: UUID
    result: Held | Declined


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """What came of a charge; `hold_id` is set where it took from a hold."""

    call_id: UUID
    charge_id: UUID
    attempt: int
    result: Captured | Declined
    hold_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What came of a refund."""

    call_id: UUID
    refund_id: UUID
    attempt: int
    result: Refunded | Declined


@dataclass(frozen=True, slots=True)
class DisputeAnswer:
    """What came of the house's reply to a dispute."""

    call_id: UUID
    dispute_id: UUID
    attempt: int
    result: Noted | Declined


Answer = MeansAnswer | HoldAnswer | ChargeAnswer | RefundAnswer | DisputeAnswer


class Standing(StrEnum):
    """Where a dispute stands: WARNED moves no money yet, OPEN took it back, PASSED is over without having taken any."""

    WARNED = "warned"
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class DisputeNews:
    """Everything the bank says of a dispute, at every message: `taken` is the reference of the captured charge.

    `standing` is None where the bank's own word, which is in `said`, is not known to the house. `fee` in minor units is
    what the bank takes for its work; a reply has to be there by `answer_by`.
    """

    taken: str
    dispute: str
    standing: Standing | None
    said: str
    reason: str
    amount: Money
    fee: int
    opened_at: datetime
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message from the bank, with the answer or the news it brings; None where its kind is not known to the house."""

    id: str
    kind: str
    answer: Answer | DisputeNews | None


class Bank(Protocol):
    """A payment provider."""

    capabilities: frozenset[Capability]

    def open_setup(self, request: SetupRequest) -> Session: ...

    def open_payment(self, request: PaymentRequest) -> Session: ...

    def hold(self, request: HoldRequest) -> Held | Declined: ...

    def raise_hold(self, request: RaiseRequest) -> Held | Declined:
        """Raise a hold; it keeps its reference, and is known by the new key from then on."""

    def capture(self, request: CaptureRequest) -> Captured | Declined: ...

    def charge(self, request: ChargeRequest) -> Captured | Declined: ...

    def free(self, request: FreeRequest) -> None: ...

    def refund(self, request: RefundRequest) -> Refunded | Declined: ...

    def transfer(self, request: TransferRequest) -> Transferred | Declined: ...

    def contest(self, request: ContestRequest) -> Noted | Declined: ...

    def concede(self, request: ConcedeRequest) -> Noted | Declined: ...

    def look_up(self, key: str) -> Result | None:
        """Return what was answered under the key; None where nothing was."""

    def balance(self, currency: str) -> Money:
        """Return what lies at the bank for the operator; the ledger is compared with it."""

    def read(self, *, body: bytes, signature: str, at: datetime) -> Notice:
        """Return the message in a request's raw body. Refuses a wrong or old signature with SignatureWrong."""

    def notices(self, *, at: datetime) -> Sequence[Notice]:
        """Return the recent messages, oldest first: for the poller that closes gaps (PAY-36)."""


def get_bank() -> Bank:
    """Return the bank that `MILA_BANK` names."""
    bank: Bank = import_string(f"mila.payments.adapters.{settings.MILA_BANK}.bank.BANK")
    return bank

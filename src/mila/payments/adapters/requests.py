"""What the bank is asked for: every request carries a key made from our own row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mila.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Matter:
    """Which row of ours a request is about, told to the bank so that its messages lead back to it."""

    call_id: UUID
    row_id: UUID
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class SetupRequest:
    """Please let the customer enter a means of payment, to be used later without them."""

    key: str
    matter: Matter
    return_url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Please let the customer pay now, with them present."""

    key: str
    matter: Matter
    amount: Money
    return_url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Please hold an amount on saved means."""

    key: str
    matter: Matter
    means: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class RaiseRequest:
    """Please hold this amount, in all, instead of what a hold holds; a no leaves the hold as it was."""

    key: str
    matter: Matter
    hold: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """Please take at most the amount held, and let go of the rest."""

    key: str
    matter: Matter
    hold: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """Please take an amount from saved means, without the customer."""

    key: str
    matter: Matter
    means: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class FreeRequest:
    """Please let go of what was held under a key; nothing to do where nothing was."""

    key: str
    hold_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Please give back an amount of what was taken; `taken` is the reference of the captured charge."""

    key: str
    taken: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """Please move an amount from the operator's balance to a provider's account."""

    key: str
    account: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ContestRequest:
    """Please take the house's evidence in a dispute: a text, and photos as JPEG."""

    key: str
    dispute: str
    text: str
    photos: Sequence[bytes]
    at: datetime


@dataclass(frozen=True, slots=True)
class ConcedeRequest:
    """Please end a dispute as the customer wants it."""

    key: str
    dispute: str
    at: datetime

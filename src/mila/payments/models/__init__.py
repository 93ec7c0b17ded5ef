"""The rows of payments: what is asked of the bank, and what the books say."""

from mila.payments.models.bank import (
    BankEvent,
    Charge,
    ChargePurpose,
    ChargeState,
    Claim,
    ClaimState,
    Hold,
    HoldState,
    Means,
    MeansState,
    Payout,
    PayoutState,
)
from mila.payments.models.books import Account, Document, DocumentKind, DocumentSeries, Entry, Posting
from mila.payments.models.refunds import Refund, RefundState, Retention

__all__ = [
    "Account",
    "BankEvent",
    "Charge",
    "ChargePurpose",
    "ChargeState",
    "Claim",
    "ClaimState",
    "Document",
    "DocumentKind",
    "DocumentSeries",
    "Entry",
    "Hold",
    "HoldState",
    "Means",
    "MeansState",
    "Payout",
    "PayoutState",
    "Posting",
    "Refund",
    "RefundState",
    "Retention",
]

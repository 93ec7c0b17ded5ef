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
from mila.payments.models.disputes import ENDED, UNDER_WAY, Dispute, DisputePhoto, DisputeState, Reply
from mila.payments.models.refunds import Refund, RefundState, Retention
from mila.payments.models.sales import Sale, SaleState

__all__ = [
    "ENDED",
    "UNDER_WAY",
    "Account",
    "BankEvent",
    "Charge",
    "ChargePurpose",
    "ChargeState",
    "Claim",
    "ClaimState",
    "Dispute",
    "DisputePhoto",
    "DisputeState",
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
    "Reply",
    "Retention",
    "Sale",
    "SaleState",
]

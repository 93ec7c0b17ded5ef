"""The rows of booking, by the chapter of a call's life to which they belong."""

from mila.booking.models.assignments import (
    Assignment,
    AssignmentState,
    Exclusion,
    Offer,
    OfferMode,
    OfferState,
    Search,
    SearchPurpose,
    SearchState,
)
from mila.booking.models.calls import Address, DiaryEntry, Party, ServiceCall, Stage, TimeWish, WishedSlot
from mila.booking.models.changes import ChangeReason, ChangeRequest, ChangeState, Consent, ConsentMethod
from mila.booking.models.follow_ups import FollowUp, FollowUpState
from mila.booking.models.quotes import LineKind, Quote, QuoteLine
from mila.booking.models.times import ProposalState, TimeProposal
from mila.booking.models.withdrawals import Withdrawal

__all__ = [
    "Address",
    "Assignment",
    "AssignmentState",
    "ChangeReason",
    "ChangeRequest",
    "ChangeState",
    "Consent",
    "ConsentMethod",
    "DiaryEntry",
    "Exclusion",
    "FollowUp",
    "FollowUpState",
    "LineKind",
    "Offer",
    "OfferMode",
    "OfferState",
    "Party",
    "ProposalState",
    "Quote",
    "QuoteLine",
    "Search",
    "SearchPurpose",
    "SearchState",
    "ServiceCall",
    "Stage",
    "TimeProposal",
    "TimeWish",
    "WishedSlot",
    "Withdrawal",
]

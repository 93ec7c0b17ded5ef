"""What may stand beside a call: the call's own row says which of it there is, and only that is read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from mila.booking.models import (
    ChangeRequest,
    Exclusion,
    FollowUp,
    Search,
    SearchState,
    ServiceCall,
    TimeProposal,
    Withdrawal,
)
from mila.booking.queries import PEOPLE_AND_PLACE
from mila.payments.models import Charge, Claim, Dispute, Document, Hold, Refund, Sale
from mila.quality.models import GuaranteeCase, Inquiry, Rating, Recommendation
from mila.visit.models import CheckOut, TalkLine, VisitNote
from mila.visit.parcels import Delivery
from mila.visit.products import Suggestion
from mila.worded import worded

T = TypeVar("T")

OF_CALL, CALL = {"call": OuterRef("pk")}, OuterRef("pk")
RIBS: Mapping[str, QuerySet[Any]] = {
    "changes": ChangeRequest.objects.filter(**OF_CALL),
    "charges": Charge.objects.filter(**OF_CALL),
    "check_outs": CheckOut.objects.filter(assignment__call=CALL),
    "claims": Claim.objects.filter(**OF_CALL),
    "cases": GuaranteeCase.objects.filter(**OF_CALL),
    "deliveries": Delivery.objects.filter(**OF_CALL),
    "disputes": Dispute.objects.filter(**OF_CALL),
    "documents": Document.objects.filter(**OF_CALL),
    "exclusions": Exclusion.objects.filter(**OF_CALL),
    "follow_ups": FollowUp.objects.filter(**OF_CALL),
    "holds": Hold.objects.filter(**OF_CALL),
    "inquiries": Inquiry.objects.filter(**OF_CALL),
    "notes": VisitNote.objects.filter(**OF_CALL),
    "proposals": TimeProposal.objects.filter(**OF_CALL),
    "questions": Recommendation.objects.filter(**OF_CALL, asked_at__isnull=False),
    "ratings": Rating.objects.filter(**OF_CALL),
    "refunds": Refund.objects.filter(**OF_CALL),
    "sales": Sale.objects.filter(**OF_CALL),
    "searches": Search.objects.filter(**OF_CALL, state=SearchState.RUNNING),
    "suggestions": Suggestion.objects.filter(assignment__call=CALL),
    "unread": TalkLine.objects.filter(**OF_CALL, read_at=None),
    "withdrawals": Withdrawal.objects.filter(**OF_CALL),
}


def which_there_are() -> dict[str, Exists]:
    """Return the conditions on calls that each rib is there, to be read with the call."""
    return {_name(rib): Exists(rows) for rib, rows in RIBS.items()}


def if_any(call: ServiceCall, rib: str, read: Callable[[], Iterable[T]]) -> list[T]:
    """Return what is read of the rib, without asking where the call's row says that there is none."""
    return list(read()) if _may_be(call, rib) else []


def one_if_any(call: ServiceCall, rib: str, read: Callable[[], T | None]) -> T | None:
    """Return the one thing that is read of the rib, without asking where the call's row says that there is none."""
    return read() if _may_be(call, rib) else None


def call_with_ribs(key: str) -> ServiceCall | None:
    """Return the call whose status page the secret key opens; its row says what stands beside it."""
    return next(iter(_calls_with_ribs(key)), None)


@worded
def _calls_with_ribs(key: str) -> QuerySet[ServiceCall]:
    calls = ServiceCall.objects.select_related(*PEOPLE_AND_PLACE)
    return calls.annotate(**which_there_are()).filter(status_key=key)


def _may_be(call: ServiceCall, rib: str) -> bool:
    if rib not in RIBS:
        raise LookupError(rib)
    # A call that was read without the conditions says nothing: then everything is asked for.
    return bool(getattr(call, _name(rib), True))


def _name(rib: str) -> str:
    return f"has_{rib}"

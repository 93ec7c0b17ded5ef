"""What may stand beside a call: the call's own row says which of it there is, and only that is read."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef

from mila.booking.models import ChangeRequest, Exclusion, FollowUp, ServiceCall, TimeProposal
from mila.payments.models import Charge, Claim, Dispute, Document, Hold, Refund, Sale
from mila.quality.models import Inquiry
from mila.visit.models import VisitNote

RIBS: Mapping[str, type[Model]] = {
    "changes": ChangeRequest,
    "charges": Charge,
    "claims": Claim,
    "disputes": Dispute,
    "documents": Document,
    "exclusions": Exclusion,
    "follow_ups": FollowUp,
    "holds": Hold,
    "inquiries": Inquiry,
    "notes": VisitNote,
    "proposals": TimeProposal,
    "refunds": Refund,
    "sales": Sale,
}
T = TypeVar("T")


def which_there_are() -> dict[str, Exists]:
    """Return the conditions on calls that each rib is there, to be read with the call."""
    return {_name(rib): Exists(rows._default_manager.filter(call=OuterRef("pk"))) for rib, rows in RIBS.items()}


def if_any(call: ServiceCall, rib: str, read: Callable[[], Iterable[T]]) -> list[T]:
    """Return what is read of the rib, without asking where the call's row says that there is none."""
    if rib not in RIBS:
        raise LookupError(rib)
    return list(read()) if getattr(call, _name(rib), True) else []


def _name(rib: str) -> str:
    return f"has_{rib}"

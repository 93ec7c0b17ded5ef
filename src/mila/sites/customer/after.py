"""What the status page shows once the visit is over: the rating, the guarantee, the receipt, and whether again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from mila.booking import exclusions
from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.dispatch import wishes
from mila.journey.ribs import if_any, one_if_any
from mila.kernel.occasion import Who
from mila.payments import queries as payment
from mila.payments.models import Document, DocumentKind
from mila.quality import cases
from mila.quality import queries as quality
from mila.sites.now import now
from mila.worded import worded

FOR_THE_CUSTOMER = [DocumentKind.RECEIPT, DocumentKind.CREDIT_NOTE]


def receipts(call: ServiceCall) -> QuerySet[Document]:
    """Return the customer's documents of the call: receipts, and credit notes that correct them."""
    return payment.documents_of(call).filter(kind__in=FOR_THE_CUSTOMER)


def afterwards(call: ServiceCall, taken: Sequence[tuple[str, datetime]]) -> dict[str, object]:
    """Return what can be said once the visit is over: the rating, the question of the brand, the guarantee."""
    met, done = booking.last_assignment(call), cases.end_of_work(taken)
    return {
        "may_wish": met is not None and wishes.may_be_wished_for(helper=met.helper, call=call),
        "excluded": met is not None and _is_excluded(call, met),
        "question": one_if_any(call, "questions", lambda: quality.question(call)),
        "case": one_if_any(call, "cases", lambda: quality.cases_of(call).first()),
        "case_until": cases.open_after(call, done, now()),
        "rating": one_if_any(call, "ratings", lambda: quality.rating(call)),
        "has_receipt": has_receipt(call),
    }


def _is_excluded(call: ServiceCall, met: Assignment) -> bool:
    return bool(one_if_any(call, "exclusions", lambda: exclusions.is_excluded(call, met, Who.CUSTOMER)))


def has_receipt(call: ServiceCall) -> bool:
    """Tell whether there is a receipt for the customer."""
    return bool(if_any(call, "documents", lambda: _receipts(call.pk)))


@worded
def _receipts(call: UUID) -> QuerySet[Document, UUID]:
    return Document.objects.filter(call=call, kind__in=FOR_THE_CUSTOMER).values_list("pk", flat=True)[:1]

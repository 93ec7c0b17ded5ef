"""Hides the numbers of helper and client behind one that ends with the visit; a worker's job, with no lock held."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from mila.booking.models import Assignment, AssignmentState
from mila.messaging.adapters.numbers import Exchange, exchange
from mila.messaging.models import NumberMask
from mila.messaging.ports import CarrierAway
from mila.messaging.rules import LEASE, asked_again

STAYS = timedelta(days=3)  # as long as helper and client may write to one another


def mask_next(*, at: datetime) -> int:
    """Ask for the next number that is missing, or end the next that is over; return how much was done.

    A number belongs to an assignment: whoever comes instead gets another one. Nothing to do where numbers are plain.
    """
    firm = exchange()
    if firm is None:
        return 0
    _begin(at)
    row = _claim(at)
    if row is None:
        return 0
    try:
        _settle(row, firm, at)
    except CarrierAway:
        NumberMask.objects.filter(pk=row.pk).update(due_at=asked_again(tries=row.tries, at=at))
    return 1


def _begin(at: datetime) -> None:
    """Write down who is to be connected, and who not any more."""
    new = Assignment.objects.filter(state=AssignmentState.ACTIVE, mask=None).exclude(call__site_contact__phone="")
    rows = [NumberMask(assignment=held, due_at=at) for held in new.order_by("accepted_at")[:20]]
    NumberMask.objects.bulk_create(rows, ignore_conflicts=True)
    _over(at).filter(due_at=None).update(due_at=at)


def _over(at: datetime) -> QuerySet[NumberMask]:
    kept = Q(assignment__state=AssignmentState.KEPT, assignment__ended_at__lte=at - STAYS)
    return NumberMask.objects.filter(Q(assignment__state=AssignmentState.RELEASED) | kept, ended_at=None)


@transaction.atomic
def _claim(at: datetime) -> NumberMask | None:
    due = NumberMask.objects.filter(due_at__lte=at).order_by("due_at", "id")
    row = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if row is not None:
        row.due_at, row.tries = at + LEASE, row.tries + 1
        row.save(update_fields=["due_at", "tries"])
    return row


def _settle(row: NumberMask, firm: Exchange, at: datetime) -> None:
    if _over(at).filter(pk=row.pk).exists():
        firm.end(row.id)
        NumberMask.objects.filter(pk=row.pk).update(number="", ended_at=at, due_at=None, tries=0)
        return
    held = Assignment.objects.select_related("helper", "call__site_contact").get(pk=row.assignment_id)
    number = firm.connect(row.id, one=held.helper.phone, other=held.call.site_contact.phone)
    NumberMask.objects.filter(pk=row.pk).update(number=number, due_at=None, tries=0)

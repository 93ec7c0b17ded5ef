"""Taking a row that is due, for a while: nobody else takes it, and no lock is held while the bank is asked."""

import logging
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from mila.payments import rules
from mila.payments.adapters import BankAway
from mila.payments.models import Charge, Dispute, Hold, Payout, Refund

LEASE = timedelta(seconds=60)
LONGEST_WAIT_FOR_BANK = timedelta(minutes=1)
TRIES_BEFORE_ALARM = 5

Row = TypeVar("Row", Hold, Charge, Payout, Refund, Dispute)
log = logging.getLogger(__name__)


def take_next(rows: QuerySet[Row], *, at: datetime) -> Row | None:
    """Return the earliest row due, its `due_at` pushed ahead by the lease and the try counted; None where none is."""
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
        row = locked.filter(due_at__lte=at).order_by("due_at", "id").first()
        if row is None:
            return None
        row.due_at = at + LEASE
        row.tries += 1
        row.save(update_fields=["due_at", "tries"])
    return row


def put_back(rows: QuerySet[Row], row: Row, fault: Exception, *, at: datetime) -> None:
    """Ask again later, under the same key: whether the bank acted is not known, so money is never given up."""
    level = logging.ERROR if row.tries >= TRIES_BEFORE_ALARM else logging.WARNING
    log.log(level, "no answer from the bank about %s %s, try %s: %s", row._meta.verbose_name, row.pk, row.tries, fault)
    wait = rules.back_off(row.tries)
    if isinstance(fault, BankAway):
        wait = min(wait, LONGEST_WAIT_FOR_BANK)
    rows.filter(pk=row.pk, due_at=row.due_at).update(due_at=at + wait)

"""Hearing from the bank: its answers to our questions, and the messages it sends by itself."""

from datetime import datetime

from mila.payments.actions.charges import ask_for_charge
from mila.payments.actions.holds import ask_for_hold
from mila.payments.actions.refunds import ask_for_refund
from mila.payments.actions.replies import tell_bank_reply
from mila.payments.adapters import ChargeAnswer, DisputeAnswer, HoldAnswer, Notice, RefundAnswer, get_bank
from mila.payments.models import BankEvent


def ask_bank_next(*, at: datetime) -> ChargeAnswer | HoldAnswer | RefundAnswer | DisputeAnswer | None:
    """Ask the bank about the next charge, hold, refund or reply that is due; return its answer, None without.

    Never within a transaction. An answer that is lost on the way is asked for again, under the same key.
    Raises BankAway, whereupon nobody is asked for a while.
    """
    return ask_for_charge(at=at) or ask_for_hold(at=at) or ask_for_refund(at=at) or tell_bank_reply(at=at)


def next_notice(*, at: datetime) -> Notice | None:
    """Return the oldest recent message of the bank that was not heard: webhooks may be late or lost (PAY-36)."""
    notices = get_bank().notices(at=at)
    heard = set(BankEvent.objects.filter(id__in=[notice.id for notice in notices]).values_list("id", flat=True))
    return next((notice for notice in notices if notice.id not in heard), None)


def hear_once(notice: Notice, *, at: datetime) -> bool:
    """Tell whether the message is heard for the first time; in one transaction with what follows from it."""
    _, is_new = BankEvent.objects.get_or_create(id=notice.id, defaults={"kind": notice.kind, "received_at": at})
    return is_new

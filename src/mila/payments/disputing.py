"""How a dispute stands in the books (D1–D4): pure arithmetic in minor units; positive is debit, negative is credit.

The codes are those of the reference. What a lost dispute takes pays first what the house owes the customer of a refund
that was decided and not given, then takes the sale back; what is left was given twice, and is the house's loss.
"""

from dataclasses import dataclass

from mila.payments.models import Account
from mila.payments.rules import Entries


@dataclass(frozen=True, slots=True)
class Loss:
    """What a lost dispute pays: a debt to the customer, the sale taken back, and what is lost beyond both."""

    covered: int
    reversed: int
    beyond: int


def loss(amount: int, *, owed_back: int, left_of_sale: int) -> Loss:
    """Return how the amount of a lost dispute is spread over what is owed back and what is left of the sale."""
    covered = min(amount, owed_back)
    taken_back = min(amount - covered, left_of_sale)
    return Loss(covered, taken_back, amount - covered - taken_back)


def taken_back(amount: int) -> Entries:
    """The customer's bank has taken the payment back (D1)."""
    return [(Account.DISPUTE_SUSPENSE, amount), (Account.PSP_CLEARING, -amount)]


def fee_taken(fee: int) -> Entries:
    """What the bank keeps for its work, whoever wins (D2)."""
    return [(Account.EXPENSE_DISPUTE_FEE, fee), (Account.PSP_CLEARING, -fee)]


def given_back(amount: int) -> Entries:
    """The dispute is won, or over: the payment has come back (D3)."""
    return [(account, -moved) for account, moved in taken_back(amount)]


def debt_covered(amount: int, *, out_of: Account) -> Entries:
    """What the customer's bank took pays what the house owed the customer."""
    return [(Account.RECEIVABLE_CUSTOMER, amount), (out_of, -amount)]


def lost_beyond(amount: int) -> Entries:
    """What was given back already is taken once more: the house's loss, and nobody else's."""
    return [(Account.EXPENSE_DISPUTE_LOSS, amount), (Account.DISPUTE_SUSPENSE, -amount)]


def share_claimed(net: int) -> Entries:
    """The helper was at fault: the share that the house carried is taken from the helper (D4)."""
    return [(Account.PAYABLE_PROVIDER, net), (Account.EXPENSE_DISPUTE_LOSS, -net)]

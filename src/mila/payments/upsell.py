"""What the sale of a recommended product brings, and whose it is: pure arithmetic in minor units."""

from dataclasses import dataclass

from mila.kernel.money import Money, round_half_up
from mila.payments.models import Account
from mila.payments.rules import Entries

DEBTS = (Account.RECEIVABLE_PARTNER, Account.PAYABLE_PROVIDER)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a sale brings: `commission` is what the brand pays, net of tax; `share` of it is the helper's."""

    commission: int = 0
    share: int = 0


def brought(total: Money, *, basis_points: int, helper_share: int) -> Brought:
    """Return what a sale of so much in all brings, each rounded half up once per sale."""
    commission = total.share(basis_points)
    return Brought(commission.minor, commission.share(helper_share).minor)


def tax_on(commission: int, rate: int) -> int:
    """Return the tax that comes on top of the commission, in minor units."""
    return Money(commission, "XXX").share(rate).minor


def billed(commission: int, rate: int) -> Entries:
    """The brand owes the commission with the tax on top (U1)."""
    tax = tax_on(commission, rate)
    return [
        (Account.RECEIVABLE_PARTNER, commission + tax),
        (Account.REVENUE_UPSELL_COMMISSION, -commission),
        (Account.VAT_OUTPUT, -tax),
    ]


def in_proportion(amount: int, *, back: int, total: int) -> int:
    """Return the part of an amount that goes back when so much of the total came back: all of it with the whole."""
    return round_half_up(amount * back, total)


def taken_back(entries: Entries, *, before: int, back: int, total: int) -> Entries:
    """Return the opposite of what a sale brought, for what came back since `before` (U3), in minor units.

    Every amount is rounded of all that came back so far, so that parts add up to the whole; the debt makes it even.
    """
    moved = [
        (account, in_proportion(amount, back=before, total=total) - in_proportion(amount, back=back, total=total))
        for account, amount in entries
        if account not in DEBTS
    ]
    debt = next(account for account, _amount in entries if account in DEBTS)
    return [*moved, (debt, -sum(amount for _account, amount in moved))]


def shared(share: int, tax: int) -> Entries:
    """The provider is owed its share (U2), and the tax that a registered one charges on it."""
    return [(Account.EXPENSE_UPSELL_SHARE, share), (Account.VAT_INPUT, tax), (Account.PAYABLE_PROVIDER, -(share + tax))]

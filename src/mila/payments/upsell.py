"""What the sale of a recommended product brings, and whose it is: pure arithmetic in minor units."""

from dataclasses import dataclass

from mila.kernel.money import Money
from mila.payments.models import Account
from mila.payments.rules import Entries


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


def shared(share: int, tax: int) -> Entries:
    """The provider is owed its share (U2), and the tax that a registered one charges on it."""
    return [(Account.EXPENSE_UPSELL_SHARE, share), (Account.VAT_INPUT, tax), (Account.PAYABLE_PROVIDER, -(share + tax))]

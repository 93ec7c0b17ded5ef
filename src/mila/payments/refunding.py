"""What a refund takes back, and from whom: pure arithmetic in minor units.

A call may be refunded in several parts. Every share is rounded of the sum refunded so far, so that the parts add up to
the whole to the cent. The work is refunded before the guarantee fee; the commission goes back in proportion.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from mila.booking.models import LineKind
from mila.kernel.money import round_half_up
from mila.payments.models import Account
from mila.payments.rules import Entries, Line, commissionable, tax_inside, taxes, total


class Carrier(StrEnum):
    """Who carries the helper's share of a refund."""

    HELPER = "helper"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold and earned with a call: `commission`, or `pay` with its tax where the operator sells.

    `own_rate` is that of the operator's own sales in basis points; `owed_by` the account of the payer's debt;
    `carried_on` where the house books what it carries for the helper.
    """

    lines: Sequence[Line]
    owed_by: Account
    own_rate: int
    is_agency: bool
    commission: int = 0
    pay: int = 0
    pay_tax: int = 0
    carried_on: Account = Account.EXPENSE_GUARANTEE
    is_cancellation: bool = False

    @property
    def revenue(self) -> Account:
        """The account of the operator's own part."""
        if self.is_cancellation:
            return Account.REVENUE_CANCELLATION
        return Account.REVENUE_COMMISSION if self.is_agency else Account.REVENUE_SERVICE


@dataclass(frozen=True, slots=True)
class Parts:
    """What lies in the first minor units refunded of a sale: each tax is inside the amount before it."""

    work: int
    work_tax: int
    fee: int
    fee_tax: int
    commission: int
    commission_tax: int
    share: int
    share_tax: int

    def less(self, before: "Parts") -> "Parts":
        """Return what was added since."""
        return Parts(*(after - earlier for after, earlier in zip(astuple(self), astuple(before), strict=True)))


def parts(sale: Sale, refunded: int) -> Parts:
    """Return what lies in so much of the sale."""
    fees = [line for line in sale.lines if line.kind == LineKind.GUARANTEE_FEE]
    own = [] if sale.is_agency else [line for line in sale.lines if line.kind != LineKind.GUARANTEE_FEE]
    sold = commissionable(sale.lines)
    work = min(refunded, sold)
    fee, commission = refunded - work, _in_proportion(sale.commission, work, sold)
    return Parts(
        work=work,
        work_tax=_in_proportion(_tax(own), work, sold),
        fee=fee,
        fee_tax=_in_proportion(_tax(fees), fee, total(fees)),
        commission=commission,
        commission_tax=tax_inside(commission, sale.own_rate),
        share=work - commission if sale.is_agency else _in_proportion(sale.pay, work, sold),
        share_tax=0 if sale.is_agency else _in_proportion(sale.pay_tax, work, sold),
    )


def helper_share(sale: Sale, *, before: int, after: int) -> int:
    """Return the helper's part of what is refunded between the two sums."""
    added = parts(sale, after).less(parts(sale, before))
    return added.share + added.share_tax


def given_back(sale: Sale, *, before: int, after: int, carrier: Carrier) -> Entries:
    """Return how a refund stands in the books (R1, R2): the sale is taken back, the payer is owed the difference."""
    added = parts(sale, after).less(parts(sale, before))
    fee: Entries = [(Account.REVENUE_GUARANTEE_FEE, added.fee - added.fee_tax), (Account.VAT_OUTPUT, added.fee_tax)]
    owed: Entries = [(sale.owed_by, before - after)]
    return (_agency if sale.is_agency else _principal)(sale, added, carrier) + fee + owed


def _agency(sale: Sale, added: Parts, carrier: Carrier) -> Entries:
    bears = Account.PAYABLE_PROVIDER if carrier is Carrier.HELPER else sale.carried_on
    return [
        (bears, added.share),
        (sale.revenue, added.commission - added.commission_tax),
        (Account.VAT_OUTPUT, added.commission_tax),
    ]


def _principal(sale: Sale, added: Parts, carrier: Carrier) -> Entries:
    back: Entries = [(sale.revenue, added.work - added.work_tax), (Account.VAT_OUTPUT, added.work_tax)]
    return back + (pay_taken_back(added.share, added.share_tax) if carrier is Carrier.HELPER else [])


def pay_taken_back(share: int, tax: int) -> Entries:
    """The subcontractor's pay is taken back, with the tax it charged (R3)."""
    return [
        (Account.PAYABLE_PROVIDER, share + tax),
        (Account.EXPENSE_SUBCONTRACTOR, -share),
        (Account.VAT_INPUT, -tax),
    ]


def redo_carried_by_helper(net: int) -> Entries:
    """The first helper's earnings pay for the visit that puts it right (R4)."""
    return [(Account.PAYABLE_PROVIDER, net), (Account.EXPENSE_GUARANTEE, -net)]


def refunded(amount: int) -> Entries:
    """The bank has given the money back (R5)."""
    return [(Account.RECEIVABLE_CUSTOMER, amount), (Account.PSP_CLEARING, -amount)]


def _tax(lines: Sequence[Line]) -> int:
    return sum(part.tax for part in taxes(lines))


def _in_proportion(amount: int, part: int, whole: int) -> int:
    """Return that part of the amount, rounded half up; all of it for the whole."""
    return round_half_up(amount * part, whole) if whole else 0

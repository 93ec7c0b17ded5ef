"""What a call costs, whose it is, and how it is written in the books: pure arithmetic in minor units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mila.booking.models import LineKind
from mila.countries.queries import CancellationPolicy
from mila.crowd.models import TaxStatus
from mila.kernel.money import Money
from mila.payments.models import Account

Entries = list[tuple[Account, int]]
DUNNING_DAYS = (1, 3, 7, 14)  # after the decline, for cancellations as for visits


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a quote: gross in minor units, `rate` of value added tax in basis points."""

    kind: LineKind
    gross: int
    rate: int


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of a document at one rate (basis points), in minor units: net and tax add up to gross."""

    rate: int
    gross: int
    tax: int

    @property
    def net(self) -> int:
        """What is left without the tax."""
        return self.gross - self.tax


def taxes(lines: Iterable[Line]) -> list[Tax]:
    """Return the tax per rate, rounded half up once per rate (LED-15)."""
    gross: dict[int, int] = {}
    for line in lines:
        gross[line.rate] = gross.get(line.rate, 0) + line.gross
    return [Tax(rate, total, tax_inside(total, rate)) for rate, total in sorted(gross.items())]


def tax_inside(gross: int, rate: int) -> int:
    """Return the tax contained in a gross amount, rounded half up."""
    return _money(gross).tax_inside(rate).minor


def total(lines: Iterable[Line]) -> int:
    """Return the gross sum of the lines."""
    return sum(line.gross for line in lines)


def commissionable(lines: Iterable[Line]) -> int:
    """Return what the commission is taken of: packages and extra work, never the guarantee fee (LED-11)."""
    return total(line for line in lines if line.kind != LineKind.GUARANTEE_FEE)


def commission(lines: Iterable[Line], basis_points: int) -> int:
    """Return the commission, rounded half up once per call; the remainder is the helper's (LED-11)."""
    return _money(commissionable(lines)).share(basis_points).minor


def input_tax(pay: int, rate: int, status: TaxStatus) -> int:
    """Return the tax on top of a provider's fixed pay: only who is registered charges any."""
    return _money(pay).share(rate).minor if status == TaxStatus.REGISTERED else 0


# The books: positive is debit, negative is credit; codes of the reference in the docstrings.


def sold_for_helper(lines: Sequence[Line], owed_by: Account) -> Entries:
    """Agency signed off (F1): the work is the helper's, the guarantee fee the operator's."""
    fees = [line for line in lines if line.kind == LineKind.GUARANTEE_FEE]
    tax = sum(part.tax for part in taxes(fees))
    return [
        (owed_by, total(lines)),
        (Account.PAYABLE_PROVIDER, -commissionable(lines)),
        (Account.REVENUE_GUARANTEE_FEE, -(total(fees) - tax)),
        (Account.VAT_OUTPUT, -tax),
    ]


def sold_by_operator(lines: Sequence[Line], owed_by: Account) -> Entries:
    """Principal signed off (P1), or billed to the brand (B1): all is the operator's sale."""
    tax = sum(part.tax for part in taxes(lines))
    fees = [line for line in lines if line.kind == LineKind.GUARANTEE_FEE]
    fee_net = sum(part.net for part in taxes(fees))
    return [
        (owed_by, total(lines)),
        (Account.REVENUE_SERVICE, -(total(lines) - tax - fee_net)),
        (Account.REVENUE_GUARANTEE_FEE, -fee_net),
        (Account.VAT_OUTPUT, -tax),
    ]


def commission_taken(amount: int, rate: int) -> Entries:
    """The commission comes off what the helper is owed (F2), its tax inside at the rate."""
    tax = tax_inside(amount, rate)
    return [(Account.PAYABLE_PROVIDER, amount), (Account.REVENUE_COMMISSION, tax - amount), (Account.VAT_OUTPUT, -tax)]


def self_billed(pay: int, tax: int) -> Entries:
    """The subcontractor is owed the fixed pay (P2) and the tax it charges."""
    return [(Account.EXPENSE_SUBCONTRACTOR, pay), (Account.VAT_INPUT, tax), (Account.PAYABLE_PROVIDER, -(pay + tax))]


def bonus_owed(bonus: int, tax: int) -> Entries:
    """The bonus for who accepted is owed on top (BON), and the tax that a registered provider charges on it."""
    return [(Account.EXPENSE_BONUS, bonus), (Account.VAT_INPUT, tax), (Account.PAYABLE_PROVIDER, -(bonus + tax))]


def bonus_billed(bonus: int, rate: int) -> Entries:
    """The brand bears the bonus: it is billed to the brand, with the tax on top."""
    tax = _money(bonus).share(rate).minor
    return [(Account.RECEIVABLE_PARTNER, bonus + tax), (Account.EXPENSE_BONUS, -bonus), (Account.VAT_OUTPUT, -tax)]


def captured(amount: int) -> Entries:
    """The bank has taken what the customer owed (F3, P3)."""
    return [(Account.PSP_CLEARING, amount), (Account.RECEIVABLE_CUSTOMER, -amount)]


def bank_fee(fee: int) -> Entries:
    """What the bank keeps is the operator's cost (F4, P4), never the helper's."""
    return [(Account.EXPENSE_BANK_FEE, fee), (Account.PSP_CLEARING, -fee)]


def paid_out(amount: int) -> Entries:
    """The provider has been paid (F5, P5)."""
    return [(Account.PAYABLE_PROVIDER, amount), (Account.PSP_CLEARING, -amount)]


def cancelled_for_helper(cost: int, share: int, rate: int, owed_by: Account) -> Entries:
    """A cancellation under agency (C1): the helper's share is the helper's, tax lies in the operator's rest."""
    tax = tax_inside(cost - share, rate)
    return [
        (owed_by, cost),
        (Account.PAYABLE_PROVIDER, -share),
        (Account.REVENUE_CANCELLATION, -(cost - share - tax)),
        (Account.VAT_OUTPUT, -tax),
    ]


def cancelled_by_operator(cost: int, rate: int, owed_by: Account) -> Entries:
    """A cancellation where the operator sells: all of it is the operator's, the subcontractor bills its share."""
    tax = tax_inside(cost, rate)
    return [(owed_by, cost), (Account.REVENUE_CANCELLATION, tax - cost), (Account.VAT_OUTPUT, -tax)]


def compensated(share: int, tax: int) -> Entries:
    """The operator makes good a journey in vain: the provider is owed its share, with the tax it charges (C3)."""
    return [
        (Account.EXPENSE_COMPENSATION, share),
        (Account.VAT_INPUT, tax),
        (Account.PAYABLE_PROVIDER, -(share + tax)),
    ]


def written_off(amount: int) -> Entries:
    """The customer will not pay (N1): the operator bears it, the helper's claim stands."""
    return [(Account.EXPENSE_BAD_DEBT, amount), (Account.RECEIVABLE_CUSTOMER, -amount)]


def paid_after_all(amount: int) -> Entries:
    """A debt that was written off is paid."""
    return [(Account.RECEIVABLE_CUSTOMER, amount), (Account.EXPENSE_BAD_DEBT, -amount)]


class Standing(StrEnum):
    """How far a call has come, as far as cancelling it goes."""

    NOBODY_ASSIGNED = "nobody_assigned"
    ASSIGNED = "assigned"
    AT_THE_DOOR = "at_the_door"


@dataclass(frozen=True, slots=True)
class CancellationFacts:
    """What the cost of cancelling is decided from.

    `minutes_to_visit` is None while the time is to be agreed; `minutes_since_asap_assignment` is None unless the
    call is wanted as soon as possible.
    """

    price: Money
    standing: Standing
    minutes_to_visit: int | None
    minutes_since_asap_assignment: int | None = None


@dataclass(frozen=True, slots=True)
class CancellationCost:
    """What cancelling costs, and the helper's share of it."""

    cost: Money
    helper_share: Money

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return not self.cost


def cancellation_cost(policy: CancellationPolicy, facts: CancellationFacts, *, least: int = 0) -> CancellationCost:
    """Return what cancelling costs now (product page: cancelling by the customer).

    The cap of the door holds from the first cost on: nobody pays less for letting a helper come in vain.
    `least` is what it costs at any rate, in minor units, because the visit was moved within the paid hours.
    """
    currency = facts.price.currency
    due = facts.price.share(_cost_share(policy, facts))
    cost = Money(min(max(due.minor, least), policy.door_cap_minor), currency)
    return CancellationCost(cost, cost.share(policy.helper_share))


def _cost_share(policy: CancellationPolicy, facts: CancellationFacts) -> int:
    if facts.standing == Standing.AT_THE_DOOR:
        return policy.door_share
    if facts.standing == Standing.NOBODY_ASSIGNED or _in_grace(policy, facts) or facts.minutes_to_visit is None:
        return 0
    if facts.minutes_to_visit >= policy.free_hours * 60:
        return 0
    return policy.late_share if facts.minutes_to_visit > policy.near_hours * 60 else policy.near_share


def _in_grace(policy: CancellationPolicy, facts: CancellationFacts) -> bool:
    since = facts.minutes_since_asap_assignment
    return since is not None and since < policy.asap_grace_minutes


def back_off(tries: int) -> timedelta:
    """Return how long to wait after so many tries without an answer: 30 s, doubling, at most an hour."""
    return min(timedelta(seconds=15 * 2 ** min(tries, 10)), timedelta(hours=1))


def hold_due(visit_at: datetime, hours: int, now: datetime) -> datetime:
    """Return when the bank is asked to hold: these hours before the visit, or now where that is over."""
    return max(now, visit_at - timedelta(hours=hours))


def _money(minor: int) -> Money:
    # Shares and taxes are the same in every currency of the house: all have two decimals.
    return Money(minor, "XXX")

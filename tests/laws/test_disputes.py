"""However a dispute and the refunds before it fall, nothing is taken back twice and every posting balances (LED-10)."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_refunds import sales

from mila.payments import disputing
from mila.payments.models import Account
from mila.payments.refunding import Carrier, Sale, given_back, parts
from mila.payments.rules import total


@given(sale=sales(), numbers=st.tuples(*[st.integers(0, 200_000)] * 3))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_a_lost_dispute_takes_back_what_is_left_and_no_more(sale: Sale, numbers: tuple[int, int, int]) -> None:
    price = total(sale.lines)
    refunded, owed, amount = min(numbers[0], price), numbers[1], max(1, min(numbers[2], price))
    owed = min(owed, refunded)
    lost = disputing.loss(amount, owed_back=owed, left_of_sale=price - refunded)
    assert lost.covered + lost.reversed + lost.beyond == amount
    assert min(lost.covered, lost.reversed, lost.beyond) >= 0
    assert refunded + lost.reversed <= price
    assert lost.beyond <= refunded - lost.covered  # only what was given already can be lost beyond the sale
    after = refunded + lost.reversed
    taken = given_back(sale, before=refunded, after=after, carrier=Carrier.OPERATOR)
    debt = disputing.debt_covered(lost.covered, out_of=Account.DISPUTE_SUSPENSE)
    assert sum(amount for _account, amount in taken + debt + disputing.lost_beyond(lost.beyond)) == 0
    share = parts(sale, after).less(parts(sale, refunded))
    assert 0 <= share.share + share.share_tax <= parts(sale, price).share + parts(sale, price).share_tax


@given(amount=st.integers(1, 10**7), fee=st.integers(0, 10**4))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_what_is_won_leaves_suspense_empty(amount: int, fee: int) -> None:
    entries = disputing.taken_back(amount) + disputing.fee_taken(fee) + disputing.given_back(amount)
    sums: dict[Account, int] = {}
    for account, moved in entries:
        sums[account] = sums.get(account, 0) + moved
    assert sums[Account.DISPUTE_SUSPENSE] == 0
    assert sums[Account.PSP_CLEARING] == -fee

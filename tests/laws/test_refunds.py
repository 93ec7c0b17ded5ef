"""Whatever is given back in parts adds up to the cent: for the customer, the helper, the house and the tax."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mila.booking.models import LineKind
from mila.payments.models import Account
from mila.payments.refunding import Carrier, Sale, given_back, helper_share, parts
from mila.payments.rules import Line, commission, total

RATES = st.sampled_from([0, 260, 770, 810, 1900, 2000])
LINES = st.lists(st.builds(Line, st.just(LineKind.PACKAGE), st.integers(1, 60_000), RATES), min_size=1, max_size=3)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    is_agency = draw(st.booleans())
    lines = draw(LINES) + draw(
        st.lists(st.builds(Line, st.just(LineKind.GUARANTEE_FEE), st.just(490), RATES), max_size=1)
    )
    pay = 0 if is_agency else draw(st.integers(0, 40_000))
    return Sale(
        lines=lines,
        owed_by=Account.RECEIVABLE_CUSTOMER,
        own_rate=810,
        is_agency=is_agency,
        commission=commission(lines, 2000) if is_agency else 0,
        pay=pay,
        pay_tax=0 if is_agency else draw(st.integers(0, pay // 5 + 1)),
    )


@given(sale=sales(), cuts=st.lists(st.integers(1, 200_000), max_size=4), carrier=st.sampled_from(Carrier))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_every_part_balances_and_the_parts_make_the_whole(sale: Sale, cuts: list[int], carrier: Carrier) -> None:
    price = total(sale.lines)
    steps = sorted({0, price, *(cut for cut in cuts if cut < price)})
    sums: dict[Account, int] = {}
    shares = 0
    for before, after in pairwise(steps):
        entries = given_back(sale, before=before, after=after, carrier=carrier)
        assert sum(amount for _account, amount in entries) == 0
        shares += helper_share(sale, before=before, after=after)
        for account, amount in entries:
            sums[account] = sums.get(account, 0) + amount
    at_once: dict[Account, int] = {}
    for account, amount in given_back(sale, before=0, after=price, carrier=carrier):
        at_once[account] = at_once.get(account, 0) + amount
    assert sums == at_once
    assert sums[Account.RECEIVABLE_CUSTOMER] == -price
    whole = parts(sale, price)
    assert shares == whole.share + whole.share_tax
    assert whole.commission == sale.commission


@given(sale=sales(), cuts=st.lists(st.integers(0, 200_000), min_size=2, max_size=2))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_more_given_back_never_leaves_anybody_more(sale: Sale, cuts: list[int]) -> None:
    low, high = sorted(min(cut, total(sale.lines)) for cut in cuts)
    added = parts(sale, high).less(parts(sale, low))
    assert min(added.work, added.fee, added.commission, added.share, added.share_tax) >= 0

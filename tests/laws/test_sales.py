"""Parts of a sale that come back add up to the whole, to the cent."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mila.payments import upsell
from mila.payments.models import Account


@given(commission=st.integers(0, 10**7), total=st.integers(1, 10**7), parts=st.lists(st.integers(0, 10**7), max_size=6))
def test_parts_add_up_to_the_whole(commission: int, total: int, parts: list[int]) -> None:
    came_back = [0, *sorted(min(part, total) for part in parts), total]
    brought = [(Account.RECEIVABLE_PARTNER, commission), (Account.REVENUE_UPSELL_COMMISSION, -commission)]
    moved = [
        dict(upsell.taken_back(brought, before=before, back=back, total=total)) for before, back in pairwise(came_back)
    ]
    assert sum(one[Account.REVENUE_UPSELL_COMMISSION] for one in moved) == commission
    assert all(one[Account.REVENUE_UPSELL_COMMISSION] >= 0 for one in moved)
    assert all(sum(one.values()) == 0 for one in moved)

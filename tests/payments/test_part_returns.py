"""A part of an order comes back: the commission goes with it in proportion, to the cent, once, and never more."""

from datetime import timedelta

import pytest
from tests.factories import by
from tests.sales import AFTER, DAY, a_recommendation, call_of, the_shop_says, told
from tests.story import books_balance, clock_runs_until, pay_out_runs, steps
from tests.story import told as letters

from mila.crowd.models import Provider
from mila.journey import actions as journey
from mila.kernel.money import Money
from mila.kernel.occasion import Who
from mila.payments import queries, sales
from mila.payments.actions import ReturnUnfit, SaleDiffers
from mila.payments.models import Account, Claim, ClaimState, Payout, Sale, SaleState
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db
WINDOW = 21 * DAY
TWO, ONE = 9980, 4990  # two pieces at CHF 49.90: the brand pays 9.98, of which 5.99 are the helper's


def balances() -> dict[tuple[str, str], int]:
    return {key: amount for key, amount in queries.trial_balance().items() if amount}


def in_force(row: Suggestion) -> list[int]:
    claims = Claim.objects.filter(call=call_of(row), purpose="sale").exclude(state=ClaimState.VOID)
    return list(claims.values_list("amount", flat=True))


@pytest.fixture
def row() -> Suggestion:
    """A recommendation of which two pieces were ordered, and confirmed."""
    row = a_recommendation()
    the_shop_says(row, "confirmed", minor=TWO)
    return row


def one_comes_back(row: Suggestion, days: int = 3, back: int = ONE) -> Sale:
    return the_shop_says(row, "returned", AFTER + days * DAY, minor=TWO, back=back)


def test_half_of_it_takes_half_of_the_commission_back(row: Suggestion) -> None:
    owed = queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor
    sale = one_comes_back(row)
    assert (sale.state, sale.returned, sale.commission_left, sale.share_left) == (SaleState.CONFIRMED, ONE, 499, 299)
    assert queries.balance(Account.REVENUE_UPSELL_COMMISSION, "CHF").minor == -499
    assert queries.balance(Account.RECEIVABLE_PARTNER, "CHF").minor == 499 + 40
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor - owed == 300
    assert in_force(row) == [299]
    assert books_balance()


def test_said_again_or_late_it_changes_nothing(row: Suggestion) -> None:
    one_comes_back(row, back=6000)
    books, lines = balances(), steps(call_of(row))
    one_comes_back(row, back=6000)
    one_comes_back(row, back=ONE)
    the_shop_says(row, "confirmed", AFTER + 4 * DAY, minor=TWO)
    assert (balances(), steps(call_of(row))) == (books, lines)
    assert lines.count("sale_part_back") == 1
    assert len(letters(call_of(row), "tell_helper_of_part_return")) == 1


def test_another_total_after_a_part_came_back_is_refused() -> None:
    row = a_recommendation()
    the_shop_says(row, "ordered", minor=3 * ONE)
    one_comes_back(row)
    with pytest.raises(SaleDiffers):
        the_shop_says(row, "returned", AFTER + 4 * DAY, minor=ONE, back=ONE - 1)
    assert (sale := Sale.objects.get()).returned == ONE
    assert sale.amount == TWO


def test_part_by_part_nothing_is_left_and_nothing_taken_twice(row: Suggestion) -> None:
    the_shop_says(row, "confirmed", minor=TWO)
    for number, back in enumerate((1, 333, 3327, ONE, 9979)):
        one_comes_back(row, number, back)
        assert books_balance()
    sale = the_shop_says(row, "returned", AFTER + 8 * DAY, minor=TWO)
    assert (sale.state, sale.returned, sale.commission_left, sale.share_left) == (SaleState.RETURNED, TWO, 0, 0)
    assert in_force(row) == []
    for account in (Account.RECEIVABLE_PARTNER, Account.REVENUE_UPSELL_COMMISSION, Account.EXPENSE_UPSELL_SHARE):
        assert queries.balance(account, "CHF").minor == 0
    clock_runs_until(AFTER + WINDOW + DAY)
    pay_out_runs(AFTER + WINDOW + DAY)
    assert Payout.objects.get().amount == 7120


def test_the_rest_is_released_and_paid(row: Suggestion) -> None:
    one_comes_back(row)
    clock_runs_until(AFTER + WINDOW)
    assert Sale.objects.get().state == SaleState.STANDS
    pay_out_runs(AFTER + WINDOW)
    assert Payout.objects.get().amount == 7120 + 299


def test_after_the_pay_out_the_part_is_deducted_from_the_next(row: Suggestion) -> None:
    clock_runs_until(AFTER + WINDOW)
    pay_out_runs(AFTER + WINDOW)
    one_comes_back(row, 22)
    one_comes_back(row, 22)
    provider = row.assignment.provider
    assert [one.taken for one in sales.deductions_of(provider)] == [300]
    the_shop_says(row, "returned", AFTER + 23 * DAY, minor=TWO)
    assert [one.taken for one in sales.deductions_of(provider)] == [300, 299], "no more than was given"
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor == 599


def test_what_a_registered_provider_charged_as_tax_goes_back_with_it() -> None:
    row = a_recommendation()
    Provider.objects.update(tax_status="registered", legal_status="company", tier="pro", tax_number="CHE-1")
    the_shop_says(row, "confirmed", minor=TWO)
    assert in_force(row) == [599 + 49]
    one_comes_back(row)
    assert in_force(row) == [599 + 49 - 300 - 25]
    assert queries.balance(Account.VAT_INPUT, "CHF").minor == 49 - 25


def test_what_came_back_before_the_brand_s_yes_is_taken_off_with_it() -> None:
    row = a_recommendation()
    the_shop_says(row, "ordered", minor=TWO)
    one_comes_back(row)
    assert Sale.objects.get().commission == 0
    sale = the_shop_says(row, "confirmed", AFTER + 4 * DAY, minor=TWO)
    assert (sale.state, sale.commission_left, in_force(row)) == (SaleState.CONFIRMED, 499, [299])


@pytest.mark.parametrize(("back", "currency"), [(TWO + 1, "CHF"), (-1, "CHF"), (ONE, "EUR")])
def test_no_more_comes_back_than_was_ordered(row: Suggestion, back: int, currency: str) -> None:
    wrong = told(row, "returned", minor=TWO)
    wrong = type(wrong)(wrong.recommendation, wrong.order_id, wrong.total, wrong.state, Money(back, currency))
    with pytest.raises(ReturnUnfit):
        journey.tell_of_order(brand=row.product.brand, told=wrong, now=by(Who.BRAND, AFTER))


def test_a_part_of_another_total_is_refused(row: Suggestion) -> None:
    with pytest.raises(SaleDiffers):
        the_shop_says(row, "returned", AFTER + timedelta(hours=1), minor=14970, back=ONE)

"""The commission on recommended products: pending, released, taken back; and how it stands in the books."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories import a_brand, a_country, a_done_call, a_helper, a_product, a_sales_rate, by, by_helper
from tests.sales import AFTER, DAY, a_recommendation, call_of, the_shop_says, told
from tests.story import books_balance, clock_runs, clock_runs_until, pay_out_runs, steps

from mila.countries.queries import zone
from mila.crowd.models import Provider
from mila.journey import actions as journey
from mila.kernel.money import Money
from mila.kernel.occasion import Who
from mila.partners.models import Brand, SalesCommission
from mila.payments import actions as payments
from mila.payments import queries, sales, upsell
from mila.payments.actions import OrderedAlready, OrderTaken, SaleDiffers, TotalUnfit
from mila.payments.actions.retentions import taken_of
from mila.payments.models import Account, Claim, ClaimState, Payout, Posting, Retention, Sale, SaleState
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db
WINDOW = 21 * DAY


def balance(account: Account) -> int:
    return queries.balance(account, "CHF").minor


def the_books() -> dict[tuple[str, str], int]:
    """Return what stands on the accounts, where anything does."""
    return {key: amount for key, amount in queries.trial_balance().items() if amount}


def commission_of(row: Suggestion) -> Claim:
    return Claim.objects.get(call=call_of(row), purpose="sale")


def paid_out(row: Suggestion) -> None:
    """Let the return window end, and the day's pay-outs run."""
    clock_runs_until(AFTER + WINDOW)
    pay_out_runs(AFTER + WINDOW)


@pytest.fixture
def row() -> Suggestion:
    return a_recommendation()


def test_nothing_is_booked_before_the_brand_s_word(row: Suggestion) -> None:
    assert the_shop_says(row, "ordered").state == SaleState.ORDERED
    assert not Claim.objects.filter(purpose="sale").exists()
    assert not Posting.objects.filter(event__startswith="sale").exists()


def test_at_the_brand_s_word_the_commission_is_booked_and_the_helper_s_part_waits(row: Suggestion) -> None:
    before = balance(Account.PAYABLE_PROVIDER)
    sale = the_shop_says(row, "confirmed")
    assert (sale.commission, sale.share) == (499, 299)
    assert balance(Account.RECEIVABLE_PARTNER) == 499 + 40  # 8.1 % on top
    assert balance(Account.REVENUE_UPSELL_COMMISSION) == -499
    assert balance(Account.EXPENSE_UPSELL_SHARE) == 299
    assert balance(Account.PAYABLE_PROVIDER) - before == -299
    assert (commission_of(row).amount, commission_of(row).state) == (299, ClaimState.EARNED)
    assert books_balance()


def test_a_registered_provider_charges_tax_on_its_part(row: Suggestion) -> None:
    Provider.objects.update(tax_status="registered", legal_status="company", tier="pro", tax_number="CHE-1")
    the_shop_says(row, "confirmed")
    assert commission_of(row).amount == 299 + 24
    assert balance(Account.VAT_INPUT) == 24


def test_the_operator_bills_itself_nothing_for_its_own_products() -> None:
    a_sales_rate()
    the_shop_says(a_recommendation(product=a_product()), "confirmed")
    assert balance(Account.RECEIVABLE_PARTNER) == 0
    assert balance(Account.EXPENSE_UPSELL_SHARE) == 299


def test_without_a_rate_nothing_is_earned() -> None:
    row = a_recommendation(product=a_product(brand=a_brand("conrad", is_own=False)))
    assert the_shop_says(row, "confirmed").state == SaleState.CONFIRMED
    assert not Claim.objects.filter(purpose="sale").exists()
    clock_runs(AFTER + WINDOW)
    assert Sale.objects.get().state == SaleState.STANDS


def test_a_product_s_own_rate_goes_before_its_brand_s(row: Suggestion) -> None:
    brand = row.product.brand
    holds = (date(2024, 1, 1), None)
    SalesCommission.objects.create(
        brand=brand, country=a_country(), product=row.product, basis_points=2000, helper_share=5000, holds=holds
    )
    sale = the_shop_says(row, "confirmed")
    assert (sale.commission, sale.share) == (998, 499)


def test_what_was_told_when_it_was_recommended_holds(row: Suggestion) -> None:
    next_day = (AFTER + DAY).date()
    SalesCommission.objects.update(holds=(date(2024, 1, 1), next_day))
    SalesCommission.objects.create(
        brand=row.product.brand, country=a_country(), basis_points=100, helper_share=1000, holds=(next_day, None)
    )
    assert the_shop_says(row, "confirmed", AFTER + 2 * DAY).share == 299


def test_released_when_the_return_window_is_over_and_paid_with_the_rest(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    clock_runs_until(AFTER + WINDOW - timedelta(seconds=1))
    assert commission_of(row).state == ClaimState.EARNED
    clock_runs(AFTER + WINDOW)
    assert commission_of(row).state == ClaimState.RELEASED
    assert Sale.objects.get().state == SaleState.STANDS
    pay_out_runs(AFTER + WINDOW)
    assert commission_of(row).state == ClaimState.PAID
    assert Payout.objects.get().amount == 7120 + 299
    assert books_balance()


def test_returned_within_the_window_nothing_is_left(row: Suggestion) -> None:
    before = the_books()
    the_shop_says(row, "confirmed")
    assert the_books() != before
    the_shop_says(row, "returned", AFTER + 5 * DAY)
    assert commission_of(row).state == ClaimState.VOID
    assert the_books() == before
    clock_runs_until(AFTER + WINDOW + DAY)
    pay_out_runs(AFTER + WINDOW + DAY)
    assert Payout.objects.get().amount == 7120
    assert Sale.objects.get().due_at is None


def test_returned_after_the_pay_out_is_deducted_from_the_next(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    paid_out(row)
    the_shop_says(row, "returned", AFTER + WINDOW + DAY)
    provider = row.assignment.provider
    assert commission_of(row).state == ClaimState.PAID
    assert [one.taken for one in sales.deductions_of(provider)] == [299]
    assert balance(Account.PAYABLE_PROVIDER) == 299  # the provider owes it
    assert balance(Account.REVENUE_UPSELL_COMMISSION) == 0
    later = AFTER + WINDOW + 2 * DAY
    Claim.objects.create(
        call=call_of(row), provider=provider, purpose="cancellation", gross=1000, commission=0, amount=1000,
        currency="CHF", state=ClaimState.RELEASED, earned_at=later, released_at=later,
    )  # fmt: skip
    pay_out_runs(later)
    assert Payout.objects.latest("run_on").amount == 1000 - 299
    assert not sales.deductions_of(provider).exists()


def test_a_returned_product_does_not_count_against_what_the_visit_earned(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    paid_out(row)
    the_shop_says(row, "returned", AFTER + WINDOW + DAY)
    visit = Claim.objects.get(call=call_of(row), purpose="visit")
    assert taken_of(visit) == 0


def test_a_return_while_the_bank_has_the_pay_out_in_hand_is_deducted_too(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    at = AFTER + WINDOW
    clock_runs_until(at)
    assert payments.run_payouts(run_on=at.date(), at=at) == 1
    the_shop_says(row, "returned", at)
    assert Retention.objects.get().taken == 299
    assert commission_of(row).state == ClaimState.RELEASED


@pytest.mark.parametrize("word", ["ordered", "confirmed", "returned", "cancelled"])
def test_said_again_nothing_happens_twice(row: Suggestion, word: str) -> None:
    if word in ("returned", "cancelled"):
        the_shop_says(row, "confirmed")
    the_shop_says(row, word)
    books, lines = queries.trial_balance(), steps(call_of(row))
    the_shop_says(row, word, AFTER + DAY)
    assert (queries.trial_balance(), steps(call_of(row))) == (books, lines)
    assert Sale.objects.count() == 1


def test_late_words_change_nothing(row: Suggestion) -> None:
    the_shop_says(row, "returned")
    assert the_shop_says(row, "confirmed", AFTER + DAY).state == SaleState.RETURNED
    assert the_shop_says(row, "ordered", AFTER + DAY).state == SaleState.RETURNED
    assert not Posting.objects.filter(event__startswith="sale").exists()


def test_a_cancelled_order_is_taken_back_as_a_returned_one(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    assert the_shop_says(row, "cancelled").state == SaleState.CANCELLED
    assert commission_of(row).state == ClaimState.VOID


def test_who_sent_it_back_may_order_again(row: Suggestion) -> None:
    the_shop_says(row, "returned")
    assert the_shop_says(row, "confirmed", order="4712").share == 299


def test_one_order_counts_for_a_recommendation(row: Suggestion) -> None:
    the_shop_says(row, "ordered")
    with pytest.raises(OrderedAlready):
        the_shop_says(row, "confirmed", order="4712")


def test_an_order_belongs_to_one_recommendation(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    call = call_of(row)
    other = journey.suggest_product(
        call_id=call.id,
        product_id=a_product("cable", brand=row.product.brand).id,
        now=by_helper(row.assignment.helper, AFTER),
    )
    with pytest.raises(OrderTaken):
        the_shop_says(other, "confirmed")


def test_until_the_brand_s_word_the_total_may_change_and_then_no_more(row: Suggestion) -> None:
    the_shop_says(row, "ordered")
    assert the_shop_says(row, "ordered", minor=9980).amount == 9980
    assert the_shop_says(row, "confirmed", minor=14970).share == 898
    with pytest.raises(SaleDiffers):
        the_shop_says(row, "confirmed", minor=4990)


@pytest.mark.parametrize(("minor", "currency"), [(0, "CHF"), (-1, "CHF"), (4990, "EUR")])
def test_a_total_that_cannot_be(row: Suggestion, minor: int, currency: str) -> None:
    wrong = told(row, "confirmed", minor=minor, currency=currency)
    with pytest.raises(TotalUnfit):
        journey.tell_of_order(brand=row.product.brand, told=wrong, now=by(Who.BRAND, AFTER))


def test_another_brand_finds_nothing(row: Suggestion) -> None:
    other = a_brand("conrad", is_own=False)
    with pytest.raises(journey.NoRecommendation):
        journey.tell_of_order(brand=other, told=told(row, "confirmed"), now=by(Who.BRAND, AFTER))
    assert not Sale.objects.exists()


def test_two_brands_may_use_the_same_number(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    conrad = a_product("cable", brand=a_brand("conrad", is_own=False))
    now = by_helper(row.assignment.helper, AFTER)
    other = journey.suggest_product(call_id=row.assignment.call_id, product_id=conrad.id, now=now)
    assert the_shop_says(other, "confirmed").order_id == "4711"


def test_what_the_client_has_ordered_is_not_taken_back() -> None:
    luca, product = a_helper("Luca"), a_product()
    call = a_done_call(luca)
    row = journey.suggest_product(call_id=call.id, product_id=product.id, now=by_helper(luca, AFTER))
    the_shop_says(row, "ordered")
    with pytest.raises(journey.ClientHasOrdered):
        journey.take_product_back(call_id=call.id, product_id=product.id, now=by_helper(luca, AFTER))
    assert Suggestion.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"state": "stands"}, {"state": "confirmed"}, {"share": 5, "commission": 5}, {"ended_at": AFTER}],
)
def test_the_database_knows_what_a_sale_can_be(row: Suggestion, wrong: dict[str, object]) -> None:
    sale = the_shop_says(row, "ordered")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sale.objects.filter(pk=sale.pk).update(**wrong)


def test_the_database_lets_one_order_count(row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    sale.pk, sale.order_id = None, "4712"
    with pytest.raises(IntegrityError), transaction.atomic():
        Sale.objects.create(
            **{f.attname: getattr(sale, f.attname) for f in Sale._meta.concrete_fields if f.name != "id"}
        )


@pytest.mark.parametrize(
    ("total", "commission", "share"),
    [(4990, 499, 299), (1, 0, 0), (4, 0, 0), (5, 1, 1), (15, 2, 1), (149_00, 1490, 894)],
)
def test_what_a_sale_brings_is_rounded_half_up(total: int, commission: int, share: int) -> None:
    found = upsell.brought(Money(total, "CHF"), basis_points=1000, helper_share=6000)
    assert (found.commission, found.share) == (commission, share)


def test_months_count_sales_apart_and_what_was_taken_back_not_at_all(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    provider, there = row.assignment.provider, zone(a_country())
    (month,) = queries.months_of(provider, there)
    assert (month["jobs"], month["sales"], month["sales_sum"], month["net"]) == (1, 1, 299, 7120 + 299)
    the_shop_says(row, "returned")
    (month,) = queries.months_of(provider, there)
    assert (month["sales"], month["sales_sum"], month["net"]) == (0, 0, 7120)


def test_what_was_taken_back_brought_nothing(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    assert [(one["state"], one["commissions"], one["shares"]) for one in sales.sums()] == [("confirmed", 499, 299)]
    the_shop_says(row, "returned")
    assert [(one["state"], one["commissions"], one["shares"]) for one in sales.sums()] == [("returned", 0, 0)]


def test_a_brand_sees_its_own_sales_alone(row: Suggestion) -> None:
    the_shop_says(row, "confirmed")
    assert [one.order_id for one in sales.sales_of_brand(row.product.brand)] == ["4711"]
    assert not sales.sales_of_brand(Brand.objects.get(is_own=True)).exists()

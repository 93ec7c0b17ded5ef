"""A brand's word about an order against everything else in the same instant: booked once, taken back once."""

from datetime import datetime, timedelta

from django.db import transaction
from tests.factories import IN_THREE_DAYS, a_brand, a_done_call, a_helper, a_product, a_sales_rate, by, by_helper
from tests.races.start import at_once, many_times, refusals
from tests.sales import the_shop_says
from tests.story import books_balance

from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.payments import actions as payments
from mila.payments.models import Claim, ClaimState, Posting, Retention, Sale, SaleState
from mila.visit.products import Suggestion

WINDOW = timedelta(days=21)


def recommended(number: int, name: str = "Luca") -> Suggestion:
    """Return a product that somebody recommended at a visit of this round's own."""
    helper, brand = a_helper(f"{name}{number}"), a_brand("swisscom", is_own=False)
    a_brand()
    if not brand.sales_commissions.exists():
        a_sales_rate(brand)
    call = a_done_call(helper, starts_at=IN_THREE_DAYS + timedelta(days=number + 1))
    product = a_product(f"{name}-{number}".lower(), brand=brand)
    return journey.suggest_product(call_id=call.id, product_id=product.id, now=by_helper(helper, call.since))


def says(row: Suggestion, state: str, at: datetime, order: str) -> Sale:
    return the_shop_says(row, state, at, order=order)


def released(row: Suggestion, at: datetime) -> None:
    """Let the clock release what was kept beyond the return window."""
    with transaction.atomic():
        journey.let_sales_stand(machine.lock(row.assignment.call_id), by(Who.CLOCK, at))


@many_times
def test_a_brand_says_yes_twice_at_once(number: int) -> None:
    row, order = recommended(number), f"S-{number}"
    outcomes = at_once(*[lambda: says(row, "confirmed", row.at, order)] * 3)
    assert refusals(outcomes) == []
    sale = Sale.objects.get(suggestion=row.pk)
    assert Posting.objects.filter(source=sale.pk).count() == 2
    assert Claim.objects.get(call=sale.call_id).amount == 299
    assert books_balance()


@many_times
def test_one_order_id_for_two_clients_at_once(number: int) -> None:
    first, second = recommended(number), recommended(number, "Sara")
    order = f"S-{number}"
    outcomes = at_once(
        lambda: says(first, "confirmed", first.at, order), lambda: says(second, "confirmed", second.at, order)
    )
    assert refusals(outcomes) == ["order_taken"]
    assert (
        Claim.objects.filter(purpose="sale", call__in=[first.assignment.call_id, second.assignment.call_id]).count()
        == 1
    )


@many_times
def test_two_orders_for_one_recommendation_at_once(number: int) -> None:
    row = recommended(number)
    outcomes = at_once(
        lambda: says(row, "confirmed", row.at, f"S-{number}-a"), lambda: says(row, "confirmed", row.at, f"S-{number}-b")
    )
    assert refusals(outcomes) == ["ordered_already"]
    assert Sale.objects.filter(suggestion=row.pk).count() == 1


@many_times
def test_an_order_against_taking_the_recommendation_back(number: int) -> None:
    row = recommended(number)
    outcomes = at_once(
        lambda: says(row, "ordered", row.at, f"S-{number}"),
        lambda: journey.take_product_back(
            call_id=row.assignment.call_id,
            product_id=row.product_id,
            now=by_helper(row.assignment.helper, row.at),
        ),
    )
    assert refusals(outcomes) in (["client_has_ordered"], ["no_recommendation"])
    assert Sale.objects.filter(suggestion=row.pk).exists() == Suggestion.objects.filter(pk=row.pk).exists()


@many_times
def test_a_return_against_the_release(number: int) -> None:
    row, order = recommended(number), f"S-{number}"
    says(row, "confirmed", row.at, order)
    over = row.at + WINDOW
    outcomes = at_once(lambda: says(row, "returned", over, order), lambda: released(row, over))
    assert refusals(outcomes) == []
    sale = Sale.objects.get(suggestion=row.pk)
    assert (sale.state, sale.due_at) == (SaleState.RETURNED, None)
    assert Claim.objects.get(call=sale.call_id).state == ClaimState.VOID
    assert Posting.objects.filter(source=sale.pk).count() == 4
    assert books_balance()


@many_times
def test_a_return_against_the_day_s_pay_outs(number: int) -> None:
    row, order = recommended(number), f"S-{number}"
    says(row, "confirmed", row.at, order)
    over = row.at + WINDOW
    released(row, over)
    outcomes = at_once(
        lambda: says(row, "returned", over, order), lambda: payments.run_payouts(run_on=over.date(), at=over)
    )
    assert refusals(outcomes) == []
    claim = Claim.objects.get(call=row.assignment.call_id)
    taken = Retention.objects.filter(provider=claim.provider).exists()
    # Either it was taken back before the run, or the run has it in hand and it is deducted later.
    assert (claim.state == ClaimState.VOID, claim.payout_id is None, not taken) in ((True,) * 3, (False,) * 3)
    assert books_balance()

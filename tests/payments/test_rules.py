import pytest

from mila.booking.models import LineKind
from mila.countries.queries import CancellationPolicy
from mila.crowd.models import TaxStatus
from mila.kernel.money import Money
from mila.payments import rules
from mila.payments.models import Account
from mila.payments.rules import CancellationFacts, Line, Standing

CH, DE = 810, 1900
FRIEND_CALL = [
    Line(LineKind.PACKAGE, 8900, CH),
    Line(LineKind.EXTRA_WORK, 3000, CH),
    Line(LineKind.GUARANTEE_FEE, 490, CH),
]
PRO_CALL = [Line(LineKind.PACKAGE, 9900, DE), Line(LineKind.GUARANTEE_FEE, 290, DE)]
POLICY = CancellationPolicy(
    free_hours=24, late_share=2500, near_hours=3, near_share=5000, door_share=10000, door_cap_minor=5000,
    helper_share=8000, asap_grace_minutes=5,
)  # fmt: skip


def written(entries: rules.Entries) -> dict[str, int]:
    assert sum(amount for _, amount in entries) == 0
    return {account.value: amount for account, amount in entries if amount}


def test_a_friend_call_is_booked_as_the_reference_says() -> None:
    assert written(rules.sold_for_helper(FRIEND_CALL, Account.RECEIVABLE_CUSTOMER)) == {
        "receivable:customer": 12390,
        "payable:provider": -11900,
        "revenue:guarantee_fee": -453,
        "vat:output": -37,
    }


def test_the_commission_is_taken_of_the_work_and_not_of_the_guarantee_fee() -> None:
    assert rules.commission(FRIEND_CALL, 2000) == 2380
    assert written(rules.commission_taken(2380, CH)) == {
        "payable:provider": 2380,
        "revenue:commission": -2202,
        "vat:output": -178,
    }


def test_the_helper_keeps_the_rappen_that_cannot_be_divided() -> None:
    assert rules.commission([Line(LineKind.PACKAGE, 1002, CH)], 2000) == 200
    assert rules.commission([Line(LineKind.PACKAGE, 1003, CH)], 2000) == 201


def test_a_capture_its_fee_and_the_transfer_move_the_money_through_the_bank() -> None:
    assert written(rules.captured(12390)) == {"psp:clearing": 12390, "receivable:customer": -12390}
    assert written(rules.bank_fee(389)) == {"expense:bank_fee": 389, "psp:clearing": -389}
    assert written(rules.paid_out(9520)) == {"payable:provider": 9520, "psp:clearing": -9520}


def test_a_pro_call_is_the_operator_s_sale() -> None:
    assert written(rules.sold_by_operator(PRO_CALL, Account.RECEIVABLE_CUSTOMER)) == {
        "receivable:customer": 10190,
        "revenue:service": -8319,
        "revenue:guarantee_fee": -244,
        "vat:output": -1627,
    }


@pytest.mark.parametrize(
    ("status", "tax"), [(TaxStatus.REGISTERED, 1330), (TaxStatus.SMALL_BUSINESS, 0), (TaxStatus.NONE, 0)]
)
def test_only_a_registered_pro_charges_tax_on_its_pay(status: TaxStatus, tax: int) -> None:
    assert rules.input_tax(7000, DE, status) == tax
    owed = written(rules.self_billed(7000, tax))["payable:provider"]
    assert owed == -(7000 + tax)


def test_a_call_that_the_brand_pays_is_owed_by_the_brand() -> None:
    line = [Line(LineKind.PACKAGE, 9401, DE)]
    assert written(rules.sold_by_operator(line, Account.RECEIVABLE_PARTNER)) == {
        "receivable:partner": 9401,
        "revenue:service": -7900,
        "vat:output": -1501,
    }


def test_a_cancellation_is_shared_as_the_reference_says() -> None:
    assert written(rules.cancelled_for_helper(2500, 2000, CH, Account.RECEIVABLE_CUSTOMER)) == {
        "receivable:customer": 2500,
        "payable:provider": -2000,
        "revenue:cancellation": -463,
        "vat:output": -37,
    }


def cost(
    standing: Standing, minutes: int | None, *, price: int = 8000, since_asap: int | None = None
) -> tuple[int, int]:
    facts = CancellationFacts(Money(price, "CHF"), standing, minutes, since_asap)
    settled = rules.cancellation_cost(POLICY, facts)
    return settled.cost.minor, settled.helper_share.minor


@pytest.mark.parametrize(
    ("minutes", "due"),
    [(24 * 60, 0), (24 * 60 - 1, 2000), (3 * 60 + 1, 2000), (3 * 60, 4000), (-10, 4000), (None, 0)],
)
def test_cancelling_costs_more_the_nearer_the_visit_is(minutes: int | None, due: int) -> None:
    assert cost(Standing.ASSIGNED, minutes) == (due, due * 8 // 10)


def test_cancelling_is_free_while_nobody_is_assigned() -> None:
    assert cost(Standing.NOBODY_ASSIGNED, 10) == (0, 0)


def test_cancelling_at_the_door_costs_all_of_it_but_at_most_fifty() -> None:
    assert cost(Standing.AT_THE_DOOR, 0, price=3990) == (3990, 3192)
    assert cost(Standing.AT_THE_DOOR, 0) == (5000, 4000)


def test_cancelling_earlier_never_costs_more_than_at_the_door() -> None:
    assert cost(Standing.ASSIGNED, 60, price=30000) == (5000, 4000)


def test_an_immediate_call_can_be_cancelled_freely_for_five_minutes() -> None:
    assert cost(Standing.ASSIGNED, 0, since_asap=4) == (0, 0)
    assert cost(Standing.ASSIGNED, 0, since_asap=5) == (4000, 3200)

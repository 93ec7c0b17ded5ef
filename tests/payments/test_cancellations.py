from datetime import datetime, timedelta

import pytest
from tests.payments.builders import (
    AGENCY,
    BOOKED,
    BRAND_PAYS,
    PRINCIPAL,
    VISIT,
    Terms,
    a_call,
    a_provider,
    assigned,
    at,
    saved,
)

from mila.booking.models import DiaryEntry, ServiceCall, TimeWish
from mila.crowd.models import TaxStatus
from mila.payments import actions, queries
from mila.payments.adapters.test.models import Taken
from mila.payments.models import Account, Charge, Claim, Hold, HoldState

pytestmark = pytest.mark.django_db
TOO_LATE = VISIT - timedelta(hours=2)
PRICE = Terms(package=9510, fee=490)


def a_held(terms: Terms = PRICE, status: TaxStatus = TaxStatus.NONE) -> ServiceCall:
    call = a_call(terms)
    saved(call)
    assigned(call, a_provider(status))
    actions.plan_hold(call, at(BOOKED))
    answer = actions.ask_for_hold(at=VISIT - timedelta(hours=72))
    if answer is not None:
        actions.note_hold(call, answer, at(BOOKED))
    return call


def cancelled(call: ServiceCall, moment: datetime) -> int:
    shown = queries.cancellation_cost(call, moment).cost.minor
    actions.settle_cancellation(call, at(moment))
    return shown


def test_more_than_a_day_before_it_is_free_and_the_hold_is_let_go() -> None:
    call = a_held()
    assert cancelled(call, VISIT - timedelta(hours=25)) == 0
    assert Hold.objects.get(call=call).state == HoldState.FREED
    assert not Charge.objects.exists()
    assert queries.trial_balance() == {}


def test_two_hours_before_half_is_taken_and_eighty_percent_of_it_is_the_helper_s() -> None:
    call = a_held()
    assert cancelled(call, TOO_LATE) == 5000
    assert Claim.objects.get(call=call).amount == 4000
    answer = actions.ask_for_charge(at=TOO_LATE)
    assert answer is not None
    assert actions.note_charge(call, answer, at(TOO_LATE)) == "cancellation_paid"
    assert Taken.objects.get().captured == 5000
    assert queries.balance(Account.RECEIVABLE_CUSTOMER, "CHF").minor == 0
    assert queries.difference_to_bank("CHF").minor == 0


def test_the_helper_s_share_is_paid_out_three_days_after_it_was_taken() -> None:
    call = a_held()
    cancelled(call, TOO_LATE)
    answer = actions.ask_for_charge(at=TOO_LATE)
    assert answer is not None
    actions.note_charge(call, answer, at(TOO_LATE))
    for days, count in ((2, 0), (3, 1)):
        moment = TOO_LATE + timedelta(days=days)
        assert actions.run_payouts(run_on=moment.date(), at=moment) == count


def test_a_plan_to_hold_is_given_up_and_the_cost_is_charged() -> None:
    call = a_call(PRICE)
    saved(call)
    assigned(call)
    actions.plan_hold(call, at(BOOKED))
    cancelled(call, TOO_LATE)
    assert Hold.objects.get(call=call).state == HoldState.FREED
    assert Charge.objects.get(call=call).amount == 5000


def test_at_the_door_it_is_all_of_it_up_to_fifty() -> None:
    call = a_held(AGENCY)
    DiaryEntry.objects.create(call=call, number=1, at=VISIT, by="provider", step="arrive", stage="arrived")
    assert cancelled(call, VISIT + timedelta(minutes=1)) == 5000


def test_while_nobody_is_assigned_it_is_free() -> None:
    call = a_call()
    saved(call)
    assert cancelled(call, VISIT) == 0


def test_an_immediate_call_is_free_for_five_minutes_after_somebody_accepted() -> None:
    call = a_call(Terms(package=9510, wish=TimeWish.ASAP), visit=None)
    assigned(call, accepted=BOOKED)
    assert queries.cancellation_cost(call, BOOKED + timedelta(minutes=4)).is_free
    assert queries.cancellation_cost(call, BOOKED + timedelta(minutes=5)).cost.minor == 5000


def test_while_the_time_is_to_be_agreed_it_is_free() -> None:
    call = a_call(Terms(wish=TimeWish.TO_AGREE), visit=None)
    assigned(call)
    assert queries.cancellation_cost(call, VISIT).is_free


def test_a_subcontractor_bills_its_share_to_the_operator() -> None:
    call = a_held(Terms(model=PRINCIPAL.model, package=9510), TaxStatus.REGISTERED)
    cancelled(call, TOO_LATE)
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor == -4000
    assert queries.balance(Account.VAT_INPUT, "CHF").minor == 300
    assert queries.balance(Account.VAT_OUTPUT, "CHF").minor == -375


def test_where_the_brand_pays_the_cost_is_the_brand_s() -> None:
    call = a_call(BRAND_PAYS)
    assigned(call)
    cancelled(call, TOO_LATE)
    assert queries.balance(Account.RECEIVABLE_PARTNER, "CHF").minor == 4701
    assert not Charge.objects.filter(call=call).exists()
    assert Claim.objects.get(call=call).state == "released"

"""Product: arriving, being recognised, and leaving without having done the work."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_confirmed_call,
    a_drafted_call,
    a_helper,
    a_price,
    by,
    by_helper,
)
from tests.story import accepted_by, bank_runs, books_balance, clock_runs, fresh, pay_out_runs, stage, told

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.conditions import NotIntroduced
from mila.journey.machine import WrongStage
from mila.kernel.occasion import Occasion, Who
from mila.payments import queries as payments
from mila.payments.models import Account, ChargeState, Claim, ClaimState
from mila.visit.actions import CallFirst, DoorCodeSpent, DoorCodeWrong, WaitFirst
from mila.visit.models import ContactOutcome, Introduction
from mila.visit.rules import Cause

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def at_the_door(luca: Helper, call: ServiceCall | None = None) -> ServiceCall:
    call = call or a_confirmed_call(luca)
    journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    return journey.arrive(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))


def codes(call: ServiceCall) -> Introduction:
    return Introduction.objects.get(assignment__call=call)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10000:04}"


def after(minutes: int, luca: Helper) -> Occasion:
    return by_helper(luca, IN_THREE_DAYS + minutes * MINUTE)


def test_each_side_tells_the_other_a_code_of_its_own() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    row = codes(call)
    assert row.client_code != row.helper_code
    with pytest.raises(DoorCodeWrong):
        journey.check_client(call_id=call.id, code=row.helper_code, now=by_helper(luca, IN_THREE_DAYS))
    journey.check_client(call_id=call.id, code=f" {row.client_code} ", now=by_helper(luca, IN_THREE_DAYS))
    journey.check_helper(call_id=call.id, code=row.helper_code, now=by(Who.CUSTOMER, IN_THREE_DAYS))
    row.refresh_from_db()
    assert (row.client_checked_at, row.helper_checked_at) == (IN_THREE_DAYS, IN_THREE_DAYS)
    assert journey.begin_work(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS)).stage == Stage.WORKING


def test_nobody_begins_before_they_are_recognised() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    with pytest.raises(NotIntroduced):
        journey.begin_work(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    assert stage(call) == Stage.ARRIVED


def test_after_five_wrong_codes_the_badge_counts_and_the_desk_knows() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    row, now = codes(call), by_helper(luca, IN_THREE_DAYS)
    for _ in range(5):
        with pytest.raises(DoorCodeWrong):
            journey.check_client(call_id=call.id, code=other(row.client_code), now=now)
    with pytest.raises(DoorCodeSpent):
        journey.check_client(call_id=call.id, code=row.client_code, now=now)
    assert call.diary.filter(step="door_codes_spent").count() == 1
    journey.show_badge(call_id=call.id, now=now)
    journey.show_badge(call_id=call.id, now=now)
    assert call.diary.filter(step="badge_shown").count() == 1
    assert journey.begin_work(call_id=call.id, now=now).stage == Stage.WORKING


def test_the_helper_never_sees_the_client_s_code() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert codes(call).client_code in page
    assert f">{codes(call).helper_code}<" not in page


def test_who_does_not_open_is_waited_for_ten_minutes_and_called() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    journey.nobody_opens(call_id=call.id, now=after(0, luca))
    assert "Luca" in told(call, "knock")[0].text
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert "waits at your door until" in page
    assert "Go over the work together" not in page
    leave = partial(journey.check_out, call_id=call.id, cause=Cause.CLIENT_ABSENT, words="")
    with pytest.raises(WaitFirst):
        leave(now=after(9, luca))
    with pytest.raises(CallFirst):
        leave(now=after(10, luca))
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.NO_ANSWER, now=after(10, luca))
    assert leave(now=after(11, luca)).stage == Stage.CANCELLED


def test_an_absent_client_pays_the_journey_and_the_helper_gets_four_fifths_of_it() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    journey.nobody_opens(call_id=call.id, now=after(0, luca))
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.NO_ANSWER, now=after(5, luca))
    journey.check_out(call_id=call.id, cause=Cause.CLIENT_ABSENT, words="", now=after(10, luca))
    bank_runs(IN_THREE_DAYS + 11 * MINUTE)
    charge, claim = call.charges.get(), call.claims.get()
    assert (charge.amount, charge.state) == (5000, ChargeState.CAPTURED)
    assert claim.amount == 4000
    assert not call.assignments.get().at_own_fault
    assert len(told(call, "tell_of_journey_in_vain")) == 1
    assert pay_out_runs(IN_THREE_DAYS + timedelta(days=4)) == 1
    assert books_balance()


def test_who_opens_after_all_is_not_left() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    journey.nobody_opens(call_id=call.id, now=after(0, luca))
    journey.somebody_opened(call_id=call.id, now=after(4, luca))
    with pytest.raises(WaitFirst):
        journey.check_out(call_id=call.id, cause=Cause.CLIENT_ABSENT, words="", now=after(20, luca))


@pytest.mark.parametrize("cause", [Cause.WRONG_PACKAGE, Cause.UNSAFE, Cause.BRAND_FAULT])
def test_a_journey_in_vain_without_fault_is_made_good_by_the_house(cause: Cause) -> None:
    luca = a_helper()
    call = at_the_door(luca)
    journey.check_out(call_id=call.id, cause=cause, words="Zwei Router, kein Anschluss", now=after(5, luca))
    assert stage(call) == Stage.STRANDED
    claim = call.claims.get()
    assert (claim.amount, claim.state) == (4000, ClaimState.RELEASED)
    assert not call.assignments.get().at_own_fault
    assert not call.charges.exists()
    assert payments.balance(Account.EXPENSE_COMPENSATION, "CHF").minor == 4000
    assert books_balance()


def test_the_brand_that_pays_bears_the_journey_that_it_caused() -> None:
    brand = a_brand("shop", is_own=False)
    a_price(brand, model="principal", payer="brand", provider_pay=5000)
    luca = a_helper()
    call = at_the_door(luca, confirmed(luca, a_drafted_call(brand=brand)))
    journey.check_out(call_id=call.id, cause=Cause.BRAND_FAULT, words="Keine Leitung", now=after(5, luca))
    assert payments.balance(Account.RECEIVABLE_PARTNER, "CHF").minor == 5000
    assert call.claims.get().amount == 4000
    assert books_balance()


def test_a_helper_who_is_not_able_to_do_the_work_gets_nothing_for_the_way() -> None:
    luca = a_helper()
    call = at_the_door(luca)
    journey.check_out(call_id=call.id, cause=Cause.HELPER_UNABLE, words="Kein Werkzeug", now=after(5, luca))
    held = call.assignments.get()
    assert (stage(call), held.at_own_fault, held.release_reason) == (Stage.STRANDED, True, "unable")
    assert not Claim.objects.exists()


def test_after_a_journey_in_vain_somebody_else_can_come_and_both_are_paid() -> None:
    luca, mia = a_helper(level=5), a_helper("Mia")
    call = at_the_door(luca)
    journey.check_out(call_id=call.id, cause=Cause.UNSAFE, words="Hund", now=after(5, luca))
    desk = by(Who.DESK, IN_THREE_DAYS + 6 * MINUTE)
    journey.assign_by_desk(call_id=call.id, helper_id=mia.id, reason="", now=desk)
    mia_now = by_helper(mia, IN_THREE_DAYS + 20 * MINUTE)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=mia_now)
    clock_runs(mia_now.at)
    journey.set_out(call_id=call.id, now=mia_now)
    journey.arrive(call_id=call.id, now=mia_now)
    journey.check_out(call_id=call.id, cause=Cause.UNSAFE, words="Hund", now=mia_now)
    assert sorted(call.claims.values_list("provider__helpers__first_name", "amount")) == [("Luca", 4000), ("Mia", 4000)]
    assert books_balance()


def test_nobody_checks_out_who_is_not_there() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    with pytest.raises(WrongStage):
        journey.check_out(call_id=call.id, cause=Cause.UNSAFE, words="Hund", now=by_helper(luca, NOON))
    assert stage(call) == Stage.CONFIRMED


def confirmed(luca: Helper, call: ServiceCall) -> ServiceCall:
    accepted_by(luca, call, NOON)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca))
    journey.confirm(call_id=call.id, now=by_helper(luca))
    return fresh(call)

from datetime import timedelta

import pytest
from tests.payments.builders import AGENCY, BOOKED, BRAND_PAYS, VISIT, Terms, a_call, assigned, at, saved

from mila.booking.models import ServiceCall, TimeWish
from mila.payments import actions, queries
from mila.payments.adapters.test.models import Taken
from mila.payments.models import Hold, HoldState

pytestmark = pytest.mark.django_db
DUE = VISIT - timedelta(hours=72)


def a_planned(card: str = "4242", terms: Terms = AGENCY) -> ServiceCall:
    call = a_call(terms, visit=None if terms.wish == TimeWish.ASAP else VISIT)
    saved(call, card)
    actions.plan_hold(call, at(BOOKED))
    return call


def ask(call: ServiceCall) -> Hold:
    answer = actions.ask_for_hold(at=DUE)
    assert answer is not None
    actions.note_hold(call, answer, at(DUE))
    return Hold.objects.get(call=call)


def test_the_agreed_total_is_held_72_hours_before_the_visit() -> None:
    hold = Hold.objects.get(call=a_planned())
    assert (hold.amount, hold.due_at, hold.state) == (12390, DUE, HoldState.PLANNED)


def test_nothing_is_asked_of_the_bank_before_that() -> None:
    a_planned()
    assert actions.ask_for_hold(at=DUE - timedelta(seconds=1)) is None


def test_an_immediate_call_is_held_at_once() -> None:
    assert Hold.objects.get(call=a_planned(terms=Terms(wish=TimeWish.ASAP))).due_at == BOOKED


def test_a_plan_that_stands_is_not_made_again() -> None:
    call = a_planned()
    actions.plan_hold(call, at(BOOKED))
    assert Hold.objects.filter(call=call).count() == 1


def test_means_that_cannot_hold_are_only_saved() -> None:
    assert not Hold.objects.filter(call=a_planned("twint")).exists()


def test_where_the_brand_pays_nothing_is_held() -> None:
    call = a_call(BRAND_PAYS)
    actions.plan_hold(call, at(BOOKED))
    assert not Hold.objects.filter(call=call).exists()


def test_a_hold_lapses_when_the_bank_says_so() -> None:
    hold = ask(a_planned())
    assert (hold.state, hold.lapses_at) == (HoldState.HELD, DUE + timedelta(days=7))


def test_a_failed_hold_leaves_the_call_unsecured() -> None:
    call = a_planned("9995")
    assert ask(call).decline_code == "insufficient_funds"
    assert queries.is_unsecured(call)


def test_other_means_after_a_failed_hold_are_held_in_turn() -> None:
    call = a_planned("9995")
    ask(call)
    saved(call)
    actions.plan_hold(call, at(BOOKED))
    assert [hold.state for hold in call.holds.order_by("id")] == [HoldState.FAILED, HoldState.PLANNED]
    assert not queries.is_unsecured(call)


def test_a_plan_is_given_up_without_a_word_to_the_bank() -> None:
    call = a_planned()
    actions.free_hold(call, at(BOOKED))
    assert Hold.objects.get(call=call).due_at is None


def test_what_is_held_is_freed_at_the_bank() -> None:
    call = a_planned()
    ask(call)
    actions.free_hold(call, at(DUE))
    assert actions.ask_for_hold(at=DUE) is None
    assert Taken.objects.get().state == "freed"
    assert Hold.objects.get(call=call).due_at is None


def test_a_hold_that_succeeds_after_the_call_was_cancelled_is_freed() -> None:
    call = a_planned()
    answer = actions.ask_for_hold(at=DUE)
    assert answer is not None
    actions.free_hold(call, at(DUE))
    actions.note_hold(call, answer, at(DUE))
    assert actions.ask_for_hold(at=DUE) is None
    assert Taken.objects.get().state == "freed"


def test_a_lost_answer_is_asked_for_again_and_holds_once() -> None:
    call = a_planned("0093")
    assert actions.ask_for_hold(at=DUE) is None
    answer = actions.ask_for_hold(at=DUE + timedelta(minutes=1))
    assert answer is not None
    actions.note_hold(call, answer, at(DUE))
    assert Hold.objects.get(call=call).state == HoldState.HELD
    assert Taken.objects.count() == 1


def test_two_workers_do_not_take_the_same_hold() -> None:
    assigned(a_planned())
    assert actions.ask_for_hold(at=DUE) is not None
    assert actions.ask_for_hold(at=DUE) is None

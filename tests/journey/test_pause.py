"""No money is held: two hours before, the visit pauses, unless the helper chooses to go."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.factories import IN_THREE_DAYS, NOON, a_helper, by, by_helper
from tests.story import a_secured_call, accepted_by, bank_runs, clock_runs, fresh, stage, told

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey import machine
from mila.journey.conditions import Secured
from mila.kernel.occasion import Who
from mila.payments import queries as payments
from mila.payments.adapters import MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BEFORE = IN_THREE_DAYS - 2 * HOUR


@pytest.fixture
def luca() -> Helper:
    return a_helper()


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    """Return a confirmed call whose hold the bank has refused."""
    call = a_secured_call()
    accepted_by(luca, call, NOON)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, NOON))
    journey.confirm(call_id=call.id, now=by_helper(luca, NOON))
    bank_runs(NOON)
    call.holds.update(state="failed", due_at=None, decline_code="card_declined")
    return fresh(call)


def reset(call: ServiceCall) -> None:
    """Let the call count its deadlines again, as the bank's answer does."""
    with transaction.atomic():
        machine.reset_deadline(machine.lock(call.id))


def test_two_hours_before_an_unsecured_visit_pauses(call: ServiceCall) -> None:
    reset(call)
    clock_runs(BEFORE - timedelta(minutes=1))
    assert stage(call) == Stage.CONFIRMED
    clock_runs(BEFORE)
    assert stage(call) == Stage.PAUSED
    assert told(call, "tell_of_pause")
    assert told(call, "tell_helper_of_pause")


def test_a_helper_who_chooses_to_go_is_not_paused(luca: Helper, call: ServiceCall) -> None:
    reset(call)
    journey.go_unsecured(call_id=call.id, now=by_helper(luca, BEFORE - HOUR))
    clock_runs(BEFORE)
    assert stage(call) == Stage.CONFIRMED
    assert call.assignments.get().goes_unsecured_at == BEFORE - HOUR


def test_a_helper_may_choose_to_go_while_paused(luca: Helper, call: ServiceCall) -> None:
    reset(call)
    clock_runs(BEFORE)
    journey.go_unsecured(call_id=call.id, now=by_helper(luca, BEFORE))
    assert stage(call) == Stage.CONFIRMED
    assert told(call, "tell_visit_goes_on")
    journey.set_out(call_id=call.id, now=by_helper(luca, BEFORE))


def test_secured_again_the_visit_goes_on(call: ServiceCall) -> None:
    reset(call)
    clock_runs(BEFORE)
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, BEFORE))
    saved = Saved(means_of(CARDS["4242"]), CARDS["4242"].label, CARDS["4242"].can_hold)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, saved), now=by(Who.BANK, BEFORE))
    assert stage(call) == Stage.PAUSED
    bank_runs(BEFORE + timedelta(minutes=1))
    assert stage(call) == Stage.CONFIRMED
    assert told(call, "tell_helper_visit_goes_on")


def test_never_secured_it_is_cancelled_and_costs_nothing(call: ServiceCall) -> None:
    reset(call)
    clock_runs(BEFORE)
    clock_runs(IN_THREE_DAYS + HOUR)
    assert stage(call) == Stage.CANCELLED
    assert call.assignments.get().at_own_fault is False
    assert not call.charges.exists()
    assert told(call, "announce_cancellation")


def test_where_money_is_held_there_is_nothing_to_choose(luca: Helper) -> None:
    call = a_secured_call()
    accepted_by(luca, call, NOON)
    assert not payments.is_unsecured(call)
    with pytest.raises(Secured):
        journey.go_unsecured(call_id=call.id, now=by_helper(luca, NOON))

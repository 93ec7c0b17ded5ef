"""Guide: confirm the visit twenty-four hours before."""

from datetime import datetime, timedelta

import pytest
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, by_helper
from tests.story import accepted_by, clock_runs, clock_runs_until, fresh, open_offer, stage, steps, told

from mila.booking.models import AssignmentState, SearchState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey import queries
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY_BEFORE = IN_THREE_DAYS - 24 * HOUR


def contacted(helper: Helper, at: datetime = NOON, starts_at: datetime = IN_THREE_DAYS) -> ServiceCall:
    call = accepted_by(helper, a_requested_call(at, starts_at=starts_at), at)
    return journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))


def holder(call: ServiceCall) -> Helper:
    return call.assignments.get(state=AssignmentState.ACTIVE).helper


def test_the_helper_confirms_in_the_app() -> None:
    luca = a_helper()
    call = contacted(luca)
    assert queries.deadline(call, step="unsure") == DAY_BEFORE
    journey.confirm(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS - 30 * HOUR))
    assert stage(call) == Stage.CONFIRMED
    entry = call.diary.get(step="confirm")
    assert (entry.at, entry.actor, entry.stage) == (IN_THREE_DAYS - 30 * HOUR, luca.id, Stage.CONFIRMED)


def test_the_client_is_reminded_of_the_visit() -> None:
    luca = a_helper()
    call = contacted(luca)
    journey.confirm(call_id=call.id, now=by_helper(luca, DAY_BEFORE - HOUR))
    clock_runs_until(IN_THREE_DAYS)
    (reminder,) = told(call, "remind_customer")
    assert reminder.recipient == call.booker.email
    assert "Luca" in reminder.text
    assert "14:00" in reminder.text


def test_accepting_less_than_26_hours_before_confirms() -> None:
    luca = a_helper()
    near = contacted(luca, starts_at=NOON + 25 * HOUR + 59 * MINUTE)
    assert near.stage == Stage.CONFIRMED
    assert steps(near)[-1] == "contact"
    assert len(told(near, "remind_customer")) == 1
    far = contacted(luca, starts_at=NOON + timedelta(days=2))
    assert far.stage == Stage.CONTACTED
    mia = a_helper("Mia", level=5)
    just = contacted(mia, starts_at=NOON + 26 * HOUR + MINUTE)
    assert just.stage == Stage.CONTACTED
    assert queries.deadline(just, step="unsure") == NOON + 2 * HOUR + MINUTE


def test_accepting_shortly_before_leaves_the_call_to_be_made() -> None:
    call = accepted_by(a_helper(), a_requested_call(starts_at=NOON + 25 * HOUR), NOON)
    assert call.stage == Stage.ACCEPTED
    assert queries.deadline(call, step="silent") == NOON + 12 * HOUR


def test_the_helper_is_reminded_at_36_and_26_hours() -> None:
    luca = a_helper()
    call = contacted(luca)
    for hours, first, second in ((37, 0, 0), (36, 1, 0), (27, 1, 0), (26, 1, 1), (25, 1, 1)):
        clock_runs(IN_THREE_DAYS - hours * HOUR)
        assert len(told(call, "remind_to_confirm")) == first, hours
        assert len(told(call, "remind_again_to_confirm")) == second, hours
    sure = contacted(luca, starts_at=IN_THREE_DAYS + timedelta(days=1))
    journey.confirm(call_id=sure.id, now=by_helper(luca))
    for hours in (37, 36, 26, 25):
        clock_runs(IN_THREE_DAYS + timedelta(days=1) - hours * HOUR)
    assert told(sure, "remind_to_confirm") == []


def test_a_missed_confirmation_offers_the_job_to_another() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = contacted(luca)
    clock_runs_until(DAY_BEFORE - MINUTE)
    assert not call.searches.filter(state=SearchState.RUNNING).exists()
    assert open_offer(call, DAY_BEFORE).helper == mia
    assert (stage(call), holder(call)) == (Stage.CONTACTED, luca)
    assert len(told(call, "tell_holder_of_replacement")) == 1
    accepted_by(mia, call, DAY_BEFORE)
    assert (stage(call), holder(call)) == (Stage.ACCEPTED, mia)
    assert fresh(call).visit_starts_at == IN_THREE_DAYS


def test_confirming_late_ends_the_search() -> None:
    luca = a_helper("Luca", level=4)
    a_helper("Mia")
    call = contacted(luca)
    open_offer(call, DAY_BEFORE)
    journey.confirm(call_id=call.id, now=by_helper(luca, DAY_BEFORE + MINUTE))
    assert (stage(call), holder(call)) == (Stage.CONFIRMED, luca)
    assert not call.searches.filter(state=SearchState.RUNNING).exists()
    assert not call.offers.filter(due_at__isnull=False).exists()

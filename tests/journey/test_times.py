"""Another time for the visit: only at the customer's request, and the old one binds until the helper agrees."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_confirmed_call,
    a_helper,
    a_requested_call,
    an_accepted_call,
    by,
    by_helper,
)
from tests.story import bank_runs, clock_runs, fresh, stage, steps, told, who_is_asked

from mila.booking import queries as booking
from mila.booking import times
from mila.booking.models import ProposalState, ServiceCall, Stage, TimeProposal, TimeWish
from mila.dispatch.actions import NotFree, Overlap
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.payments import queries as payments
from mila.payments.models import HoldState
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = IN_THREE_DAYS + DAY


def customer(at: datetime = NOON) -> Occasion:
    return by(Who.CUSTOMER, at)


def ask(call: ServiceCall, start: datetime = FRIDAY, at: datetime = NOON + HOUR) -> ServiceCall:
    return journey.ask_for_time(call_id=call.id, starts_at=start, now=customer(at))


def state(call: ServiceCall) -> str:
    return TimeProposal.objects.filter(call=call).latest("id").state


def binds(call: ServiceCall) -> datetime | None:
    """Return the one time that binds: the call and the promise never say different ones."""
    call = fresh(call)
    held, start = booking.active_assignment(call), call.visit_starts_at
    if held is not None:
        assert (held.period.lower if held.period else None) == start
    return start


def to_be_agreed(call: ServiceCall) -> ServiceCall:
    """Make a call one whose time is to be agreed, as the booking writes it."""
    ServiceCall.objects.filter(pk=call.pk).update(time_wish=TimeWish.TO_AGREE, visit_starts_at=None)
    return fresh(call)


def test_while_nobody_is_assigned_the_time_simply_changes() -> None:
    a_helper()
    call = a_requested_call()
    luca_is_asked = who_is_asked(call, NOON)
    ask(call)
    assert fresh(call).visit_starts_at == FRIDAY
    assert call.searches.count() == 2
    assert who_is_asked(fresh(call), NOON + HOUR) == luca_is_asked
    assert told(call, "tell_of_new_time")


def test_a_time_at_which_nobody_is_free_is_refused() -> None:
    call = a_requested_call()
    with pytest.raises(journey.NoSupply):
        ask(call)


@pytest.mark.parametrize("start", [datetime.max.replace(tzinfo=UTC), NOON + timedelta(days=366)])
def test_a_time_that_nobody_can_plan_for_is_refused(start: datetime) -> None:
    for call in (an_accepted_call(a_helper()), a_requested_call()):
        with pytest.raises(journey.NoSupply):
            ask(call, start)


def test_the_old_time_binds_until_the_helper_agrees() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    ask(call)
    assert binds(call) == IN_THREE_DAYS
    assert told(call, "ask_helper_for_time")
    journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + 2 * HOUR))
    assert binds(call) == FRIDAY
    assert stage(call) == Stage.CONTACTED
    assert state(call) == ProposalState.AGREED
    assert told(call, "tell_of_new_time")


def test_a_near_new_time_needs_no_confirmation() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    tomorrow = NOON + DAY + HOUR
    ask(call, tomorrow)
    journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + HOUR))
    assert stage(call) == Stage.CONFIRMED


def test_asking_for_the_same_again_changes_nothing() -> None:
    call = an_accepted_call(a_helper())
    ask(call)
    ask(call)
    assert TimeProposal.objects.count() == 1
    assert steps(call).count("time_asked") == 1


def test_one_open_request_per_call() -> None:
    call = an_accepted_call(a_helper())
    ask(call)
    with pytest.raises(times.AlreadyAsked):
        ask(call, FRIDAY + HOUR)
    row = TimeProposal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeProposal.objects.create(
            call=call,
            assignment=row.assignment,
            asked_by="customer",
            starts=[FRIDAY],
            window_minutes=30,
            asked_at=NOON,
            due_at=NOON,
        )


def test_the_helper_cannot_agree_to_what_overlaps() -> None:
    luca = a_helper()
    other = an_accepted_call(luca, starts_at=FRIDAY)
    call = an_accepted_call(luca)
    ask(call)
    with pytest.raises(Overlap):
        journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + 2 * HOUR))
    assert (binds(call), binds(other)) == (IN_THREE_DAYS, FRIDAY)
    assert state(call) == ProposalState.ASKED


def test_silence_for_two_hours_leaves_the_customer_to_choose() -> None:
    call = an_accepted_call(a_helper())
    ask(call)
    clock_runs(NOON + 3 * HOUR - timedelta(minutes=1))
    assert state(call) == ProposalState.ASKED
    clock_runs(NOON + 3 * HOUR)
    assert state(call) == ProposalState.SILENT
    assert told(call, "ask_customer_to_choose")
    journey.keep_time(call_id=call.id, now=customer(NOON + 4 * HOUR))
    assert binds(call) == IN_THREE_DAYS


def test_near_the_visit_the_helper_has_half_of_the_time_left() -> None:
    call = an_accepted_call(a_helper())
    at = IN_THREE_DAYS - HOUR
    ask(call, FRIDAY, at)
    assert TimeProposal.objects.get().due_at == at + HOUR / 2


def test_a_customer_who_chooses_nothing_keeps_the_old_time() -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    ask(call)
    journey.refuse_time(call_id=call.id, now=by_helper(luca, NOON + HOUR))
    clock_runs(NOON + 26 * HOUR)
    assert state(call) == ProposalState.KEPT
    assert binds(call) == IN_THREE_DAYS


def test_searching_anew_frees_the_helper_without_fault() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = an_accepted_call(luca)
    ask(call)
    journey.refuse_time(call_id=call.id, now=by_helper(luca, NOON + HOUR))
    journey.seek_at_time(call_id=call.id, now=customer(NOON + HOUR))
    assert stage(call) == Stage.REQUESTED
    assert call.assignments.get().at_own_fault is False
    assert told(call, "tell_released_helper")
    assert who_is_asked(fresh(call), NOON + HOUR) == mia
    assert fresh(call).visit_starts_at == FRIDAY


def test_near_the_visit_searching_anew_is_no_way_round_the_cost() -> None:
    luca = a_helper("Luca", level=4)
    a_helper("Mia")
    call = a_confirmed_call(luca)
    at = IN_THREE_DAYS - 10 * HOUR
    ask(call, FRIDAY, at)
    journey.refuse_time(call_id=call.id, now=by_helper(luca, at))
    with pytest.raises(journey.TooLateToSeek):
        journey.seek_at_time(call_id=call.id, now=customer(at))
    assert binds(call) == IN_THREE_DAYS


def test_a_visit_moved_late_costs_no_less_to_cancel() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    at = IN_THREE_DAYS - 10 * HOUR
    cost = payments.cancellation_cost(call, at).cost
    assert cost.minor > 0
    ask(call, FRIDAY + DAY, at)
    moved = journey.agree_to_time(call_id=call.id, now=by_helper(luca, at))
    assert payments.cancellation_cost(moved, at).cost == cost
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, at))
    assert payments.cancellation_cost(fresh(call), at).cost.minor == 0


def test_a_visit_moved_early_is_free_to_cancel() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    ask(call)
    moved = journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + HOUR))
    assert payments.cancellation_cost(moved, NOON + HOUR).is_free


def test_a_request_taken_back_cannot_be_agreed_to() -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    ask(call)
    journey.withdraw_time(call_id=call.id, now=customer(NOON + HOUR))
    with pytest.raises(times.NothingAsked):
        journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + HOUR))
    assert told(call, "tell_helper_time_stays")


def test_setting_out_and_dropping_out_end_the_request() -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    ask(call)
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, NOON + HOUR))
    assert state(call) == ProposalState.OVERTAKEN
    assert "time_overtaken" in steps(call)


def test_the_hold_follows_the_new_time() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    at = IN_THREE_DAYS - 60 * HOUR
    bank_runs(at)
    assert call.holds.get().state == HoldState.HELD
    ask(call, IN_THREE_DAYS + 7 * DAY, at)
    journey.agree_to_time(call_id=call.id, now=by_helper(luca, at))
    assert sorted(call.holds.values_list("state", flat=True)) == [HoldState.FREED, HoldState.PLANNED]
    assert call.holds.get(state=HoldState.PLANNED).due_at == IN_THREE_DAYS + 7 * DAY - 72 * HOUR


def test_nobody_asks_for_a_time_once_the_helper_is_on_the_way() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    with pytest.raises(machine.WrongStage):
        ask(call, FRIDAY, IN_THREE_DAYS)


def test_a_time_to_be_agreed_is_proposed_and_approved() -> None:
    luca = a_helper()
    call = to_be_agreed(a_requested_call())
    call = _accepted(luca, call)
    assert binds(call) is None
    proposed = [IN_THREE_DAYS, FRIDAY]
    journey.propose_times(call_id=call.id, starts=proposed, now=by_helper(luca, NOON + HOUR))
    assert told(call, "tell_proposed_times")
    journey.approve_time(call_id=call.id, starts_at=FRIDAY, now=customer(NOON + 2 * HOUR))
    assert binds(call) == FRIDAY
    assert stage(call) == Stage.ACCEPTED


def test_who_proposed_times_to_a_client_who_never_answers_is_not_at_fault() -> None:
    luca = a_helper()
    call = _accepted(luca, to_be_agreed(a_requested_call()))
    for number in range(2):
        then = by_helper(luca, NOON + number * HOUR)
        journey.log_contact(call_id=call.id, outcome=ContactOutcome.NO_ANSWER, now=then)
    journey.propose_times(call_id=call.id, starts=[FRIDAY], now=by_helper(luca, NOON + 2 * HOUR))
    journey.drop_out(call_id=call.id, reason="client_unreachable", now=by_helper(luca, NOON + 3 * HOUR))
    assert call.diary.filter(step="time_overtaken").exists()
    assert not call.assignments.get().at_own_fault


def test_a_helper_proposes_own_free_times_alone() -> None:
    luca = a_helper()
    call = _accepted(luca, to_be_agreed(a_requested_call()))
    night = IN_THREE_DAYS + 12 * HOUR
    with pytest.raises(NotFree):
        journey.propose_times(call_id=call.id, starts=[night], now=by_helper(luca, NOON))
    with pytest.raises(journey.TimesUnfit):
        journey.propose_times(call_id=call.id, starts=[], now=by_helper(luca, NOON))


def test_a_proposed_time_taken_meanwhile_is_said_so() -> None:
    luca = a_helper()
    call = _accepted(luca, to_be_agreed(a_requested_call()))
    journey.propose_times(call_id=call.id, starts=[FRIDAY], now=by_helper(luca, NOON))
    an_accepted_call(luca, starts_at=FRIDAY)
    with pytest.raises(journey.TimeTaken):
        journey.approve_time(call_id=call.id, starts_at=FRIDAY, now=customer())
    assert binds(call) is None
    assert state(call) == ProposalState.ASKED


def test_the_customer_can_ask_for_other_times_and_nobody_waits_for_ever() -> None:
    luca = a_helper()
    call = _accepted(luca, to_be_agreed(a_requested_call()))
    journey.propose_times(call_id=call.id, starts=[FRIDAY], now=by_helper(luca, NOON))
    journey.decline_times(call_id=call.id, now=customer(NOON + HOUR))
    assert told(call, "ask_for_other_times")
    journey.propose_times(call_id=call.id, starts=[FRIDAY + HOUR], now=by_helper(luca, NOON + HOUR))
    clock_runs(NOON + 26 * HOUR)
    assert state(call) == ProposalState.LAPSED
    clock_runs(NOON + 4 * DAY)
    assert stage(call) == Stage.STRANDED


def _accepted(helper: object, call: ServiceCall) -> ServiceCall:
    clock_runs(NOON)
    offer = booking.exclusive_offer(call)
    assert offer is not None
    assert offer.helper == helper
    return journey.accept(offer_key=offer.key, now=by_helper(offer.helper)).call

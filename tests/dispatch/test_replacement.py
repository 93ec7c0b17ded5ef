"""Somebody who has not set out keeps the visit until another has accepted it, or until the way begins after all."""

from datetime import timedelta

import pytest
from tests.factories import IN_THREE_DAYS, a_confirmed_call, a_helper, a_policy, by_helper
from tests.story import clock_runs_until, fresh, stage, steps, told

from mila.booking import queries as booking
from mila.booking.models import Offer, OfferState, SearchPurpose, ServiceCall, Stage
from mila.dispatch.actions import OfferGone
from mila.journey import actions as journey
from mila.sites.provider.steps import next_step

pytestmark = pytest.mark.django_db
LATE = IN_THREE_DAYS + timedelta(minutes=30)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def a_late_call() -> tuple[ServiceCall, Offer]:
    """Return a call whose helper Luca has not set out, and the offer to Mia."""
    luca = a_helper("Luca", level=5)
    call = a_confirmed_call(luca)
    a_helper("Mia")
    clock_runs_until(LATE)
    offer = booking.exclusive_offer(call)
    assert offer is not None
    return call, offer


def test_who_has_not_set_out_keeps_the_visit_while_somebody_else_is_sought() -> None:
    call, offer = a_late_call()
    search, held = booking.running_search(call), booking.active_assignment(call)
    assert search is not None
    assert search.purpose == SearchPurpose.REPLACEMENT
    assert held is not None
    assert (held.helper.first_name, offer.helper.first_name) == ("Luca", "Mia")
    assert stage(call) == Stage.CONFIRMED
    assert len(told(call, "ask_helper_to_set_out")) == 1


def test_setting_out_ends_the_search() -> None:
    call, offer = a_late_call()
    held = booking.active_assignment(call)
    assert held is not None
    journey.set_out(call_id=call.id, now=by_helper(held.helper, LATE + SECOND))
    assert booking.running_search(call) is None
    with pytest.raises(OfferGone):
        journey.accept(offer_key=offer.key, now=by_helper(offer.helper, LATE + 2 * SECOND))
    offer.refresh_from_db()
    assert (offer.state, offer.closed_because) == (OfferState.CLOSED, "kept")


def test_a_replacement_takes_the_visit_and_both_are_told() -> None:
    call, offer = a_late_call()
    journey.accept(offer_key=offer.key, now=by_helper(offer.helper, LATE + SECOND))
    held, before = booking.active_assignment(fresh(call)), call.assignments.get(helper__first_name="Luca")
    assert held is not None
    assert held.helper == offer.helper
    assert (before.release_reason, before.at_own_fault) == ("replaced", True)
    assert len(told(call, "tell_released_helper")) == len(told(call, "introduce_helper")) - 1 == 1
    clock_runs_until(LATE + 14 * MINUTE)
    assert stage(call) == Stage.ACCEPTED  # a deadline never runs out at the moment it begins


def test_nobody_comes_and_the_call_is_the_desk_s() -> None:
    call, _offer = a_late_call()
    clock_runs_until(LATE + timedelta(hours=2))
    assert stage(call) == Stage.STRANDED
    assert booking.running_search(call) is None


def test_a_late_search_does_not_spend_its_whole_bonus_at_once() -> None:
    a_policy(bonus_step=500, bonus_most=1500)
    call, offer = a_late_call()
    assert offer.bonus == 0
    assert "bonus_offered" not in steps(call)


def test_the_helper_s_page_knows_that_it_is_late() -> None:
    call, _offer = a_late_call()
    due = next_step(fresh(call), LATE)
    assert (due.due_at, due.is_late) == (LATE, True)
    assert not next_step(fresh(call), LATE - SECOND).is_late

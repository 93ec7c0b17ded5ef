"""Guide: on the way."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.factories import IN_THREE_DAYS, a_confirmed_call, a_helper, by_helper
from tests.story import clock_runs_until, fresh, stage, steps, told

from mila.booking.models import Stage
from mila.journey import actions as journey
from mila.journey.conditions import TooEarly

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_one_tap_sets_out() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = a_confirmed_call(luca)
    with pytest.raises(journey.NotYourVisit):
        journey.set_out(call_id=call.id, now=by_helper(mia, IN_THREE_DAYS))
    with pytest.raises(TooEarly):
        journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS - timedelta(hours=5)))
    for _ in range(2):
        journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS - 20 * MINUTE))
    assert stage(call) == Stage.ON_THE_WAY
    assert steps(call).count("set_out") == 1


def test_a_late_helper_is_announced_to_client_and_desk() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    clock_runs_until(IN_THREE_DAYS + 45 * MINUTE)
    (letter,) = told(call, "tell_customer_of_lateness")
    assert letter.recipient == call.booker.email
    assert steps(call).count("late") == 1
    clock_runs_until(IN_THREE_DAYS + 150 * MINUTE)
    assert stage(call) == Stage.STRANDED  # for the desk
    assert len(told(call, "alert_customer_of_delay")) == 1
    assert fresh(call).due_at is None


def test_your_client_knows_when_to_expect_you() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    call = journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    (letter,) = told(call, "share_arrival_time")
    assert call.expected_at == IN_THREE_DAYS + call.offers.get().travel_minutes * MINUTE
    said = call.expected_at.astimezone(ZoneInfo("Europe/Zurich")).strftime("%H:%M")
    assert said in letter.text
    assert said in Client().get(f"/s/{call.status_key}/").content.decode()

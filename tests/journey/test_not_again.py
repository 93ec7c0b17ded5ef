"""Either side may wish not to meet the other again, and take it back."""

from datetime import timedelta

import pytest
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_done_call,
    a_helper,
    a_requested_call,
    an_accepted_call,
    by,
    by_helper,
)
from tests.story import a_signed_off_call, steps, who_is_asked

from mila.booking.exclusions import ReasonMissing
from mila.booking.models import Exclusion
from mila.journey import actions as journey
from mila.journey.actions import NotYourVisit
from mila.journey.machine import WrongStage
from mila.kernel.occasion import Who

pytestmark = pytest.mark.django_db
NEXT_WEEK = IN_THREE_DAYS + timedelta(days=7)


def test_a_customer_who_does_not_want_the_helper_again_gets_another() -> None:
    luca = a_helper("Luca", level=5)
    call = a_signed_off_call(luca)
    mia = a_helper("Mia")
    for _ in range(2):
        journey.exclude(call_id=call.id, now=by(Who.CUSTOMER))
    assert Exclusion.objects.count() == 1
    assert who_is_asked(a_requested_call(starts_at=NEXT_WEEK), NOON) == mia


def test_a_helper_who_does_not_want_to_go_there_is_not_asked_until_he_takes_it_back() -> None:
    luca = a_helper("Luca", level=5)
    call = a_signed_off_call(luca)
    mia = a_helper("Mia")
    journey.exclude(call_id=call.id, reason="Dog", now=by_helper(luca))
    assert Exclusion.objects.get().reason == "Dog"
    assert who_is_asked(a_requested_call(starts_at=NEXT_WEEK), NOON) == mia
    journey.take_back_exclusion(call_id=call.id, now=by_helper(luca))
    assert not Exclusion.objects.exists()
    assert steps(call)[-2:] == ["not_again", "again_after_all"]


def test_one_side_does_not_take_back_what_the_other_said() -> None:
    luca = a_helper()
    call = a_signed_off_call(luca)
    journey.exclude(call_id=call.id, now=by(Who.CUSTOMER))
    journey.take_back_exclusion(call_id=call.id, now=by_helper(luca))
    assert Exclusion.objects.get().by == Who.CUSTOMER


def test_a_helper_says_why_and_speaks_of_own_visits_only() -> None:
    luca, mia = a_helper("Luca", level=5), a_helper("Mia")
    call = a_done_call(luca)
    with pytest.raises(ReasonMissing):
        journey.exclude(call_id=call.id, reason=" ", now=by_helper(luca))
    with pytest.raises(NotYourVisit):
        journey.exclude(call_id=call.id, reason="x", now=by_helper(mia))


def test_before_the_visit_nobody_has_met() -> None:
    call = an_accepted_call(a_helper())
    with pytest.raises(WrongStage):
        journey.exclude(call_id=call.id, now=by(Who.CUSTOMER))

"""One call from the booking to the released claim, through the verbs."""

from datetime import timedelta

import pytest
from tests.factories import NOON, a_done_call, a_helper, by

from mila.booking.models import Stage
from mila.journey import actions as journey
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.payments.models import Account
from mila.payments.queries import trial_balance
from mila.quality.models import Rating
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose

pytestmark = pytest.mark.django_db


def fail(_call: object, fault: Exception) -> None:
    raise fault


def test_one_call_runs_from_the_booking_to_the_rating() -> None:
    luca = a_helper()
    call = a_done_call(luca)
    assert call.stage == Stage.DONE
    later = call.since + timedelta(minutes=5)
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, later))
    call = journey.sign_off(call_id=call.id, code=code, evidence={}, now=by(Who.CUSTOMER, later))
    assert call.stage == Stage.SIGNED_OFF
    journey.rate(call_id=call.id, stars=5, axes={}, text="", now=by(Who.CUSTOMER, later))
    assert Rating.objects.get(call=call).helper == luca
    assert trial_balance()[Account.RECEIVABLE_CUSTOMER, "CHF"] == 8900 + 490
    assert trial_balance()[Account.PAYABLE_PROVIDER, "CHF"] == -(8900 - 1780)


def test_an_empty_house_has_nothing_overdue() -> None:
    assert sweep(at=NOON, on_fault=fail) == 0

"""A pay-out is told to the provider's people, once."""

from datetime import timedelta

import pytest
from tests.factories import a_helper, by
from tests.story import a_signed_off_call, bank_runs, clock_runs_until

from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments import actions as payments
from mila.payments.models import Payout, PayoutState

pytestmark = pytest.mark.django_db


def test_who_is_paid_out_is_told_once() -> None:
    luca = a_helper()
    call = a_signed_off_call(luca)
    bank_runs(call.since)
    then = call.since + timedelta(days=4)
    clock_runs_until(then)
    payments.run_payouts(run_on=then.date(), at=then)
    while journey.pay_out_next(now=by(Who.BANK, then)):
        pass
    assert Payout.objects.get().state == PayoutState.PAID
    assert Message.objects.filter(template="tell_paid_out", account=luca.account).count() == 1

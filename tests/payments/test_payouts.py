from datetime import timedelta

import pytest
from tests.payments.builders import VISIT, a_call, a_provider, assigned, at

from mila.crowd.models import Provider
from mila.payments import actions, queries
from mila.payments.adapters.test.models import Moved
from mila.payments.models import Account, Claim, ClaimState, Payout, PayoutState

pytestmark = pytest.mark.django_db
RELEASED = VISIT + timedelta(days=3)
TODAY, TOMORROW = RELEASED.date(), RELEASED.date() + timedelta(days=1)


def released(provider: Provider) -> None:
    call = a_call(visit=VISIT)
    assigned(call, provider)
    actions.book_sign_off(call, at(VISIT))
    actions.release_claim(call, at(RELEASED))


def test_all_that_is_released_goes_out_in_one_transfer() -> None:
    leo = a_provider()
    released(leo)
    released(leo)
    assert actions.run_payouts(run_on=TODAY, at=RELEASED) == 1
    assert actions.pay_out_next(at=RELEASED)
    assert Moved.objects.get().amount == 2 * 9520
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.PAID}
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor == 0
    assert queries.difference_to_bank("CHF").minor == 0


def test_claims_are_paid_only_when_the_bank_says_so() -> None:
    released(a_provider())
    actions.run_payouts(run_on=TODAY, at=RELEASED)
    claim = Claim.objects.get()
    assert (claim.state, claim.payout is not None) == (ClaimState.RELEASED, True)


def test_a_second_run_on_the_day_takes_nothing_twice() -> None:
    leo = a_provider()
    released(leo)
    actions.run_payouts(run_on=TODAY, at=RELEASED)
    released(leo)
    assert actions.run_payouts(run_on=TODAY, at=RELEASED) == 0
    assert actions.run_payouts(run_on=TOMORROW, at=RELEASED + timedelta(days=1)) == 1


def test_what_is_not_released_is_not_paid() -> None:
    call = a_call()
    assigned(call)
    actions.book_sign_off(call, at(VISIT))
    assert actions.run_payouts(run_on=TODAY, at=RELEASED) == 0


def test_who_has_no_account_yet_waits() -> None:
    released(a_provider(account=""))
    assert actions.run_payouts(run_on=TODAY, at=RELEASED) == 0


def test_a_failed_transfer_says_why_and_the_claims_go_out_the_next_day() -> None:
    leo = a_provider(account="acct_closed")
    released(leo)
    actions.run_payouts(run_on=TODAY, at=RELEASED)
    actions.pay_out_next(at=RELEASED)
    failed = Payout.objects.get()
    assert (failed.state, failed.fault) == (PayoutState.FAILED, "account_closed")
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF").minor == -9520
    Provider.objects.update(payout_account="acct_new")
    next_day = RELEASED + timedelta(days=1)
    actions.run_payouts(run_on=TOMORROW, at=next_day)
    actions.pay_out_next(at=next_day)
    assert Claim.objects.get().state == ClaimState.PAID


def test_nothing_due_is_nothing_done() -> None:
    assert not actions.pay_out_next(at=RELEASED)

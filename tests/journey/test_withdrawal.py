"""Withdrawing from the contract where the law gives the right (LAW-34, LAW-35)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from tests.countries.abroad import BERLIN, a_call_in, a_local_helper, open_for_business
from tests.factories import NOON, STEPS, a_requested_call, by, by_helper
from tests.story import steps

from mila.booking.models import ServiceCall, Stage, Withdrawal
from mila.booking.withdrawal import Declared, NoRight, OtherOrder
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments.models import Charge, Means, MeansState
from mila.payments.queries import trial_balance
from mila.sites.now import now
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim() -> Helper:
    open_for_business(BERLIN)
    return a_local_helper(BERLIN)


def declared(call: ServiceCall, number: str = "") -> Declared:
    return Declared("Anna Canary", number or call.order_number.lower(), "anna@mail.example", "", "de", "I withdraw.")


def withdraw(call: ServiceCall, **given: str) -> ServiceCall:
    at = call.since + timedelta(minutes=5)
    return journey.withdraw(call_id=call.id, declared=declared(call, **given), now=by(Who.CUSTOMER, at))


def at_work(call: ServiceCall, kim: Helper, done: int) -> ServiceCall:
    Means.objects.create(
        call=call, state=MeansState.SAVED, reference="means_4242", label="Visa", asked_at=NOON, saved_at=NOON
    )
    with transaction.atomic():
        machine.take("secure", call=machine.lock(call.id), now=by(Who.BANK))
    journey.move_search(call_id=call.id, now=by(Who.CLOCK))
    journey.accept(offer_key=call.offers.get().key, now=by_helper(kim))
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(kim))
    if call.stage == Stage.CONTACTED:
        journey.confirm(call_id=call.id, now=by_helper(kim))
    assert call.visit_starts_at
    then = by_helper(kim, call.visit_starts_at)
    for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        call = verb(call_id=call.id, now=then)
    for step in STEPS[:done]:
        journey.tick(call_id=call.id, code=str(step["code"]), now=then)
    return call


def test_before_the_work_a_withdrawal_ends_the_call_free_and_is_confirmed_once(kim: Helper) -> None:
    call = a_call_in(BERLIN)
    for _ in range(2):
        assert withdraw(call).stage == Stage.CANCELLED
    assert Withdrawal.objects.get().owed == 0
    assert not Charge.objects.exists()
    receipt = Message.objects.get(template="confirm_withdrawal")
    assert receipt.recipient == "anna@mail.example"
    assert call.order_number in receipt.text
    assert f"{NOON + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} UTC" in receipt.text
    assert "I withdraw." in receipt.text


def test_during_the_work_the_steps_that_are_done_are_owed(kim: Helper) -> None:
    call = at_work(a_call_in(BERLIN), kim, done=1)
    agreed = call.quotes.get().lines.get(kind="package").amount
    call = withdraw(call)
    assert call.stage == Stage.SIGNED_OFF
    assert Withdrawal.objects.get().owed == call.quotes.latest("version").total == agreed // len(STEPS)
    assert Charge.objects.get().amount == agreed // len(STEPS)
    assert sum(trial_balance().values()) == 0
    assert Message.objects.filter(template="tell_helper_of_withdrawal").count() == 1


def test_work_of_which_nothing_is_done_costs_nothing(kim: Helper) -> None:
    assert withdraw(at_work(a_call_in(BERLIN), kim, done=0)).stage == Stage.CANCELLED
    assert not Charge.objects.exists()


def test_the_right_ends_with_the_work_and_after_14_days(kim: Helper) -> None:
    call = at_work(a_call_in(BERLIN), kim, done=len(STEPS))
    with pytest.raises(NoRight):
        journey.withdraw(
            call_id=call.id, declared=declared(call), now=by(Who.CUSTOMER, call.booked_at + timedelta(days=14))
        )
    assert call.visit_starts_at
    call = journey.finish(call_id=call.id, now=by_helper(kim, call.visit_starts_at))
    with pytest.raises(NoRight):
        withdraw(call)


def test_another_orders_number_is_refused(kim: Helper) -> None:
    with pytest.raises(OtherOrder):
        withdraw(a_call_in(BERLIN), number="M-0000-0000")


def test_swiss_law_gives_no_such_right() -> None:
    call = a_requested_call(now())
    with pytest.raises(NoRight):
        withdraw(call)
    assert "Withdraw from the contract" not in Client().get(f"/s/{call.status_key}/").content.decode()


def test_a_withdrawal_is_never_changed(kim: Helper) -> None:
    withdraw(a_call_in(BERLIN))
    with pytest.raises(DatabaseError), transaction.atomic():
        Withdrawal.objects.update(owed=1)


def test_two_steps_lead_to_a_receipt_without_signing_in(kim: Helper) -> None:
    call = a_call_in(BERLIN, at=now(), starts_at=now() + timedelta(days=3))
    browser, address = Client(), f"/s/{call.status_key}/withdraw/"
    assert address in browser.get(f"/s/{call.status_key}/").content.decode()
    assert call.order_number in browser.get(address).content.decode()
    said = {"name": "Anna", "order_number": call.order_number, "receipt": "not a phone"}
    assert browser.post(address, said).status_code == 422
    said["receipt"] = "anna@mail.example"
    assert "Confirm withdrawal" in browser.post(address, said).content.decode()
    assert not Withdrawal.objects.exists()
    page = browser.post(address, {**said, "confirm": "1"}, follow=True).content.decode()
    assert "Your withdrawal has arrived" in page
    assert steps(call)[-1] == "withdraw"

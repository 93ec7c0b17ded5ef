"""The same thing twice at once: it happens once."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.factories import IN_THREE_DAYS, NOON, a_booking, a_done_call, a_helper, a_requested_call, by
from tests.races.start import at_once, many_times, refusals
from tests.story import EVIDENCE, a_signed_off_call, bank_runs, books_balance, clock_runs_until, fail, stage, steps

from mila.booking.models import OfferState, ServiceCall, Stage
from mila.journey import actions as journey
from mila.journey import machine
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.payments import actions as payments
from mila.payments.models import Charge, Document, Posting
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose


@many_times
def test_one_booking_submitted_eight_times_is_one_call(number: int) -> None:
    given = a_booking(key=f"the same {number}")
    outcomes = at_once(*[lambda: journey.book(given=given, now=by(Who.CUSTOMER))] * 8)
    assert refusals(outcomes) == []
    assert len({one.id for one in outcomes if isinstance(one, ServiceCall)}) == 1
    call = ServiceCall.objects.get(submission_key=given.submission_key)
    assert steps(call) == ["book"]
    assert call.quotes.count() == 1


def test_a_call_is_locked_inside_a_transaction_only() -> None:
    call = a_requested_call()
    with transaction.atomic():
        assert machine.lock(call.pk) == call
    with pytest.raises(transaction.TransactionManagementError):
        machine.lock(call.pk)


@many_times
def test_a_double_sign_off_is_one(number: int) -> None:
    call = a_done_call(a_helper(f"Luca{number}"))
    at = call.since + timedelta(minutes=5)
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, at))
    now = by(Who.CUSTOMER, at)
    outcomes = at_once(*[lambda: journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=now)] * 3)
    assert refusals(outcomes) == []
    assert steps(call).count("sign_off") == 1
    assert Charge.objects.filter(call=call).count() == 1
    assert Posting.objects.filter(call=call, event="sign_off").count() == 1


@many_times
def test_a_yes_meets_the_silence_that_counts_as_one(number: int) -> None:
    call = a_done_call(a_helper(f"Luca{number}"))
    at = call.since + timedelta(hours=24)
    clock_runs_until(at - timedelta(seconds=1))
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, at))
    now = by(Who.CUSTOMER, at)
    outcomes = at_once(
        lambda: journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=now),
        lambda: sweep(at=at, on_fault=fail),
    )
    assert refusals(outcomes) == []
    assert stage(call) == Stage.SIGNED_OFF
    assert Charge.objects.filter(call=call).count() == 1
    assert Posting.objects.filter(call=call, event="sign_off").count() == 1


@many_times
def test_a_double_word_of_the_bank_charges_once(number: int) -> None:
    call = a_signed_off_call(a_helper(f"Luca{number}"))
    at = call.since
    answer = payments.ask_bank_next(at=at)
    assert answer is not None
    outcomes = at_once(*[lambda: journey.bank_answered(answer=answer, now=by(Who.BANK, at))] * 3)
    assert refusals(outcomes) == []
    assert stage(call) == Stage.CHARGED
    assert steps(call).count("charge") == 1
    assert Posting.objects.filter(call=call, event="capture").count() == 1
    documents = Document.objects.filter(call=call)
    assert len({(one.issuer, one.kind, one.number) for one in documents}) == documents.count() == 3
    assert books_balance()


@many_times
def test_two_workers_ask_the_bank_for_one_charge_once(number: int) -> None:
    call = a_signed_off_call(a_helper(f"Luca{number}"))
    outcomes = at_once(*[lambda: payments.ask_bank_next(at=call.since)] * 3)
    assert [one is None for one in outcomes].count(False) == 1
    bank_runs(call.since + timedelta(minutes=2))
    assert stage(call) == Stage.CHARGED


@many_times
def test_two_clock_workers_take_every_step_once(number: int) -> None:
    a_helper(f"Luca{number}")
    a_helper(f"Mia{number}")
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=day)) for day in range(5)]
    taken = at_once(*[lambda: sweep(at=NOON, on_fault=fail)] * 3)
    assert refusals(taken) == []
    sweep(at=NOON, on_fault=fail)
    asked = [call.offers.filter(state=OfferState.MADE).count() for call in calls]
    assert sum(asked) == 2  # two helpers, one exclusive offer each
    assert max(asked) == 1
    for call in calls:
        assert steps(call).count("offer_made") == call.offers.count()


@many_times
def test_two_clock_workers_move_a_call_on_once(number: int) -> None:
    call = a_requested_call(starts_at=NOON + timedelta(hours=1))
    at = NOON + timedelta(days=1)
    taken = at_once(*[lambda: sweep(at=at, on_fault=fail)] * 3)
    assert refusals(taken) == []
    sweep(at=at, on_fault=fail)
    assert stage(call) == Stage.UNSERVED
    assert steps(call).count("nobody_came_forward") == 1

"""Guarantee cases and disputes against everything else in the same instant: money is given, held and taken once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.disputes import HOUSE, at_desk
from tests.factories import a_helper, an_account, by
from tests.journey.bad_days import PAY, PRICE, VISIT, a_confirmed_visit, finished
from tests.races.start import at_once, many_times, refusals
from tests.story import bank_runs, books_balance, clock_runs_until, fail, pay_out_runs

from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Occasion, Who
from mila.payments import actions as payments
from mila.payments import stakes
from mila.payments.actions import Notice
from mila.payments.adapters import get_bank
from mila.payments.adapters.test import disputing
from mila.payments.adapters.test.models import Word
from mila.payments.models import Charge, Claim, Dispute, Payout, Posting, Refund, Retention
from mila.payments.queries import difference_to_bank
from mila.quality.cases import Decision
from mila.quality.models import Bearer, GuaranteeCase, Outcome

DAY = timedelta(days=1)
DONE = VISIT + timedelta(hours=1)


def a_paid_visit(number: int) -> ServiceCall:
    luca = a_helper(f"Luca{number}")
    starts = VISIT + number * DAY
    call = finished(luca, a_confirmed_visit(luca, starts_at=starts), starts)
    bank_runs(starts + timedelta(hours=1))
    return call


def charged_at(call: ServiceCall) -> datetime:
    at = Charge.objects.get(call=call).captured_at
    assert at is not None
    return at


def a_case(call: ServiceCall, at: datetime) -> GuaranteeCase:
    return journey.open_case(call_id=call.pk, words="no Wi-Fi", packages=(), photos=[], now=by(Who.CUSTOMER, at))


def decides(case: GuaranteeCase, outcome: Outcome, at: datetime, name: str) -> Callable[[], object]:
    who = Occasion(by=Who.DESK, at=at, actor=an_account(f"{name}@mila.example").pk)
    decision = Decision(outcome, 0, Bearer.HELPER, f"says {name}")
    return lambda: journey.decide_case(case_id=case.pk, decision=decision, now=who)


def a_dispute(call: ServiceCall, at: datetime) -> Notice:
    charge = Charge.objects.get(call=call)
    made = disputing.open_dispute(
        taken_id=charge.reference, amount=charge.amount, reason="general", word=Word.NEEDS_RESPONSE, at=at
    )
    return next(one for one in get_bank().notices(at=at) if getattr(one.answer, "dispute", "") == made.pk)


def hears(notice: Notice, at: datetime) -> Callable[[], object]:
    return lambda: journey.bank_notified(notice=notice, now=by(Who.BANK, at))


def is_sound() -> bool:
    return books_balance() and not stakes.suspense_differences() and not difference_to_bank("CHF").minor


@many_times
def test_two_people_at_the_desk_decide_the_same_case(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 2 * DAY
    case = a_case(call, at)
    outcomes = at_once(decides(case, Outcome.FULL, at, "dana"), decides(case, Outcome.NONE, at, "emil"))
    assert refusals(outcomes) == ["decided_already"]
    bank_runs(at)
    case.refresh_from_db()
    won = case.outcome == Outcome.FULL
    assert Refund.objects.filter(call=call).count() == int(won)
    assert Posting.objects.filter(call=call, event="give_back").count() == int(won)
    assert Retention.objects.get(source=case.pk).taken == (PAY if won else 0)
    assert is_sound()


@many_times
def test_a_case_is_opened_against_the_pay_out(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 4 * DAY
    clock_runs_until(at)
    outcomes = at_once(
        lambda: a_case(call, at),
        lambda: payments.run_payouts(run_on=at.date(), at=at),
        lambda: payments.run_payouts(run_on=at.date(), at=at),
    )
    assert refusals(outcomes) == []
    pay_out_runs(at)
    claim, held = Claim.objects.get(call=call), Retention.objects.get(call=call)
    assert (claim.payout is None) == (held.amount == PAY)  # held whole, or paid whole and deducted later
    assert Payout.objects.filter(provider=claim.provider).count() == int(claim.payout is not None)
    assert is_sound()


@many_times
def test_a_case_is_decided_against_a_dispute_of_the_same_charge(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 2 * DAY
    case, notice = a_case(call, at), a_dispute(call, at)
    outcomes = at_once(decides(case, Outcome.FULL, at, "dana"), hears(notice, at), hears(notice, at))
    assert refusals(outcomes) in ([], ["disputed"])
    bank_runs(at)
    assert Refund.objects.filter(call=call, state="refunded").count() == 0
    row = Dispute.objects.get(call=call)
    disputing.turn(dispute_id=row.reference, word=Word.LOST, at=at)
    bank_runs(at)
    row.refresh_from_db()
    refunded = sum(Refund.objects.filter(call=call).values_list("amount", flat=True))
    assert refunded == row.covered  # what was decided was paid by the dispute, and nothing twice
    assert row.covered + row.reversed == PRICE
    assert is_sound()


@many_times
def test_a_refund_on_its_way_meets_a_dispute_at_the_bank(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 2 * DAY
    decides(a_case(call, at), Outcome.FULL, at, "dana")()
    at_once(lambda: payments.ask_bank_next(at=at), lambda: a_dispute(call, at))
    bank_runs(at + timedelta(minutes=2))
    row = Dispute.objects.get(call=call)
    disputing.turn(dispute_id=row.reference, word=Word.LOST, at=at + DAY)
    bank_runs(at + DAY)
    row.refresh_from_db()
    refund = Refund.objects.get(call=call)
    assert refund.state == ("covered" if row.covered else "refunded")
    assert is_sound()


@many_times
def test_two_people_at_the_desk_reply_to_the_same_dispute(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 2 * DAY
    hears(a_dispute(call, at), at)()
    row = Dispute.objects.get(call=call)
    outcomes = at_once(
        lambda: journey.hand_in(dispute_id=row.pk, words="done", verdict=HOUSE, now=at_desk(at)),
        lambda: journey.accept_dispute(dispute_id=row.pk, verdict=HOUSE, now=at_desk(at)),
    )
    assert refusals(outcomes) == ["replied_already"]
    bank_runs(at)
    row.refresh_from_db()
    assert (row.state == "lost") == (row.reply == "accepted")
    assert is_sound()


@many_times
def test_a_dispute_meets_the_pay_out_and_the_clock(number: int) -> None:
    call = a_paid_visit(number)
    at = charged_at(call) + 4 * DAY
    clock_runs_until(at)
    notice = a_dispute(call, at)
    outcomes = at_once(
        hears(notice, at),
        lambda: payments.run_payouts(run_on=at.date(), at=at),
        lambda: sweep(at=at, on_fault=fail),
    )
    assert refusals(outcomes) == []
    pay_out_runs(at)
    claim, held = Claim.objects.get(call=call), Retention.objects.get(call=call)
    assert (claim.payout is None) == (held.amount == PAY)
    assert is_sound()

"""Bad days, all of them: each ends in a defined stage, the money right to the cent, and everybody told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.disputes import AT_FAULT, a_paid_visit, disputed, handed_in, the_bank_says
from tests.factories import NOON, a_helper, by, by_helper
from tests.journey.bad_days import (
    ANNA,
    LUCA,
    OWED,
    PAY,
    PRICE,
    VISIT,
    a_confirmed_visit,
    at_bank,
    at_the_door,
    at_work,
    balances,
    cancelled,
    earned,
    finished,
    heard,
    paid_out,
    taken,
)
from tests.sites.desk.conftest import desk
from tests.story import a_secured_call, accepted_by, bank_runs, clock_runs_until, pay_out_runs, stage, steps, told

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.conditions import NothingOwed
from mila.kernel.occasion import Who
from mila.payments.adapters.test.models import Word
from mila.payments.models import Charge, Claim, Document
from mila.quality.cases import Decision
from mila.quality.models import Bearer, Outcome
from mila.visit.models import ContactOutcome
from mila.visit.rules import Cause

pytestmark = pytest.mark.django_db

__all__ = ["desk"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "cost", "share"), [(25 * HOUR, 0, 0), (23 * HOUR, 2348, 1878), (2 * HOUR, 4695, 3756)]
)
def test_the_client_cancels(before: timedelta, cost: int, share: int) -> None:
    luca = a_helper()
    call = cancelled(a_confirmed_visit(luca), VISIT - before)
    assert stage(call) == Stage.CANCELLED
    assert (taken(), earned(), balances().get(OWED, 0), at_bank()) == (cost, share, 0, 0)
    assert "announce_cancellation" in heard(call, ANNA)
    assert "tell_helper_of_cancellation" in heard(call, LUCA)
    receipts = Document.objects.filter(call=call, kind="receipt")
    assert sum(receipts.values_list("total", flat=True)) == cost
    assert ("send_cancellation_receipt" in heard(call, ANNA)) == bool(cost)


def test_the_client_cancels_at_the_door() -> None:
    luca = a_helper()
    call = cancelled(at_the_door(luca, a_confirmed_visit(luca)), VISIT)
    assert stage(call) == Stage.CANCELLED
    assert (taken(), earned(), balances().get(OWED, 0), at_bank()) == (5000, 4000, 0, 0)
    assert list(Document.objects.order_by("total").values_list("total", flat=True)) == [1000, 4000]


def test_a_declined_cancellation_is_dunned_with_dates_and_ends_with_the_desk(desk: Client) -> None:
    luca = a_helper()
    at = VISIT - 23 * HOUR
    call = cancelled(a_confirmed_visit(luca, card="0341"), at)
    assert (stage(call), taken(), balances()[OWED]) == (Stage.CANCELLED, 0, 2348)
    assert len(told(call, "ask_to_pay_cancellation")) == 1
    clock_runs_until(at + 40 * DAY)
    assert [message.made_at - at for message in told(call, "dun_cancellation")] == [DAY, 3 * DAY, 7 * DAY, 14 * DAY]
    assert (
        "letzte Erinnerung" in told(call, "dun_cancellation")[-1].text
        or "last reminder" in told(call, "dun_cancellation")[-1].text
    )
    assert pay_out_runs(at + 40 * DAY) == 0
    page = desk.get(f"/desk/calls/{call.id}/").content.decode()
    assert f"/desk/calls/{call.id}/write-off/" in page
    journey.write_off(call_id=call.id, reason="moved away", now=by(Who.DESK, at + 40 * DAY))
    with pytest.raises(NothingOwed):
        journey.write_off(call_id=call.id, reason="again", now=by(Who.DESK, at + 41 * DAY))
    assert (balances().get(OWED, 0), balances()["expense:bad_debt"]) == (0, 2348)
    assert pay_out_runs(at + 50 * DAY) == 1
    assert at_bank() == 0


def test_a_declined_cancellation_is_paid_by_link(client: Client) -> None:
    luca = a_helper()
    at = VISIT - 23 * HOUR
    call = cancelled(a_confirmed_visit(luca, card="0341"), at)
    page = client.get(f"/s/{call.status_key}/", headers={"accept-language": "en"}).content.decode()
    assert "Pay CHF" in page
    bank = client.post(f"/s/{call.status_key}/pay/").headers["Location"]
    client.post(bank, {"card": "4242"})
    assert Charge.objects.get().state == "captured"
    clock_runs_until(at + 40 * DAY)
    assert told(call, "dun_cancellation") == []
    assert (taken(), balances().get(OWED, 0), at_bank()) == (2348, 0, 0)
    assert client.get(f"/s/{call.status_key}/receipt/").content.decode().count("panel stack") >= 2


def test_a_payment_declined_at_the_sign_off_is_dunned_and_the_helper_is_paid() -> None:
    luca = a_helper()
    call = finished(luca, a_confirmed_visit(luca, card="0341"))
    at = VISIT + HOUR
    bank_runs(at)
    assert (stage(call), balances()[OWED]) == (Stage.UNPAID, PRICE)
    clock_runs_until(at + 20 * DAY)
    assert [message.made_at - at for message in told(call, "dun")] == [DAY, 3 * DAY, 7 * DAY, 14 * DAY]
    assert {"ask_to_pay", "dun"} <= heard(call, ANNA)
    journey.write_off(call_id=call.id, reason="bankrupt", now=by(Who.DESK, at + 20 * DAY))
    assert (stage(call), balances().get(OWED, 0), earned()) == (Stage.CLOSED, 0, PAY)
    assert pay_out_runs(at + 21 * DAY) == 1
    assert at_bank() == 0


def test_no_hold_before_the_visit_pauses_and_then_ends_it_at_no_cost() -> None:
    luca = a_helper()
    call = a_confirmed_visit(luca, card="9995")
    bank_runs(VISIT - 71 * HOUR)
    clock_runs_until(VISIT - 2 * HOUR)
    assert stage(call) == Stage.PAUSED
    assert {"tell_unsecured", "tell_of_pause"} <= heard(call, ANNA)
    assert "tell_helper_of_pause" in heard(call, LUCA)
    clock_runs_until(VISIT + 3 * HOUR)
    assert (stage(call), taken(), earned(), balances()) == (Stage.CANCELLED, 0, 0, {})
    assert "tell_helper_of_cancellation" in heard(call, LUCA)


@pytest.mark.parametrize("reason", ["ill", "no_time", "too_difficult", "transport", "other"])
def test_the_helper_drops_out(reason: str) -> None:
    luca = a_helper()
    call = a_confirmed_visit(luca)
    journey.drop_out(call_id=call.id, reason=reason, now=by_helper(luca, VISIT - 5 * HOUR))
    assert (stage(call), taken(), earned(), balances()) == (Stage.REQUESTED, 0, 0, {})
    assert call.diary.get(step="drop_out").facts == {"reason": reason}
    assert "tell_customer_of_new_search" in heard(call, ANNA)
    assert call.assignments.get().at_own_fault


@pytest.mark.parametrize(("calls", "faults"), [(1, 1), (2, 0)])
def test_the_helper_cannot_reach_the_client(calls: int, faults: int) -> None:
    luca = a_helper()
    call = accepted_by(luca, a_secured_call(), NOON)
    for number in range(calls):
        then = by_helper(luca, NOON + number * HOUR)
        journey.log_contact(call_id=call.id, outcome=ContactOutcome.NO_ANSWER, now=then)
    journey.drop_out(call_id=call.id, reason="client_unreachable", now=by_helper(luca, NOON + 3 * HOUR))
    assert (stage(call), taken(), earned(), balances()) == (Stage.REQUESTED, 0, 0, {})
    assert "tell_customer_of_new_search" in heard(call, ANNA)
    assert call.assignments.filter(at_own_fault=True).count() == faults


def test_the_helper_is_late_and_comes_all_the_same() -> None:
    luca = a_helper()
    call = a_confirmed_visit(luca)
    journey.set_out(call_id=call.id, now=by_helper(luca, VISIT + timedelta(minutes=20)))
    clock_runs_until(VISIT + timedelta(minutes=55))
    assert "tell_customer_of_lateness" in heard(call, ANNA)
    journey.arrive(call_id=call.id, now=by_helper(luca, VISIT + timedelta(minutes=55)))
    assert (stage(call), taken(), balances()) == (Stage.ARRIVED, 0, {})


def test_the_helper_does_not_come() -> None:
    luca = a_helper()
    call = a_confirmed_visit(luca)
    clock_runs_until(VISIT + 3 * HOUR)
    assert (stage(call), taken(), earned(), balances()) == (Stage.STRANDED, 0, 0, {})
    assert {"tell_customer_of_lateness", "alert_customer_of_delay"} <= heard(call, ANNA)
    assert {"ask_helper_to_set_out", "tell_released_helper"} <= heard(call, LUCA)
    assert call.assignments.get().at_own_fault
    cancelled(call, VISIT + 4 * HOUR)
    assert (stage(call), taken()) == (Stage.CANCELLED, 0)


@pytest.mark.parametrize("cause", [Cause.WRONG_PACKAGE, Cause.BRAND_FAULT])
def test_the_work_cannot_be_done_and_it_is_neither_s_fault(cause: Cause) -> None:
    luca = a_helper()
    call = at_the_door(luca, a_confirmed_visit(luca))
    journey.check_out(call_id=call.id, cause=cause, words="the line is dead", now=by_helper(luca, VISIT))
    bank_runs(VISIT)
    assert (stage(call), taken(), earned()) == (Stage.STRANDED, 0, 4000)
    assert balances() == {"expense:compensation": 4000, "payable:provider": -4000}
    assert "tell_of_journey_in_vain" in heard(call, ANNA)
    assert pay_out_runs(VISIT + 4 * DAY) == 1
    assert Claim.objects.get().state == "paid"
    assert at_bank() == 0


@pytest.mark.parametrize(("word", "helper_has"), [(Word.WON, PAY), (Word.LOST, 0)])
def test_a_dispute_after_the_payment(word: str, helper_has: int) -> None:
    call = a_paid_visit(a_helper())
    row = disputed(call)
    assert {"tell_payer_of_dispute"} <= heard(call, ANNA)
    assert {"tell_helper_of_dispute"} <= heard(call, LUCA)
    the_bank_says(handed_in(row, verdict=AT_FAULT), word, days=20)
    clock_runs_until(VISIT + 21 * DAY)
    pay_out_runs(VISIT + 21 * DAY)
    assert (stage(call), paid_out(), balances().get("expense:dispute_loss", 0)) == (
        Stage.CLOSED,
        helper_has,
        0,
    )
    assert (balances().get("dispute:suspense", 0), balances().get("payable:provider", 0), at_bank()) == (0, 0, 0)
    assert "tell_helper_dispute_is_over" in heard(call, LUCA)


def test_a_visit_in_the_night_in_which_the_clocks_go_back() -> None:
    luca = a_helper()
    night = datetime(2027, 10, 31, 0, 0, tzinfo=UTC)  # 02:00 in Bern; 90 minutes later it is 02:30
    after = night + timedelta(minutes=90)
    first, second = [
        journey.assign_by_desk(
            call_id=a_secured_call(night - 3 * DAY, starts_at=starts).id,
            helper_id=luca.id,
            reason="by night",
            now=by(Who.DESK, night - 3 * DAY),
        )
        for starts in (night, after)
    ]
    for call in (first, second):
        journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, night - 3 * DAY))
        journey.confirm(call_id=call.id, now=by_helper(luca, night - 2 * DAY))
    clock_runs_until(night - HOUR)
    for call, starts, said in ((first, night, "02:00"), (second, after, "02:30")):
        finished(luca, call, starts)
        bank_runs(starts + HOUR)
        assert "late" not in steps(call)
        assert stage(call) == Stage.CHARGED
        assert {one.serviced_on.isoformat() for one in Document.objects.filter(call=call)} == {"2027-10-31"}
        assert said in told(call, "remind_customer")[0].text
    clock_runs_until(night + 4 * DAY)
    assert [stage(call) for call in (first, second)] == [Stage.CLOSED] * 2
    assert (taken(), earned(), pay_out_runs(night + 4 * DAY)) == (2 * PRICE, 2 * PAY, 1)
    assert (paid_out(), at_bank()) == (2 * PAY, 0)


def test_a_visit_in_the_night_in_which_the_clocks_go_forward_is_not_late_for_it() -> None:
    luca = a_helper()
    night = datetime(2027, 3, 28, 0, 45, tzinfo=UTC)  # 01:45 in Bern; a quarter of an hour later it is 03:00
    call = a_secured_call(night - 2 * DAY, starts_at=night)
    journey.assign_by_desk(call_id=call.id, helper_id=luca.id, reason="night", now=by(Who.DESK, night - 2 * DAY))
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, night - 2 * DAY))
    journey.confirm(call_id=call.id, now=by_helper(luca, night - 2 * DAY + HOUR))
    at_the_door(luca, call, night + timedelta(minutes=20))  # 03:05 on the client's clock, within the window
    clock_runs_until(night + timedelta(minutes=44))
    assert {"late", "not_on_the_way"} & set(steps(call)) == set()
    cancelled(call, night + timedelta(minutes=30))
    assert (stage(call), taken(), earned(), at_bank()) == (Stage.CANCELLED, 5000, 4000, 0)
    assert {"announce_cancellation"} <= heard(call, ANNA)


@pytest.mark.parametrize(
    ("cause", "ends"), [(Cause.CLIENT_ABSENT, Stage.CANCELLED), (Cause.BRAND_FAULT, Stage.STRANDED)]
)
def test_who_comes_in_vain_to_put_a_visit_right_is_paid_by_the_house(cause: Cause, ends: Stage) -> None:
    mia, redo = a_redo_at_the_door()
    if cause == Cause.CLIENT_ABSENT:
        journey.nobody_opens(call_id=redo.id, now=by_helper(mia, VISIT + 9 * DAY))
        later = VISIT + 9 * DAY + timedelta(minutes=11)
        journey.log_contact(call_id=redo.id, outcome=ContactOutcome.NO_ANSWER, now=by_helper(mia, later))
        journey.check_out(call_id=redo.id, cause=cause, words="", now=by_helper(mia, later))
    else:
        journey.check_out(call_id=redo.id, cause=cause, words="dead line", now=by_helper(mia, VISIT + 9 * DAY))
    assert (stage(redo), Claim.objects.get(call=redo).amount) == (ends, 4000)
    assert balances()["expense:compensation"] == 4000
    assert balances().get("receivable:partner", 0) == 0
    assert "Mia" in told(redo, "tell_of_journey_in_vain")[0].text


def test_who_cancels_a_visit_that_is_free_at_the_door_pays_nothing_and_the_helper_is_paid() -> None:
    _mia, redo = a_redo_at_the_door()
    cancelled(redo, VISIT + 9 * DAY)
    assert (stage(redo), Claim.objects.get(call=redo).amount) == (Stage.CANCELLED, 4000)
    assert not Charge.objects.filter(call=redo).exists()
    assert balances()["expense:compensation"] == 4000
    assert at_bank() == 0


def a_redo_at_the_door() -> tuple[Helper, ServiceCall]:
    luca, mia = a_helper("Luca", level=5), a_helper("Mia", level=3)
    call = a_paid_visit(luca)
    then, desk = VISIT + 2 * DAY, by(Who.DESK, VISIT + 2 * DAY, luca.account_id)
    opened = by(Who.CUSTOMER, VISIT + DAY)
    case = journey.open_case(call_id=call.id, words="no Wi-Fi", packages=(), photos=[], now=opened)
    redo = journey.decide_case(
        case_id=case.id, decision=Decision(Outcome.REDO, 0, Bearer.OPERATOR, "it fell down"), now=desk
    ).redo
    assert redo is not None
    ServiceCall.objects.filter(pk=redo.pk).update(visit_starts_at=VISIT + 9 * DAY, window_minutes=30)
    journey.assign_by_desk(call_id=redo.id, helper_id=mia.id, reason="second try", now=by(Who.DESK, then))
    journey.log_contact(call_id=redo.id, outcome=ContactOutcome.REACHED, now=by_helper(mia, then))
    journey.confirm(call_id=redo.id, now=by_helper(mia, then + DAY))
    return mia, at_the_door(mia, redo, VISIT + 9 * DAY)


def test_the_desk_closes_a_visit_that_the_helper_left_open(desk: Client) -> None:
    luca = a_helper()
    call = at_work(luca, a_confirmed_visit(luca))
    assert f"/desk/calls/{call.id}/finish/" in desk.get(f"/desk/calls/{call.id}/").content.decode()
    assert desk.post(f"/desk/calls/{call.id}/finish/", {"reason": ""}).status_code == 422
    journey.finish_by_desk(call_id=call.id, reason="phone was lost", now=by(Who.DESK, VISIT + 3 * HOUR))
    assert stage(call) == Stage.DONE
    noted = call.diary.get(step="finish_by_desk").facts
    assert noted == {"reason": "phone was lost", "open_steps": ["introduce", "tutorial", "tidy_up"]}
    assert "ask_to_sign_off_for_desk" in heard(call, ANNA)
    assert "tell_helper_of_desks_finish" in heard(call, LUCA)
    clock_runs_until(VISIT + 28 * HOUR)
    bank_runs(VISIT + 28 * HOUR)
    assert (stage(call), taken(), earned(), at_bank()) == (Stage.CHARGED, PRICE, PAY, 0)

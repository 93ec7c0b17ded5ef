from datetime import datetime, timedelta

import pytest
from tests.factories import NOON, a_helper, by
from tests.story import a_secured_call, fresh, steps

from mila.booking.queries import current_quote
from mila.crowd import actions as crowd
from mila.journey import actions as journey
from mila.kernel.ids import new_id
from mila.kernel.occasion import Who
from mila.kernel.place import Point
from mila.messaging.models import Channel, Message
from mila.payments.adapters import Captured, ChargeAnswer, Notice
from mila.payments.models import BankEvent, Charge, ChargePurpose, Hold
from mila.sites.clock import worker
from mila.sites.clock.management.commands import clock, jobs
from mila.sites.clock.worker import Every
from mila.sites.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_the_clock_forgets_positions_whose_time_is_over() -> None:
    luca = a_helper()
    crowd.go_available(helper=luca, until=NOON, position=Point(46.9, 7.4))
    assert clock._forget(NOON) == 1
    luca.refresh_from_db()
    assert luca.available_latitude is None


def test_work_of_the_minute_is_done_once_a_minute() -> None:
    done: list[datetime] = []

    def work(at: datetime) -> int:
        done.append(at)
        return 1

    forget = Every(timedelta(minutes=1), work)
    times = [NOON, NOON + timedelta(seconds=59), NOON + timedelta(seconds=60)]
    assert [forget(at) for at in times] == [1, 0, 1]
    assert done == [times[0], times[2]]


def test_a_notice_that_the_call_refuses_is_heard_once_and_told_to_the_desk() -> None:
    call = a_secured_call()
    quote = current_quote(call)
    charge = Charge.objects.create(
        call=call, quote=quote, purpose=ChargePurpose.VISIT, amount=quote.total, currency="CHF", asked_at=NOON
    )
    answer = ChargeAnswer(call.id, charge.id, 1, Captured("ch_1", 30, NOON), None)
    for _ in range(2):
        journey.bank_notified(notice=Notice("evt_1", "payment", answer), now=by(Who.BANK))
    assert BankEvent.objects.filter(pk="evt_1").exists()
    assert steps(fresh(call)).count("notice_refused") == 1


def test_a_notice_about_no_call_of_ours_stops_nobody() -> None:
    answer = ChargeAnswer(new_id(), new_id(), 1, Captured("ch_1", 30, NOON), None)
    journey.bank_notified(notice=Notice("evt_2", "payment", answer), now=by(Who.BANK))
    assert BankEvent.objects.filter(pk="evt_2").exists()


def test_a_job_that_fails_stops_no_other() -> None:
    def fails(_at: datetime) -> int:
        raise ValueError

    assert jobs._guarded(fails, NOON) == 0
    assert jobs._guarded(lambda _at: 3, NOON) == 3


def test_a_part_leaves_a_sign_of_life() -> None:
    for at in (NOON, NOON + timedelta(seconds=5)):
        worker._beat("clock", at)
    assert Heartbeat.objects.get(pk="clock").at == NOON + timedelta(seconds=5)


def test_one_look_calls_whom_something_waits_for_and_nobody_else() -> None:
    call = a_secured_call()
    Message.objects.all().delete()
    hold = Hold.objects.filter(call=call)
    hold.update(due_at=NOON + timedelta(seconds=1))
    assert jobs.called(NOON) == []
    hold.update(due_at=NOON)
    Message.objects.create(
        account=None, recipient="+41791234567", channel=Channel.SMS, language="de", template="send_code", text="1234",
        made_at=NOON, due_at=NOON,
    )  # fmt: skip
    assert sorted(jobs.called(NOON)) == ["bank", "sms"]
    assert set(jobs.called(NOON)) <= set(jobs.lines())


def test_whoever_may_be_called_has_a_line() -> None:
    assert {*Channel.values, *jobs.DUE.values()} <= set(jobs.lines())


def test_what_is_called_runs_at_once_and_what_is_not_waits() -> None:
    turns = {"mail": worker.Turn(), "sms": worker.Turn()}
    assert worker._call(turns, ["sms", "sms"]) == 0
    assert (turns["mail"].wanted.is_set(), turns["sms"].wanted.is_set()) == (False, True)

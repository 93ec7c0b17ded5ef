from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction
from pytest_django import Settings
from tests.messaging.rows import NOON, NOW, a_call

from mila.messaging import actions
from mila.messaging.models import Channel, Message, MessageState
from mila.messaging.ports import Letter, NotYet
from mila.messaging.queries import dead_letters, mailbox, messages_of_call
from mila.messaging.rules import BACK_OFF, LEASE, LONGEST_WAIT_FOR_CARRIER, TRIES

pytestmark = pytest.mark.django_db


def a_message(number: int, *, to: str = "anna@example.org", channel: Channel = Channel.MAIL) -> Message:
    at = NOON + timedelta(seconds=number)
    return Message.objects.create(
        key=f"{to}:{number}",
        channel=channel,
        recipient=to,
        template="confirm_booking",
        language="en",
        text="Hello",
        made_at=at,
        due_at=at,
    )


class Grudging:
    """A mail server that is well and takes nothing."""

    shows_letters = True

    def carry(self, _letter: Letter) -> None:
        raise NotYet("451 try later")


def send_all(at: datetime) -> int:
    sent = 0
    while actions.send_next(at=at):
        sent += 1
    return sent


def sent_in_order() -> list[str]:
    sent = Message.objects.filter(state=MessageState.SENT)
    return list(sent.order_by("sent_at", "made_at").values_list("key", flat=True))


def test_an_empty_outbox_has_nothing_to_send() -> None:
    assert actions.send_next(at=NOON) is None


def test_a_message_leaves_once_and_stays_readable() -> None:
    message = a_message(0)
    assert send_all(NOON) == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.due_at, message.text) == ("sent", NOON, None, "Hello")


def test_a_message_waits_until_it_is_due() -> None:
    a_message(10)
    assert send_all(NOON + timedelta(seconds=9)) == 0
    assert send_all(NOON + timedelta(seconds=10)) == 1


def test_a_carrier_that_is_away_is_asked_again_within_the_minute(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = ("mail",)
    message, at = a_message(0), NOON
    for wait in (*BACK_OFF[:2], *[LONGEST_WAIT_FOR_CARRIER] * 20):
        assert send_all(at) == 1
        message.refresh_from_db()
        assert (message.state, message.due_at) == ("queued", at + wait)
        assert "away" in message.fault
        at += wait


def test_news_that_wait_for_their_carrier_beyond_their_use_by_are_not_told(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = ("mail",)
    message = a_message(0)
    Message.objects.filter(pk=message.pk).update(use_by=NOON + timedelta(seconds=2))
    assert send_all(NOON) == 1
    settings.MILA_CARRIERS_AWAY = ()
    assert send_all(NOON + timedelta(seconds=3)) == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("expired", None)
    assert message.fault == "too late: its use-by is over"
    assert not dead_letters()


def test_after_eight_tries_a_letter_that_nobody_takes_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mila.messaging.actions.outbox.carrier", lambda _channel, **_at: Grudging())
    message, at = a_message(0), NOON
    for wait in (*BACK_OFF, timedelta()):
        assert send_all(at) == 1
        at += wait
    assert list(dead_letters()) == [message]
    message.refresh_from_db()
    assert (message.tries, message.due_at, message.sent_at) == (TRIES, None, None)
    assert "451" in message.fault


def test_after_an_outage_each_person_hears_everything_in_order(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = ("mail",)
    for number in range(3):
        a_message(number)
    a_message(0, to="paul@example.org")
    at = NOON + timedelta(seconds=2)
    assert send_all(at) == 2
    settings.MILA_CARRIERS_AWAY = ()
    assert send_all(at + timedelta(seconds=4)) == 0
    assert send_all(at + timedelta(seconds=5)) == 4
    assert [key for key in sent_in_order() if key.startswith("anna")] == [f"anna@example.org:{n}" for n in range(3)]


def test_trouble_on_one_channel_does_not_stop_the_other(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = ("mail",)
    a_message(0)
    a_message(0, to="+41790000001", channel=Channel.SMS)
    send_all(NOON)
    assert sent_in_order() == ["+41790000001:0"]


def test_a_dead_letter_does_not_hold_up_the_next_one() -> None:
    dead = a_message(0)
    Message.objects.filter(pk=dead.pk).update(state=MessageState.DEAD, due_at=None)
    a_message(1)
    assert send_all(NOON + timedelta(seconds=1)) == 1


def test_a_worker_that_died_leaves_the_message_to_another_after_the_lease() -> None:
    message = a_message(0)
    Message.objects.filter(pk=message.pk).update(tries=1, due_at=NOON + LEASE)
    assert send_all(NOON) == 0
    assert send_all(NOON + LEASE) == 1


def test_a_message_over_which_every_worker_dies_is_given_up() -> None:
    message = a_message(0)
    Message.objects.filter(pk=message.pk).update(unanswered=TRIES)
    assert actions.send_next(at=NOON)
    assert list(dead_letters()) == [message]


def test_in_demonstration_a_code_stays_readable_in_the_mailbox() -> None:
    call = a_call()
    actions.send_code(call=call, code="482913", purpose="cancel", now=NOW)
    send_all(NOON)
    assert "482913" in messages_of_call(call.id)[0].text


def test_the_mailbox_turns_its_pages_from_the_newest() -> None:
    messages = [a_message(number) for number in range(4)]
    newest = list(mailbox(limit=2))
    assert newest == [messages[3], messages[2]]
    assert list(mailbox(limit=2, before=newest[-1].made_at)) == [messages[1], messages[0]]


def test_a_message_in_somebody_elses_hands_is_passed_over() -> None:
    # Threads have connections, and so transactions, of their own; what they commit is cleared away by them.
    with ThreadPoolExecutor(max_workers=1) as holder, ThreadPoolExecutor(max_workers=1) as worker:
        try:
            held, free = holder.submit(_write_two_and_hold_one).result(timeout=10)
            assert worker.submit(actions.send_next, at=NOON + timedelta(seconds=1)).result(timeout=10)
            assert worker.submit(sent_in_order).result(timeout=10) == [free.key]
            assert worker.submit(actions.send_next, at=NOON + timedelta(seconds=1)).result(timeout=10) is None
        finally:
            holder.submit(_let_go_and_clear).result(timeout=10)
            worker.submit(connections.close_all).result(timeout=10)
    assert held.key != free.key


def _write_two_and_hold_one() -> tuple[Message, Message]:
    held, free = a_message(0), a_message(1, to="paul@example.org")
    transaction.set_autocommit(False)
    Message.objects.select_for_update().get(pk=held.pk)
    return held, free


def _let_go_and_clear() -> None:
    transaction.rollback()
    transaction.set_autocommit(True)
    Message.objects.all().delete()
    connections.close_all()

"""What the database tells to open pages and waiting workers, once it is committed."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from django.db import transaction
from tests.factories import a_helper, a_requested_call, by_helper

from mila.journey import actions as journey
from mila.sites import streams
from mila.sites.clock.ear import Ear
from mila.sites.streams import call_topic, helper_topic


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What the database tells, heard over a line of its own."""
    heard: list[str] = []
    line = psycopg.connect(streams.whereabouts(), autocommit=True)
    line.execute(f"listen {streams.CHANNEL}")
    stop = threading.Event()

    def hear() -> None:
        while not stop.is_set():
            heard.extend(notice.payload for notice in line.notifies(timeout=0.05))

    thread = threading.Thread(target=hear)
    thread.start()
    yield heard
    stop.set()
    thread.join()
    line.close()


def _wait_for(heard: list[str], wanted: set[str]) -> None:
    deadline = time.monotonic() + 20
    while not wanted <= set(heard) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert wanted <= set(heard)


def test_a_step_is_told_to_its_call_and_its_helper_by_identifier_alone(told: list[str]) -> None:
    luca = a_helper()
    call = a_requested_call()
    with transaction.atomic():
        journey.move_search(call_id=call.id, now=by_helper(luca))
        assert helper_topic(luca.id) not in told
    _wait_for(told, {call_topic(call.id), helper_topic(luca.id), "work"})
    known = ("call:", "helper:", "work")
    assert all(word.startswith(known) and len(word) <= 43 for word in told)


def test_waiting_work_is_woken() -> None:
    with closing(Ear()) as ear:
        assert ear.waited(0.01)
        a_requested_call()
        began = time.monotonic()
        assert ear.waited(40)
        assert time.monotonic() - began < 20


def test_a_worker_that_hears_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mila.sites.clock.ear.whereabouts", lambda: "host=/nowhere")
    assert not Ear().waited(20)

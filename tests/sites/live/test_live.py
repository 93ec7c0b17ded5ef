"""Streams: who may listen, what is said, and that nobody is left hanging."""

import asyncio
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from tests.factories import a_requested_call

from mila.sites import streams
from mila.sites.live import hub as hubs
from mila.sites.live import stream as door
from mila.sites.live.hub import Full, Hub
from mila.sites.streams import DESK, address, call_topic, helper_topic, topics_of

CALL = call_topic(uuid4())


class Reader:
    """A browser with a stream: what it got, and when it goes away."""

    def __init__(self, hub: Hub, query: str) -> None:
        self.hub, self.query = hub, query
        self.got: list[MutableMapping[str, Any]] = []
        self.gone = asyncio.Event()

    async def read(self) -> None:
        scope = {"type": "http", "method": "GET", "query_string": self.query.encode()}
        await door.stream(self.hub, scope, self._receive, self._send)

    async def heard(self, words: list[bytes]) -> None:
        async with asyncio.timeout(5):
            while self.words != words:  # noqa: ASYNC110 - what is told is a list, not an event
                await asyncio.sleep(0.005)

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])

    @property
    def words(self) -> list[bytes]:
        return [said["body"] for said in self.got[1:] if said.get("more_body")]

    async def _receive(self) -> MutableMapping[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, said: MutableMapping[str, Any]) -> None:
        self.got.append(said)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BREATH_SECONDS", 0.02)


def query(*topics: str) -> str:
    return address(*topics).partition("?")[2]


def a_hub() -> Hub:
    hub = Hub()
    hub.hears = True
    return hub


def test_a_pass_is_good_for_its_topics_and_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    given = query(CALL, DESK).removeprefix("for=")
    assert topics_of(given) == (CALL, DESK)
    assert topics_of(given[:-1]) == ()
    assert topics_of(signing.dumps([CALL])) == ()
    monkeypatch.setattr(streams, "PASS_LASTS_SECONDS", -1)
    assert topics_of(given) == ()


@pytest.mark.parametrize("asked", ["", "for=", "for=x", "for=%00", "for=" + "a" * 5000])
def test_without_a_pass_there_is_no_stream(asked: str) -> None:
    reader = Reader(a_hub(), asked)
    asyncio.run(reader.read())
    assert reader.status == 403


def test_a_house_that_hears_nothing_has_no_streams() -> None:
    reader = Reader(Hub(), query(CALL))
    asyncio.run(reader.read())
    assert reader.status == 503


def test_a_page_is_told_at_once_and_then_of_its_own_changes_only() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(CALL))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        hub.tell(call_topic(uuid4()))
        hub.tell(helper_topic(uuid4()))
        hub.tell(CALL)
        await reader.heard([door.CHANGED] * 2)
        await asyncio.sleep(0.1)
        assert reader.words == [door.CHANGED] * 2
        reader.gone.set()
        await asyncio.wait_for(reading, 5)

    asyncio.run(story())


def test_many_changes_in_a_breath_are_one() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(DESK))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        for _ in range(1000):
            hub.tell(CALL)
        await reader.heard([door.CHANGED] * 2)
        await asyncio.sleep(0.1)
        assert len(reader.words) == 2
        reader.gone.set()
        await asyncio.wait_for(reading, 5)

    asyncio.run(story())


def test_while_nothing_happens_the_heart_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(door, "HEARTBEAT_SECONDS", 0.01)
        reader = Reader(a_hub(), query(CALL))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED, door.HEARTBEAT, door.HEARTBEAT])
        reader.gone.set()
        await asyncio.wait_for(reading, 5)

    asyncio.run(story())


def test_the_end_of_the_house_ends_every_stream() -> None:
    async def story() -> None:
        hub = a_hub()
        readers = [Reader(hub, query(call_topic(uuid4()))) for _ in range(100)]
        reading = [asyncio.create_task(reader.read()) for reader in readers]
        await asyncio.gather(*(reader.heard([door.CHANGED]) for reader in readers))
        hub.fall_silent()
        await asyncio.wait_for(asyncio.gather(*reading), 5)
        assert all(reader.got[-1] == {"type": "http.response.body", "body": b""} for reader in readers)

    asyncio.run(story())


def test_who_goes_away_leaves_nothing_behind() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(CALL, DESK))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        reader.gone.set()
        await asyncio.wait_for(reading, 5)
        assert hub._listeners == {}
        assert hub._open == 0

    asyncio.run(story())


def test_one_topic_cannot_take_all_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "STREAMS_OF_A_TOPIC", 1)
    hub = a_hub()
    with hub.listening([CALL]), hub.listening([DESK]), pytest.raises(Full), hub.listening([CALL]):
        pass


@pytest.mark.django_db
def test_pages_carry_a_pass_and_a_new_one_with_every_look() -> None:
    call = a_requested_call()
    client = Client()
    assert "data-stream=" in client.get(f"/s/{call.status_key}/").content.decode()
    given = client.get(f"/s/{call.status_key}/live/").headers[streams.HEADER]
    assert topics_of(given.partition("for=")[2]) == (call_topic(call.id),)

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
from mila.sites.now import unpushed
from mila.sites.streams import DESK, address, call_topic, helper_topic, read

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
        async with asyncio.timeout(20):
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


def clock() -> float:
    return unpushed().timestamp()


def a_hub() -> Hub:
    """Return a hub that has only begun to hear: what a page missed before is not known."""
    hub = Hub()
    hub.hears_since = clock()
    return hub


def test_a_pass_is_good_for_its_topics_and_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    began = int(clock())
    given = query(CALL, DESK).removeprefix("for=")
    shown = read(given)
    assert shown is not None
    assert shown.topics == (CALL, DESK)
    assert began <= shown.made_at <= clock()
    assert read(given[:-1]) is None
    assert read(signing.dumps([began, CALL])) is None
    monkeypatch.setattr(streams, "PASS_LASTS_SECONDS", -1)
    assert read(given) is None


@pytest.mark.parametrize("asked", ["", "for=", "for=x", "for=%00", "for=" + "a" * 5000])
def test_without_a_pass_there_is_no_stream(asked: str) -> None:
    reader = Reader(a_hub(), asked)
    asyncio.run(reader.read())
    assert reader.status == 403


def test_a_house_that_hears_nothing_has_no_streams() -> None:
    reader = Reader(Hub(), query(CALL))
    asyncio.run(reader.read())
    assert reader.status == 503


def test_a_page_is_told_of_its_own_changes_only() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(CALL))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        hub.tell(call_topic(uuid4()), at=clock())
        hub.tell(helper_topic(uuid4()), at=clock())
        hub.tell(CALL, at=clock())
        await reader.heard([door.CHANGED] * 2)
        await asyncio.sleep(0.1)
        assert reader.words == [door.CHANGED] * 2
        reader.gone.set()
        await asyncio.wait_for(reading, 20)

    asyncio.run(story())


def test_a_new_stream_is_silent_where_nothing_has_happened_since_its_page_was_made() -> None:
    async def story() -> None:
        hub = a_hub()
        hub.hears_since = clock() - 60
        hub.tell(call_topic(uuid4()), at=clock() - 30)
        hub.tell(CALL, at=clock() - 30)
        reader = Reader(hub, query(CALL))
        reading = asyncio.create_task(reader.read())
        await asyncio.sleep(0.1)
        assert reader.words == []
        hub.tell(CALL, at=clock())
        await reader.heard([door.CHANGED])
        reader.gone.set()
        await asyncio.wait_for(reading, 20)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("heard_for", "told_ago", "page_age", "missed"),
    [
        (600, 20, 10, False),
        (600, 20, 30, True),
        (600, 1, 0, True),  # told while the page was being made
        (600, None, 300, True),  # longer ago than anything is remembered
        (600, None, 60, False),
        (30, None, 60, True),  # nothing was heard when the page was made
    ],
)
def test_in_doubt_a_page_has_missed_something(
    heard_for: float, told_ago: float | None, page_age: float, *, missed: bool
) -> None:
    at = clock()
    hub = Hub()
    hub.hears_since = at - heard_for
    if told_ago is not None:
        hub.tell(CALL, at=at - told_ago)
    assert hub.may_have_missed([CALL, DESK], since=at - page_age, at=at) is missed


def test_what_was_told_long_ago_is_forgotten() -> None:
    hub = a_hub()
    for ago in range(1000, 0, -1):
        hub.tell(helper_topic(uuid4()), at=clock() - ago)
    assert len(hub._told) <= hubs.REMEMBERED_SECONDS + 1


def test_many_changes_in_a_breath_are_one() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(DESK))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        for _ in range(1000):
            hub.tell(CALL, at=clock())
        await reader.heard([door.CHANGED] * 2)
        await asyncio.sleep(0.1)
        assert len(reader.words) == 2
        reader.gone.set()
        await asyncio.wait_for(reading, 20)

    asyncio.run(story())


def test_while_nothing_happens_the_heart_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(door, "HEARTBEAT_SECONDS", 0.01)
        reader = Reader(a_hub(), query(CALL))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED, door.HEARTBEAT, door.HEARTBEAT])
        reader.gone.set()
        await asyncio.wait_for(reading, 20)

    asyncio.run(story())


def test_the_end_of_the_house_ends_every_stream() -> None:
    async def story() -> None:
        hub = a_hub()
        readers = [Reader(hub, query(call_topic(uuid4()))) for _ in range(100)]
        reading = [asyncio.create_task(reader.read()) for reader in readers]
        await asyncio.gather(*(reader.heard([door.CHANGED]) for reader in readers))
        hub.fall_silent()
        await asyncio.wait_for(asyncio.gather(*reading), 20)
        assert all(reader.got[-1] == {"type": "http.response.body", "body": b""} for reader in readers)

    asyncio.run(story())


def test_who_goes_away_leaves_nothing_behind() -> None:
    async def story() -> None:
        hub = a_hub()
        reader = Reader(hub, query(CALL, DESK))
        reading = asyncio.create_task(reader.read())
        await reader.heard([door.CHANGED])
        reader.gone.set()
        await asyncio.wait_for(reading, 20)
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
    shown = read(given.partition("for=")[2])
    assert shown is not None
    assert shown.topics == (call_topic(call.id),)

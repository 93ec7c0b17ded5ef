"""Who listens to what, in this process, and what was told lately (decision 0043)."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mila.sites.streams import DESK

STREAMS_AT_MOST = 10_000
STREAMS_OF_A_TOPIC = 200
REMEMBERED_SECONDS = 120
# A page takes a moment between its first look at the rows and its pass, and clocks of machines differ.
MARGIN_SECONDS = 3


class Full(Exception):
    """There are as many streams as this process, or one topic, may have."""


class Listener:
    """One open stream. However often its topics change before it was told, it is told once."""

    def __init__(self) -> None:
        self.stirred = asyncio.Event()
        self.is_over = False

    def stir(self) -> None:
        """Let the stream say that something has changed."""
        self.stirred.set()

    def end(self) -> None:
        """Let the stream end."""
        self.is_over = True
        self.stirred.set()


class Hub:
    """The open streams by topic; `hears_since` says since when the database is listened to, None while it is not.

    All times are seconds since 1970 by the real clock.
    """

    def __init__(self) -> None:
        self.hears_since: float | None = None
        self._told: OrderedDict[str, float] = OrderedDict()
        self._listeners: dict[str, set[Listener]] = {}
        self._open = 0

    @contextmanager
    def listening(self, topics: Iterable[str]) -> Iterator[Listener]:
        """Keep a listener on the topics for as long as the block runs. Raises Full."""
        topics = set(topics)
        crowded = any(len(self._listeners.get(topic, ())) >= STREAMS_OF_A_TOPIC for topic in topics)
        if crowded or self._open >= STREAMS_AT_MOST:
            raise Full
        listener = Listener()
        self._open += 1
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            self._open -= 1
            self._forget(listener, topics)

    def tell(self, topic: str, *, at: float) -> None:
        """Tell everybody who listens to the topic; the desk listens to every call."""
        self._remember(topic, at)
        for listener in self._listeners.get(topic, ()):
            listener.stir()
        if topic.startswith("call:"):
            self.tell(DESK, at=at)

    def may_have_missed(self, topics: Iterable[str], *, since: float, at: float) -> bool:
        """Tell whether a page made then may not show all that happened to the topics: in doubt, yes."""
        seen = since - MARGIN_SECONDS
        if self.hears_since is None or seen < max(self.hears_since, at - REMEMBERED_SECONDS):
            return True
        return any(self._told.get(topic, 0.0) >= seen for topic in topics)

    def fall_silent(self) -> None:
        """End all streams: nothing is heard any more."""
        self.hears_since = None
        for listener in {one for listeners in self._listeners.values() for one in listeners}:
            listener.end()

    def _remember(self, topic: str, at: float) -> None:
        self._told[topic] = at
        self._told.move_to_end(topic)
        while next(iter(self._told.values())) < at - REMEMBERED_SECONDS:
            self._told.popitem(last=False)

    def _forget(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

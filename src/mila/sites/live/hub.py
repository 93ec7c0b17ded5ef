"""Who listens to what, in this process."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mila.sites.streams import DESK

STREAMS_AT_MOST = 10_000
STREAMS_OF_A_TOPIC = 200


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
    """The open streams by topic; `hears` says whether the database is listened to."""

    def __init__(self) -> None:
        self.hears = False
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

    def tell(self, topic: str) -> None:
        """Tell everybody who listens to the topic; the desk listens to every call."""
        for listener in self._listeners.get(topic, ()):
            listener.stir()
        if topic.startswith("call:"):
            self.tell(DESK)

    def fall_silent(self) -> None:
        """End all streams: nothing is heard any more."""
        self.hears = False
        for listener in {one for listeners in self._listeners.values() for one in listeners}:
            listener.end()

    def _forget(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

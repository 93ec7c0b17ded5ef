"""A loop that works while there is work, sleeps until it is woken, and stops cleanly."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from mila.sites.clock.ear import Ear
from mila.sites.models import Heartbeat
from mila.sites.now import now

log = logging.getLogger("mila.clock")

Work = Callable[[datetime], int]


class Every:
    """Work that is done at most once in an interval of the house's time: at once the first time, then again."""

    def __init__(self, interval: timedelta, work: Work) -> None:
        self._interval, self._work = interval, work
        self._last: datetime | None = None

    def __call__(self, at: datetime) -> int:
        """Do the work where its interval is over; return what it says, 0 where it was not its turn."""
        if self._last is not None and at - self._last < self._interval:
            return 0
        self._last = at
        return self._work(at)


class Beside:
    """Work that may wait long for somebody outside: done on a thread of its own, one piece at a time.

    What was begun when the part is stopped is left; its lease brings it back.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._thread: threading.Thread | None = None

    def __call__(self, at: datetime) -> int:
        """Begin the next piece where none is in hand; always 0, for nobody waits for it."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, args=[at], daemon=True)
            self._thread.start()
        return 0

    def _run(self, at: datetime) -> None:
        try:
            while self._work(at):
                at = now()
        except Exception:
            log.exception("work beside failed")
        finally:
            connections.close_all()


def run_until_stopped(part: str, work: Work, *, every_seconds: float) -> None:
    """Call `work` with the time again and again: at once while it found something to do or something has changed.

    Else it is called after the pause, which is how exactly deadlines are kept. The part leaves a sign of life every few
    seconds. A database that is away is waited for; SIGTERM and SIGINT end the loop after the piece of work in hand.
    """
    stop = threading.Event()
    beat = Every(timedelta(seconds=5), lambda at: _beat(part, at))

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    ear = Ear()
    while not stop.is_set():
        if _worked(beat, work):
            continue
        if not ear.waited(every_seconds):
            stop.wait(every_seconds)


def _worked(beat: Work, work: Work) -> bool:
    try:
        at = now()
        beat(at)
        return work(at) > 0
    except (OperationalError, InterfaceError) as fault:
        log.warning("the database is away: %s", type(fault).__name__)
        close_old_connections()
        return False


def _beat(part: str, at: datetime) -> int:
    sign = Heartbeat(part=part, at=at)
    Heartbeat.objects.bulk_create([sign], update_conflicts=True, unique_fields=["part"], update_fields=["at"])
    return 0

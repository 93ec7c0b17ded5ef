"""A loop that works while there is work, sleeps until it is woken, and stops cleanly."""

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections

from mila.sites.clock.ear import Ear
from mila.sites.models import Heartbeat
from mila.sites.now import now

log = logging.getLogger("mila.clock")

Work = Callable[[datetime], int]
Called = Callable[[datetime], Iterable[str]]
BEAT = timedelta(seconds=5)
LONGEST_TURN_SECONDS = 120.0  # twice the longest talk with a firm
AWAY_SECONDS = 1.0  # before a database that is away is tried again
LAST_WORD_SECONDS = 10.0  # for the piece of work in hand; what is cut off comes back after its lease


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


def run_until_stopped(part: str, work: Work, *, every_seconds: float) -> None:
    """Call `work` with the time again and again: at once while it found something to do or something has changed.

    Else it is called after the pause, which is how exactly deadlines are kept. The part leaves a sign of life every few
    seconds. A database that is away is waited for; SIGTERM and SIGINT end the loop after the piece of work in hand.
    """
    stop = _stopped_by_signals()
    beat = Every(BEAT, lambda at: _beat(part, at))
    ear = Ear()
    while not stop.is_set():
        if _worked(beat, work):
            continue
        if not ear.waited(every_seconds):
            stop.wait(max(every_seconds, AWAY_SECONDS))


@dataclass(frozen=True, slots=True)
class Line:
    """Work of a thread of its own, and how often it looks for some where nobody calls it."""

    work: Work
    every_seconds: float


def run_beside_each_other(part: str, lines: Mapping[str, Line], called: Called, *, every_seconds: float) -> None:
    """Do several kinds of work at the same time, each as `run_until_stopped` does, and each at its own pace.

    One look for all of them says whom something waits for, after every change and every pause: `called` names them.
    Where one kind of work stands still, the process ends, for who minds it to begin it anew.
    """
    stop, turns = _stopped_by_signals(), {name: Turn() for name in lines}
    threads = [
        Thread(target=_run_one, args=[line, turns[name], stop], name=name, daemon=True) for name, line in lines.items()
    ]
    for thread in threads:
        thread.start()
    beat = Every(BEAT, lambda at: _beat_if_all_turn(part, turns, at))
    ear = Ear()
    while not stop.is_set():
        _worked(beat, lambda at: _call(turns, called(at)))
        if not ear.waited(every_seconds):
            stop.wait(every_seconds)
    for turn in turns.values():
        turn.wanted.set()
    for thread in threads:
        thread.join(LAST_WORD_SECONDS)


class Turn:
    """How one kind of work goes: when it last came round, in seconds that only ever grow, and whether it is wanted."""

    def __init__(self) -> None:
        self.last = monotonic()
        self.wanted = threading.Event()


def _call(turns: Mapping[str, Turn], names: Iterable[str]) -> int:
    for name in names:
        turns[name].wanted.set()
    return 0


def _run_one(line: Line, turn: Turn, stop: threading.Event) -> None:
    while not stop.is_set():
        turn.last = monotonic()
        turn.wanted.clear()
        if not _worked(lambda _at: 0, line.work):
            turn.wanted.wait(line.every_seconds)
    close_old_connections()


def _beat_if_all_turn(part: str, turns: Mapping[str, Turn], at: datetime) -> int:
    """Give the sign of life; where some work stands still, end the process, so that it is begun anew by who minds it.

    What a thread had in hand comes back after its lease.
    """
    silent = [name for name, turn in turns.items() if monotonic() - turn.last > LONGEST_TURN_SECONDS]
    if silent:
        log.error("work stands still: %s", ", ".join(silent))
        raise SystemExit(1)
    return _beat(part, at)


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop


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

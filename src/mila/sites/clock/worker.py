"""A loop that works while there is work, sleeps until it is woken, and stops cleanly."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections

from mila.sites.now import now

log = logging.getLogger("mila.clock")


def run_until_stopped(work: Callable[[datetime], int], *, every_seconds: float) -> None:
    """Call `work` with the time again and again: at once while it found something to do, else after the pause.

    A database that is away is waited for; SIGTERM and SIGINT end the loop after the piece of work in hand.
    """
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while not stop.is_set():
        if _worked(work):
            continue
        stop.wait(every_seconds)


def _worked(work: Callable[[datetime], int]) -> bool:
    try:
        return work(now()) > 0
    except (OperationalError, InterfaceError) as fault:
        log.warning("the database is away: %s", type(fault).__name__)
        close_old_connections()
        return False

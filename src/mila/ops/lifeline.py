"""Children that end with their parent, also when the parent is killed outright."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

SET_PARENT_DEATH_SIGNAL = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(sent: signal.Signals) -> Callable[[], None]:
    """What a new process does before it becomes its program: asks the kernel for `sent` when we are gone.

    Linux alone has this; elsewhere the next start finds and stops what was left over.
    """
    parent = os.getpid()

    def tie() -> None:
        if LIBC is None:
            return
        LIBC.prctl(SET_PARENT_DEATH_SIGNAL, int(sent), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie

"""Patience with others: how long a talk over a socket may take as a whole, however slowly the answer drips."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer


@contextmanager
def patience(seconds: float, line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut the line when the block takes longer: whoever waits on it gets an OSError or the end of the stream.

    A timeout of the socket alone bounds each wait for a byte, and not the sum of them. `line` names the socket at
    that moment, since one that turns to encryption is exchanged.
    """

    def cut() -> None:
        if (found := line()) is not None:
            try:
                # Not the encrypted socket's own way, which would say farewell to somebody who does not answer.
                socket.socket.shutdown(found, socket.SHUT_RDWR)
            except OSError:
                return

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

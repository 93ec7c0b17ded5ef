"""Firms outside that behave badly, each in its own manner, over true sockets on this machine."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MANNERS = ("refusing", "silent", "failing", "dripping", "babbling")
SAID = {
    "failing": b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n",
    "babbling": b"\x00\xff\xfe not a word of any protocol \r\n\r\n\r\n" * 50,
}


@contextmanager
def a_firm(manner: str) -> Iterator[int]:
    """Run a firm of one manner around the block, and say at which port it is asked."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
        if manner != "refusing":
            door.listen(20)
            threading.Thread(target=_serve, args=[door, manner], daemon=True).start()
        yield port


def _serve(door: socket.socket, manner: str) -> None:
    with contextlib.suppress(OSError):
        while True:
            line, _who = door.accept()
            threading.Thread(target=_answer, args=[line, manner], daemon=True).start()


def _answer(line: socket.socket, manner: str) -> None:
    with line, contextlib.suppress(OSError):
        if manner == "silent":
            time.sleep(30)
        elif manner == "dripping":
            for _ in range(300):
                line.sendall(b"H")
                time.sleep(0.1)
        else:
            line.sendall(SAID[manner])
            line.recv(65536)

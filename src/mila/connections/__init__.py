"""Connections of the long-running processes to the database."""

from collections import deque
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

# A page asks some twenty questions, all pages and verbs together some hundreds. The library keeps a hundred, of which
# each would be dropped before it is asked again.
STATEMENTS_KEPT = 1000


class RememberingConnection(Connection[Any]):
    """A connection that keeps every statement prepared which it is asked more than once."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*given, **named)
        self.prepared_max = STATEMENTS_KEPT


class _LastFirst(deque[RememberingConnection]):
    def popleft(self) -> RememberingConnection:
        return self.pop()


class Pool(ConnectionPool[RememberingConnection]):
    """Hands out the connection that came back last, where the library's own takes turns.

    A statement is read and planned anew until a connection has been asked it seven times. Where eight take turns, an
    order, of which few come in a minute, never meets one that knows its questions; the two or three that are in use
    most of the time know all of them soon.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*given, **named)
        self._pool = _LastFirst(self._pool)

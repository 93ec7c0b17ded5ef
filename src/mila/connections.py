"""Connections of the long-running processes to the database."""

from typing import Any

from psycopg import Connection

# A page asks some twenty questions, all pages and verbs together some hundreds. The library keeps a hundred, of which
# each would be dropped before it is asked again.
STATEMENTS_KEPT = 1000


class RememberingConnection(Connection[Any]):
    """A connection that keeps every statement prepared which it is asked more than once."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*given, **named)
        self.prepared_max = STATEMENTS_KEPT

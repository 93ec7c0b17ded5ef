"""Turns the writes of a step into one database function that writes the same rows again, for the next call."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from psycopg import ClientCursor

WRITES = ("INSERT", "UPDATE", "DELETE")
LITERAL = re.compile(r"(E?)'((?:[^']|'')*)'")
HEX = re.compile(r"[0-9a-f]{32}")
IDENTIFIER = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b")
SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
ORDER_NUMBER = re.compile(r"M-\w{4}-\w{4}")


class Recording:
    """Collects the writing statements of each step, as the database gets them."""

    def __init__(self) -> None:
        self.steps: dict[str, list[str]] = {}
        self._step = ""

    def step(self, name: str) -> None:
        """Begin the step of the name."""
        self._step = name
        self.steps.setdefault(name, [])

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
        """Note a writing statement, and let it through."""
        if sql.lstrip().upper().startswith(WRITES):
            self.steps[self._step].append(_rendered(sql, params))
        return execute(sql, params, many, context)


def write_functions(recording: Recording, known: Sequence[str]) -> list[str]:
    """Write one database function a step, and return their names.

    Each takes the number of a call and writes the rows of the recorded one anew: identifiers that are not `known`
    (the catalogue, the crowd) and secret keys become new ones, made from the number.
    """
    names = []
    for number, (step, statements) in enumerate(recording.steps.items()):
        name = f"bench_{number:02}_{step}"
        body = "\n".join(f"  {_renewed(statement, set(known))};" for statement in statements)
        with connection.cursor() as cursor:
            cursor.execute(
                f"create or replace function {name}(run text) returns void language plpgsql as "
                f"$bench$ begin\n{body}\nend $bench$"
            )
        names.append(name)
    return names


def _rendered(sql: str, params: Any) -> str:  # noqa: ANN401
    connection.ensure_connection()
    return re.sub(r"\s+RETURNING .*$", "", ClientCursor(connection.connection).mogrify(sql, params))


def _renewed(statement: str, known: set[str]) -> str:
    if 'INTO "payments_document"' in statement:
        known = set()  # a new issuer a call, so that the recorded document number is free each time
    if 'UPDATE "payments_documentseries"' in statement:
        statement = re.sub(r'"last" = \d+', '"last" = "last" + 1', statement)
    return LITERAL.sub(lambda found: _literal(found.group(1), found.group(2), known), statement)


def _literal(mark: str, text: str, known: set[str]) -> str:
    if HEX.fullmatch(text) and text in known:
        return f"'{text}'"
    if SECRET.fullmatch(text):
        return f"md5(run || '{text}')"
    if ORDER_NUMBER.fullmatch(text):
        return f"('M-' || substr(md5(run || '{text}'), 1, 9))"
    pieces, end = [], 0
    for found in IDENTIFIER.finditer(text):
        bare = found.group().replace("-", "")
        if bare not in known:
            pieces += [f"{mark}'{text[end : found.start()]}'", f"md5(run || '{bare}')::uuid::text"]
            end = found.end()
    rest = f"{mark}'{text[end:]}'"
    return f"({' || '.join([*pieces, rest])})" if pieces else rest

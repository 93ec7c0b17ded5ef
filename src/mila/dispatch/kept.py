"""Reading a kept round: everybody who was looked at, in one order, in pages."""

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from mila.dispatch.models import Decision
from mila.dispatch.record import Line, Said, read

# A round in one order: the best whole, who stands behind them, the nearest of the others whole, who is further away.
BEHIND = """
jsonb_build_object('h', replace(h::text, '-', ''), 'r', n + eligible - cardinality(ranked),
  's', to_jsonb(ranked_points[n:n]) -> 0)
"""
BEYOND = "jsonb_build_object('h', replace(h::text, '-', ''), 'm', asked -> 'names' ->> beyond_missed[n]::int)"
EVERYBODY = f"""
select said from dispatch_decision d cross join lateral (
  select case when said ? 'r' then 1 else 3 end as part, n, said
  from jsonb_array_elements(d.lines) with ordinality l (said, n)
  union all select 2, n, {BEHIND} from unnest(d.ranked) with ordinality l (h, n)
  union all select 4, n, {BEYOND} from unnest(d.beyond) with ordinality l (h, n)
) everybody where d.id = %s and (%s::text[] is null or said ->> 'h' = any(%s::text[])) order by part, n
"""  # noqa: S608 - our own text
OWN = f"""
coalesce(
  jsonb_path_query_first(lines, '$[*] ? (@.h == $helper)', jsonb_build_object('helper', %s::text)),
  (select {BEHIND} from (select h, array_position(ranked, h) as n from (select %s::uuid) o (h)) l where n is not null),
  (select {BEYOND} from (select h, array_position(beyond, h) as n from (select %s::uuid) o (h)) l where n is not null))
"""  # noqa: S608 - our own text


def page_of(decision: Decision, *, start: int, count: int) -> list[Line]:
    """Return a page of who was looked at, the best first; the rest of the round does not leave the database."""
    return _said(decision, "offset %s limit %s", [int(start), max(count, 1)])


def lines_of(decision: Decision, helpers: Collection[UUID]) -> list[Line]:
    """Return what the round found of the helpers, as far as it looked at them."""
    if not helpers:
        return []
    return _said(decision, "", [], only=[helper.hex for helper in helpers])


def lines(decision: Decision) -> list[Line]:
    """Return who was looked at in the round, the best first, those who missed a requirement last."""
    return _said(decision, "", [])


def _said(decision: Decision, part: str, given: Sequence[int], *, only: list[str] | None = None) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY + part, [decision.pk, only, only, *given])
        return [read(_loaded(said), decision.asked) for (said,) in cursor.fetchall()]


def _loaded(said: Any) -> Said:  # noqa: ANN401
    return json.loads(said) if isinstance(said, str) else said  # type: ignore[no-any-return]

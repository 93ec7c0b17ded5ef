"""Reading a kept round: everybody who was looked at, in one order, in pages; rounds of before in their own form."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from mila.dispatch.decided.arrays import coded, decoded
from mila.dispatch.decided.log import AN_ID, FAR, POINTS, Round, Values, behind, beyond, in_turn
from mila.dispatch.models import Decision, HelperNumber
from mila.dispatch.points import FACTORS
from mila.dispatch.record import FULL, Line, Said, read

# A round of before decision 0038 in one order: the best whole, who stands behind them, the nearest of the others
# whole, who is further away.
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
) everybody where d.id = %s order by part, n
"""  # noqa: S608 - our own text
OF_BEFORE = f"""
select id, asked, coalesce(
  jsonb_path_query_first(lines, '$[*] ? (@.h == $helper)', jsonb_build_object('helper', %(hex)s::text)),
  (select {BEHIND} from (select h, array_position(ranked, h) as n from (select %(helper)s::uuid) o (h)) l
    where n is not null),
  (select {BEYOND} from (select h, array_position(beyond, h) as n from (select %(helper)s::uuid) o (h)) l
    where n is not null))
from dispatch_decision where id = any(%(rounds)s) and looked = ''
"""  # noqa: S608 - our own text
# Of each round only the part in which the helper stands leaves the database: first the place, counted from 0. A helper
# takes `room` bytes: those of the number's code, or those of the id before decision 0045.
PLACES = f"""
select d.id, asked, s.call_id, place,
  case when place < least(eligible, {FULL}) or (place >= eligible and place < far) then whole end,
  case when place < least(eligible, {FULL}) then substring(points from (place * {{points}} + 1)::int for {{points}})
    when place < eligible then points end,
  case when place >= {FULL} and place < eligible then substring(looked for eligible * room) end,
  case when place >= far then get_byte(missed, ((place - far) * {FAR.itemsize})::int) end, eligible, room
from dispatch_decision d join booking_search s on s.id = d.search_id
cross join lateral (select octet_length(looked) / greatest(looked_at, 1) as room) each
cross join lateral (select
  (position(case room when {AN_ID} then %(bytes)s::bytea else %(code)s end in looked) - 1) / room::float8 as place,
  looked_at - octet_length(missed) / {FAR.itemsize} as far) at
where d.id = any(%(rounds)s) and looked <> '' and place >= 0 and place = floor(place)
""".format(points=POINTS.itemsize * len(FACTORS))  # noqa: S608 - our own text
FIRST = f"""
select id, asked, lines, whole, substring(looked for %(count)s * room), room,
  substring(points for %(count)s * {POINTS.itemsize * len(FACTORS)}) from dispatch_decision
cross join lateral (select octet_length(looked) / greatest(looked_at, 1) as room) each where id = any(%(rounds)s)
"""  # noqa: S608 - our own text


APART = ("lines", "looked", "points", "missed", "whole", "ranked", "ranked_points", "beyond", "beyond_missed")  # large


def page_of(decision: Decision, *, start: int, count: int) -> list[Line]:
    """Return a page of who was looked at, the best first."""
    return _read(decision, _said(decision, start, max(count, 1)))


def lines_of(decision: Decision, helpers: Collection[UUID]) -> list[Line]:
    """Return what the round found of the helpers, as far as it looked at them."""
    if not helpers:
        return []
    round_ = _round(decision)
    if round_ is not None:
        return _read(decision, round_.of(helpers))
    only = {helper.hex for helper in helpers}
    return _read(decision, [one for one in _of_before(decision) if one["h"] in only])


def lines(decision: Decision) -> list[Line]:
    """Return who was looked at in the round, the best first, those who missed a requirement last."""
    return _read(decision, _said(decision, 0, None))


def own_lines(rounds: Collection[UUID], helper: UUID) -> Mapping[UUID, Line]:
    """Return the helper's line in each of the rounds that looked at them, and nobody else's: two questions for all."""
    number = HelperNumber.objects.filter(helper_id=helper).values_list("number", flat=True).first() or 0
    code = coded(np.array([number])).tobytes()
    given: Any = {"rounds": list(rounds), "helper": helper, "hex": helper.hex, "bytes": helper.bytes, "code": code}
    with connection.cursor() as cursor:
        cursor.execute(OF_BEFORE, given)
        found = {key: (_loaded(asked), _loaded(said)) for key, asked, said in cursor.fetchall() if said is not None}
        cursor.execute(PLACES, given)
        for key, asked, *parts in cursor.fetchall():
            needs = _loaded(asked)
            found[key] = (needs, _own(helper, needs, parts))
    return {key: read(said, asked) for key, (asked, said) in found.items()}


def first_lines(rounds: Collection[UUID], count: int) -> Mapping[UUID, list[Line]]:
    """Return the first lines of each of the rounds, as far as they were kept whole: two questions for all."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(FIRST, {"rounds": list(rounds), "count": count})
        rows = cursor.fetchall()
    named = iter(_named([(looked, room) for _key, _asked, _before, _whole, looked, room, _points in rows if looked]))
    for key, asked, before, whole, looked, _room, points in rows:
        needs = _loaded(asked)
        said = _best(needs, whole, next(named), points) if looked else _loaded(before)[:count]
        found[key] = [read(one, needs) for one in said]
    return found


def _ids(looked: bytes | memoryview, room: int) -> bytes:
    """Return the ids of whom a round names, one after another."""
    return _named([(looked, room)])[0]


def _named(rounds: Sequence[tuple[bytes | memoryview, int]]) -> list[bytes]:
    """Return the ids of whom each round names, by one question; before decision 0045 a round named them so itself."""
    numbers = [
        [] if room == AN_ID else decoded(np.frombuffer(bytes(looked), "<u4")).tolist() for looked, room in rounds
    ]
    all_ = list({one for each in numbers for one in each})
    ids = dict(HelperNumber.objects.filter(number__among=all_).values_list("number", "helper_id")) if all_ else {}
    return [
        bytes(looked) if room == AN_ID else b"".join([ids[one].bytes for one in each])
        for (looked, room), each in zip(rounds, numbers, strict=True)
    ]


def _best(asked: Said, whole: bytes, ids: bytes, points: bytes) -> list[Said]:
    values = Values(asked, bytes(whole))
    fit = np.frombuffer(bytes(points), POINTS).reshape(-1, len(FACTORS))
    helpers = [ids[at : at + AN_ID].hex() for at in range(0, len(ids), AN_ID)][: len(values)]
    return [
        values.best(row, helper, fit[row]) if row < len(fit) else values.of(row, helper)
        for row, helper in enumerate(helpers)
    ]


def _own(helper: UUID, asked: Said, told: Sequence[Any]) -> Said:
    call, at, whole, points, looked, name, eligible, room = told
    place = int(at)
    if name is not None:
        return beyond(helper.hex, asked["names"], name)
    fit = np.frombuffer(bytes(points or b""), POINTS).reshape(-1, len(FACTORS))
    if looked is not None:
        return behind(helper.hex, FULL + in_turn(call, fit, _ids(looked, room)).index(place) + 1, fit[place])
    values = Values(asked, bytes(whole or b""))
    if points is not None:
        return values.best(place, helper.hex, fit[0])
    return values.of(place - eligible + min(eligible, FULL), helper.hex)


def _read(decision: Decision, said: list[Said]) -> list[Line]:
    return [read(one, decision.asked) for one in said]


def _said(decision: Decision, start: int, count: int | None) -> list[Said]:
    round_ = _round(decision)
    if round_ is not None:
        return round_.part(start, len(round_) if count is None else count)
    found = _of_before(decision)
    return found[start:] if count is None else found[start : start + count]


def _round(decision: Decision) -> Round | None:
    """Return the round as it is kept in arrays, None where it was kept in the form of before."""
    rows = Decision.objects.filter(pk=decision.pk)
    call, people, looked, points, missed, whole = rows.values_list(
        "search__call_id", "looked_at", "looked", "points", "missed", "whole"
    ).get()
    if not whole:
        return None
    parts = {
        "looked": _ids(looked, len(looked) // max(1, people)),
        "points": bytes(points),
        "missed": bytes(missed),
        "whole": bytes(whole),
    }
    return Round(call=call, asked=decision.asked, **parts)


def _of_before(decision: Decision) -> list[Said]:
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY, [decision.pk])
        return [_loaded(said) for (said,) in cursor.fetchall()]


def _loaded(said: Any) -> Any:  # noqa: ANN401
    return json.loads(said) if isinstance(said, str) else said

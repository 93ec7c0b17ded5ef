"""Writing rounds: everybody who was looked at in one row each (`log` says how it is read)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np
from django.db import connection
from psycopg.types.json import Jsonb

from mila.booking.models import Search
from mila.dispatch.around import NEAREST_OF_THE_OTHERS
from mila.dispatch.decided import near, scored
from mila.dispatch.decided.arrays import Array
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.log import FAR, LINE, POINTS, RATING, Whole
from mila.dispatch.decided.moments import moment
from mila.dispatch.decided.near import NAMES, ORDER, Few, Near
from mila.dispatch.decided.timed import Timed
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.record import FULL
from mila.kernel.ids import new_id

KEEP = """
insert into dispatch_decision (id, search_id, round, at, weights_id, looked_at, eligible, asked, looked, points, missed,
  whole, lines, ranked, ranked_points, beyond, beyond_missed)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '[]', '{}', '{}', '{}', '{}')
"""
NAMED = np.array([-1, *(NAMES.index(name) for name in ORDER)], np.int8)  # by the number of what was missed


@dataclass(frozen=True, slots=True)
class Found:
    """What a decision found: everybody around, the few who were looked at with the clock, and what keeps each of them.

    `some` are the few as rows of who is around; `best` are the eligible of the few in order, `points` are theirs.
    """

    columns: Held
    call: Wanted
    around: Near
    some: Array
    few: Few
    clock: Timed
    keeps: Array
    best: Array
    points: Array


def write(rounds: Sequence[tuple[Search, Found]]) -> None:
    """Write a round of each of the searches."""
    told: Any = [_row(search, found) for search, found in rounds]  # the stubs know fewer types than the driver
    with connection.cursor() as cursor:
        if len(told) == 1:  # for which sending many takes longer than it saves
            cursor.execute(KEEP, told[0])
        else:
            cursor.executemany(KEEP, told)


def _row(search: Search, found: Found) -> tuple[object, ...]:
    call, around = found.call, found.around
    nearest, far = _others(found)
    kept = np.concatenate((found.best[:FULL], nearest))
    looked = np.concatenate((found.some.take(found.best), found.some.take(nearest), far))
    missed = around.missed.copy()
    missed[found.some] = found.keeps
    beyond = np.empty(len(far), FAR)
    beyond["name"], beyond["metres"] = NAMED.take(missed.take(far)), _metres(around.km.take(far))
    return (
        *(new_id(), search.pk, search.rounds, call.at, call.weights, len(looked), len(found.best)),
        Jsonb(_asked(found, missed, kept), dumps=_json),
        *(around.rows["code"].take(looked).tobytes(), found.points.astype(POINTS).tobytes()),
        *(beyond.tobytes(), _whole(found, kept)),
    )


def _others(found: Found) -> tuple[Array, Array]:
    """Return the nearest of who only had no time and of who misses more (rows of the few), and all who are further."""
    missed = found.few.near.missed
    late = ((missed == 0) & (found.keeps != 0)).nonzero()[0]
    soon = near.nearest(found.few.near, late, NEAREST_OF_THE_OTHERS)
    nearest = np.concatenate((soon, missed.nonzero()[0]))
    rest = np.ones(len(found.around.places), bool)
    rest[found.some.take(found.best)] = rest[found.some.take(nearest)] = False
    return nearest, rest.nonzero()[0]


def _metres(km: Array) -> Array:
    return np.asarray(np.rint(km * 1000))


def _asked(found: Found, missed: Array, kept: Array) -> dict[str, object]:
    call, counted = found.call, np.bincount(missed).tolist()
    asked: dict[str, object] = {
        "names": NAMES,
        "missed": {ORDER[number - 1]: count for number, count in enumerate(counted) if number and count},
        "on": call.on.isoformat(),
        "needed": {
            "active": True,
            "company": True,
            "payable": True,
            "tier": call.needs.tiers,
            "contract": call.needs.contract or None,
            "skills": call.skills,
            "qualifications": call.needs.qualifications,
            "language": call.needs.language,
            "vehicle": call.needs.vehicle,
            "not_excluded": (),
            "free": _times(call),
        },
    }
    if call.excluded:
        whose = {helper.bytes: by for helper, by in call.excluded.items()}
        ids = found.few.near.rows["id"].take(kept).tobytes()
        each = [ids[at : at + 16] for at in range(0, len(ids), 16)]
        asked["excluded"] = {one.hex(): whose[one] for one in each if one in whose}
    return asked


def _times(call: Wanted) -> object:
    if call.asap:
        return {"available": True, "fits": True}
    if not call.slots:
        return "to be agreed"
    return ["/".join(moment(at).astimezone(UTC).isoformat() for at in slot) for slot in call.slots]


def _whole(found: Found, kept: Array) -> bytes:
    """Return all values of these rows of the few, the best first."""
    columns, call, clock, few = found.columns, found.call, found.clock, found.few.only(kept)
    best = min(len(found.best), FULL)
    lines = np.zeros(len(kept), LINE)
    lines["kind"], kinds = _numbered(few.near.rows["kind"], len(columns.words.kinds.rows))
    lines["metres"] = _metres(few.near.km)
    lines["radius"] = near.area_of(call, few.near.rows)
    if call.slots:
        lines["slots"] = clock.free.take(kept, axis=0) @ (1 << np.arange(len(call.slots)))
    lines["available"], lines["fits"] = clock.available.take(kept), clock.fits.take(kept)
    lines["visits"], lines["minutes"] = clock.visits.take(kept), clock.minutes.take(kept)
    lines["above"] = scored.above(call, few)
    lines["promises"], lines["faults"] = few.rest["promises"], few.rest["faults"]
    lines["preferred"] = scored.preferred(columns, call, few)
    lines["earlier"] = scored.had_earlier(columns, call, few)
    lines["measured"] = clock.measured.take(kept)
    given = scored.ratings(columns, call, few.rest[:best])
    lines["ratings"][:best] = np.bincount(given.owner, minlength=best)
    ratings = np.empty(len(given.owner), RATING)
    ratings["stars"], ratings["age"] = given.stars, given.age
    texts = [columns.words.kinds.texts[one] for one in kinds]
    return Whole(lines, _levels(found, few), texts, ratings).packed()


def _numbered(kinds: Array, all_: int) -> tuple[Array, list[int]]:
    """Return the kinds numbered among themselves, and which they are."""
    is_there = np.zeros(all_, bool)
    is_there[kinds] = True
    return is_there.cumsum().take(kinds) - 1, is_there.nonzero()[0].tolist()


def _levels(found: Found, few: Few) -> Array:
    """Return the levels of the skills asked, in order of their codes; a level whose proof has ended is none."""
    columns, call = found.columns, found.call
    skills = list(call.skills)
    held = few.levels.copy()
    for row in (few.near.rows["proofs_end"] < near.day_of(call)).nonzero()[0].tolist():
        over = near.ended(columns, call, int(few.near.places[row]))
        held[row, [number for number, skill in enumerate(skills) if columns.words.skills.get(skill) in over]] = 0
    return held[:, np.argsort(skills)] if len(skills) > 1 else held


def _json(said: object) -> str:
    return json.dumps(said, separators=(",", ":"))

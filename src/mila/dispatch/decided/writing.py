"""Writing a round: everybody who was looked at, in one row (`log` says how it is read)."""

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any, cast

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
from mila.dispatch.decided.near import NAMES, ORDER, Near
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

    `best` are the eligible of the few in order, `points` are theirs.
    """

    columns: Held
    call: Wanted
    around: Near
    few: Array
    clock: Timed
    keeps: Array
    best: Array
    points: Array


def write(search: Search, found: Found) -> None:
    """Write the round of the search."""
    call, around, few = found.call, found.around, found.few
    nearest, far = _others(found)
    kept = np.concatenate((found.best[:FULL], nearest))
    looked = np.concatenate((few[found.best], few[nearest], far))
    missed = around.missed.copy()
    missed[few] = found.keeps
    beyond = np.empty(len(far), FAR)
    beyond["name"], beyond["metres"] = NAMED[missed[far]], _metres(around.km[far])
    ids = found.columns.of("ids", around.places[looked])
    told = (
        *(new_id(), search.pk, search.rounds, call.at, call.weights, len(looked), len(found.best)),
        Jsonb(_asked(found, missed, kept), dumps=_json),
        *(ids.tobytes(), found.points.astype(POINTS).tobytes(), beyond.tobytes(), _whole(found, kept)),
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP, cast("Any", told))  # the stubs know fewer types than the driver


def _others(found: Found) -> tuple[Array, Array]:
    """Return the nearest of who only had no time and of who misses more (rows of the few), and all who are further."""
    around, few = found.around, found.few
    others = np.flatnonzero(around.missed[few])
    late = np.flatnonzero((around.missed[few] == 0) & (found.keeps != 0))
    soon, near_others = _nearest(found, late), _nearest(found, others)
    rest = np.ones(len(around.places), bool)
    rest[few[found.best]] = rest[few[soon]] = rest[few[near_others]] = False
    return np.concatenate((soon, near_others)), np.flatnonzero(rest)


def _nearest(found: Found, rows: Array) -> Array:
    km = found.around.km[found.few[rows]]
    return rows[near.nearest(km, lambda among: _ids(found, rows[among]), NEAREST_OF_THE_OTHERS)]


def _ids(found: Found, rows: Array) -> Array:
    return found.columns.of("ids", found.around.places[found.few[rows]])


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
        ids = _ids(found, kept).tobytes()
        each = [ids[at : at + 16] for at in range(0, len(ids), 16)]
        asked["excluded"] = {one.hex(): whose[one] for one in each if one in whose}
    return asked


def _times(call: Wanted) -> object:
    if call.asap:
        return {"available": True, "fits": True}
    if not call.slots:
        return "to be agreed"
    return ["/".join(moment(at).astimezone(UTC).isoformat() for at in slot) for slot in call.slots]


def _whole(found: Found, rows: Array) -> bytes:
    """Return all values of these rows of the few, the best first."""
    columns, call, clock = found.columns, found.call, found.clock
    places = found.around.places[found.few[rows]]
    best = min(len(found.best), FULL)
    kinds, kind = np.unique(columns.of("kind", places), return_inverse=True)
    lines = np.zeros(len(rows), LINE)
    lines["kind"] = kind
    lines["metres"] = _metres(found.around.km[found.few[rows]])
    lines["radius"] = near.area_of(columns, call, places)
    lines["slots"] = clock.free[rows] @ (1 << np.arange(len(call.slots)))
    lines["available"], lines["fits"] = clock.available[rows], clock.fits[rows]
    lines["visits"], lines["minutes"] = clock.visits[rows], clock.minutes[rows]
    lines["above"] = scored.above(columns, call, places)
    lines["promises"], lines["faults"] = columns.of("promises", places), columns.of("faults", places)
    tier = columns.words.kinds.table("tier").take(columns.of("kind", places))
    lines["preferred"] = tier == (call.preferred or "")
    lines["earlier"] = scored.had_earlier(columns, call, places)
    lines["measured"] = clock.measured[rows]
    given = scored.ratings(columns, call, places[:best])
    lines["ratings"][:best] = np.bincount(given.owner, minlength=best)
    ratings = np.empty(len(given.owner), RATING)
    ratings["stars"], ratings["age"] = given.stars, given.age
    texts = [columns.words.kinds.texts[one] for one in kinds.tolist()]
    return Whole(lines, _levels(found, places), texts, ratings).packed()


def _levels(found: Found, places: Array) -> Array:
    """Return the levels of the skills asked, in order of their codes; a level whose proof has ended is none."""
    columns, call = found.columns, found.call
    skills = sorted(call.skills)
    held = np.empty((len(places), len(skills)), np.uint8)
    for number, skill in enumerate(skills):
        held[:, number] = columns.level(skill, places)
    for row in np.flatnonzero(columns.of("proofs_end", places) < near.day_of(call)).tolist():
        over = near.ended(columns, call, int(places[row]))
        held[row, [number for number, skill in enumerate(skills) if columns.words.skills.get(skill) in over]] = 0
    return held


def _json(said: object) -> str:
    return json.dumps(said, separators=(",", ":"))

"""A decision in one statement: who is around, who meets everything, in which order, and the log of why (decision 0025).

What it judges is defined in `rules` and `points`; this is the same in the words of the database, over the one row that
is kept of each helper (`models.HelperRow`). A law compares the two over random helpers and calls, and whoever says
yes is judged by `rules` again. Its parts lie beside this file and are read in this order: what is `wanted`, who is
`near` and what keeps them, those whose time counts (`timed`), the `points`, and what is `kept`, a `line` for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from uuid import UUID

from django.db import connection
from psycopg import sql

from mila.booking.models import Search
from mila.dispatch.around import NEAREST_OF_THE_OTHERS
from mila.dispatch.points import FORGOTTEN_AFTER, FRESH, TRAVEL_CAP_MINUTES, WeightValues
from mila.dispatch.record import FULL
from mila.dispatch.rules import GET_READY, MEETS, VEHICLES
from mila.dispatch.ways import HAND_OUT_MINUTES
from mila.kernel.ids import new_id
from mila.kernel.occasion import Occasion
from mila.kernel.place import DETOUR, SPEED_KMH, START_MINUTES, Transport

TRAVEL = "round({start} + ({km} + {accuracy} / 1000::float8) * {detour}::float8 * 60 / {speed})::int"
FACTORS_SAID = "s_stars, s_level, s_travel, s_reliability, s_tier, s_earlier, s_newcomer"
ISO = 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'


@dataclass(frozen=True, slots=True)
class InTurn:
    """Somebody who may be asked, with the minutes on the road and the kilometres from home; the best is `place` 1."""

    helper_id: UUID
    place: int
    minutes: int
    km: float


def decide(search: Search, now: Occasion) -> Sequence[InTurn]:
    """Look at everybody around the search's call, keep why as its next round, and return whom to ask in which order.

    The caller saves the search, whose rounds are counted.
    """
    search.rounds += 1
    given = sql.SQL(", ").join(map(sql.Literal, (search.pk, now.at, search.rounds, new_id(), search.area)))
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        if not cursor.fetchone()[0]:
            cursor.execute(PREPARE)
        cursor.execute(DECISION.format(given).as_string(connection.connection))
        cursor.nextset()
        found = cursor.fetchone()
    rows = zip(*(part or () for part in found), strict=True)
    return [InTurn(helper, place, minutes, km) for place, (helper, minutes, km) in enumerate(rows, 1)]


def _by_transport(values: Mapping[Transport, int]) -> str:
    return "case f.transport " + " ".join(f"when '{one}' then {value}" for one, value in values.items()) + " end"


def _travel(km: str, accuracy: str) -> str:
    speed, start = _by_transport(SPEED_KMH), _by_transport(START_MINUTES)
    return TRAVEL.format(start=start, km=km, accuracy=accuracy, detour=DETOUR, speed=speed)


def _way(start: str, to: str, via: tuple[str, str]) -> str:
    """Return the minutes on the road, with the stop at the branch where there is one (`ways.minutes_to`)."""
    branch = ", ".join(via)
    straight = _travel(f"crowd_km({start}, {to})", "0")
    there, onward = _travel(f"crowd_km({start}, {branch})", "0"), _travel(f"crowd_km({branch}, {to})", "0")
    return f"case when {via[0]} is null then {straight} else {there} + {HAND_OUT_MINUTES} + {onward} end"


def _text(part: str) -> str:
    return (files(__package__) / f"{part}.sql").read_text()


def _statement() -> str:
    weights = ", ".join(
        f"coalesce((weights.values ->> '{name}')::bigint, 0) as w_{name}" for name in WeightValues.__dataclass_fields__
    )
    vehicles = "array[" + ", ".join(f"'{one}'" for one in VEHICLES) + "]"
    names = ", ".join(f"'{name}'" for name in MEETS)
    parts = [
        _text("wanted").format(weights=weights, vehicles=vehicles),
        _text("near").format(vehicles=vehicles),
        _text("timed").format(
            others=NEAREST_OF_THE_OTHERS,
            travel=_travel("way.km", "w.accuracy_m"),
            by_branch=f"{_travel('way.via_km', '0')} + {HAND_OUT_MINUTES} + {_travel('w.onward_km', 'w.accuracy_m')}",
            before=_way("d.latitude, d.longitude", "w.latitude, w.longitude", ("w.via_latitude", "w.via_longitude")),
            after=_way("w.latitude, w.longitude", "d.latitude, d.longitude", ("b.latitude", "b.longitude")),
            ready=GET_READY.seconds // 60,
        ),
        _text("points").format(forgotten=FORGOTTEN_AFTER, fresh=FRESH, travel_cap=TRAVEL_CAP_MINUTES),
        _text("kept").format(
            line=_text("line").format(),
            full=FULL,
            others=NEAREST_OF_THE_OTHERS,
            factors=FACTORS_SAID,
            names=f"jsonb_build_array({names})",
            names_in_order=names,
            said=f"to_char(starts at time zone 'UTC', '{ISO}') || '/' || to_char(ends at time zone 'UTC', '{ISO}')",
        ),
    ]
    return "with " + ",".join(parts)


# By hand: the server would plan it anew each time, which takes longer than running it. It may be gone in between, since
# the driver lets go of everything that is prepared when a savepoint is rolled back.
KNOWN = "select exists (select from pg_prepared_statements where name = 'dispatch_decision')"
PREPARE = f"prepare dispatch_decision (uuid, timestamptz, int, uuid, int) as {_statement()}"
DECISION = sql.SQL(
    "set local plan_cache_mode = force_generic_plan; execute dispatch_decision ({}); set local plan_cache_mode = auto"
)

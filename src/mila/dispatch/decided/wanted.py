"""What a decision wants to know of its call, and whose rows have changed since the last one: one question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from mila.booking.models import Search
from mila.dispatch.decided.kinds import Needs
from mila.dispatch.decided.moments import A_DAY, A_MINUTE, microseconds, moment
from mila.dispatch.models import Weights
from mila.dispatch.points import WeightValues, values_of
from mila.dispatch.rules import VEHICLES
from mila.kernel.occasion import Occasion

# As one text: thirty columns take longer to take apart than to find.
ASKED = "select to_json(told)::text from dispatch_wanted(%s, %s, %s) told"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call as a decision sees it: times in microseconds since 1970; `slots` are the times that it would bind.

    The first four say what of the helpers' rows has changed (`held.Told`). `roads` are ways measured, by helper: from
    where, and the minutes.
    """

    house: str
    horizon: int
    own: bool
    changed: Sequence[UUID]
    call: UUID
    area: int
    at: datetime
    at_us: int
    country: str
    zone: ZoneInfo
    place: tuple[float, float]
    accuracy_m: int
    via: tuple[float, float] | None
    asap: bool
    minutes: int
    slots: Sequence[tuple[int, int]]
    on: date
    skills: Mapping[str, int]
    needs: Needs
    preferred: str | None
    excluded: Mapping[UUID, Sequence[str]]
    earlier: Sequence[UUID]
    roads: Mapping[UUID, tuple[float, float, int]]
    weights: UUID

    @property
    def first(self) -> int:
        """The moment from which exceptions and visits may matter."""
        return min((start for start, _end in self.slots), default=self.at_us) - A_DAY

    @property
    def last(self) -> int:
        """The moment up to which they may."""
        return max((end for _start, end in self.slots), default=self.at_us + A_DAY) + A_DAY


def ask(search: Search, now: Occasion, since: int | None) -> Wanted:
    """Ask the database for the call, and for whose rows were written by transactions from `since` on."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, (search.pk, now.at, since))
        told = json.loads(cursor.fetchone()[0])
    return _wanted(told, search, now)


@lru_cache(maxsize=64)
def weighed(weights: UUID) -> WeightValues:
    """Return the values of a version of the weights, which never changes once it holds."""
    return values_of(Weights.objects.values_list("values", flat=True).get(pk=weights))


def _wanted(told: Mapping[str, Any], search: Search, now: Occasion) -> Wanted:
    zone = ZoneInfo(told["zone"])
    slots = [(start, start + told["length"] * A_MINUTE) for start in told["starts"]]
    on = (moment(slots[0][0]) if slots else now.at).astimezone(zone).date()
    excluded: dict[UUID, list[str]] = {}
    for helper, by in zip(told["excluded"] or (), told["excluded_by"] or (), strict=True):
        excluded.setdefault(UUID(helper), []).append(by)
    roads = zip(told["road_of"] or (), told["road_from"] or (), told["road_minutes"] or (), strict=True)
    preferred: list[str] = told["preferred"] or []
    return Wanted(
        house=told["house"],
        horizon=told["horizon"],
        own=told["own"],
        changed=[UUID(one) for one in told["changed"] or ()],
        call=UUID(told["call"]),
        area=search.area,
        at=now.at,
        at_us=microseconds(now.at),
        country=told["country"],
        zone=zone,
        place=(told["latitude"], told["longitude"]),
        accuracy_m=told["accuracy"],
        via=(told["via"][0], told["via"][1]) if told["via"] else None,
        asap=told["asap"],
        minutes=told["minutes"],
        slots=slots,
        on=on,
        skills=dict(zip(told["skills"] or (), told["levels"] or (), strict=True)),
        needs=_needs(told, on),
        preferred=preferred[0] if len(preferred) == 1 else None,
        excluded={helper: sorted(by) for helper, by in excluded.items()},
        earlier=[UUID(one) for one in told["earlier"]],
        roads={UUID(helper): (north, east, minutes) for helper, (north, east), minutes in roads},
        weights=UUID(told["weights"]),
    )


def _needs(told: Mapping[str, Any], on: date) -> Needs:
    return Needs(
        tiers=tuple(told["tiers"]),
        language=told["language"],
        vehicle=max(told["vehicles"] or (), key=VEHICLES.index, default=None),
        contract=told["contract"] or "",
        qualifications=tuple(told["qualifications"]),
        on=on.isoformat() if told["qualifications"] else "",
    )

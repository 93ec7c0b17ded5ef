"""What decisions want to know of their calls, and whose rows have changed since the last ones: one question.

What is offered (packages, contracts, qualifications, weights) changes seldom: it is asked for when first wanted, and
again after the question said that some of it was written.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
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
ASKED = "select to_json(told)::text from dispatch_wanted(%s, %s) told"
# Whose rows have changed is asked with the first of the calls: one statement sees one moment.
ASKED_OF_MANY = """
select to_json(told)::text from unnest(%s::uuid[]) with ordinality asked (search, place)
cross join lateral dispatch_wanted(search, case place when 1 then %s::bigint end) told order by place
"""
OFFERED = "select to_json(told)::text from dispatch_offered(%s, %s, %s, %s) told"
OFFERS_REMEMBERED = 500

Key = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What some packages of a brand ask in a country on a day, and the weights, the most specific and latest first."""

    skills: Mapping[str, int]
    vehicle: str | None
    preferred: str | None
    contract: str
    qualifications: tuple[str, ...]
    weights: Sequence[tuple[UUID, int]]

    def weights_at(self, at_us: int) -> UUID:
        """Return the weights that hold at a moment."""
        return next(one for one, holds_from in self.weights if holds_from <= at_us)


@dataclass(frozen=True, slots=True)
class Answer:
    """A call's own facts, as they were told."""

    at: datetime
    area: int
    slots: Sequence[tuple[int, int]]
    told: Mapping[str, Any]

    @property
    def first(self) -> int:
        """The moment from which exceptions and visits may matter."""
        return min((start for start, _end in self.slots), default=microseconds(self.at)) - A_DAY


@dataclass(frozen=True, slots=True)
class Answers:
    """What the question brought: what has changed (`held.Told`), and of each call, in the order of the searches."""

    house: str
    horizon: int
    own: bool
    changed: Sequence[UUID]
    calls: Sequence[Answer]

    @property
    def first(self) -> int:
        """The moment from which exceptions and visits may matter to one of the calls."""
        return min(call.first for call in self.calls)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call as a decision sees it: times in microseconds since 1970; `slots` are the times that it would bind.

    `roads` are ways measured, by helper: from where, and the minutes.
    """

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


def ask(searches: Sequence[Search], now: Occasion, since: int | None) -> Answers:
    """Ask the database for the calls, and for whose rows were written by transactions from `since` on."""
    ids = [search.pk for search in searches]
    told = _told(ASKED, (ids[0], since)) if len(ids) == 1 else _told(ASKED_OF_MANY, (ids, since))
    first = told[0]
    return Answers(
        house=first["house"],
        horizon=first["horizon"],
        own=first["own"],
        changed=[UUID(one) for one in first["changed"] or ()],
        calls=[_answer(search, one, now) for search, one in zip(searches, told, strict=True)],
    )


def _answer(search: Search, told: Mapping[str, Any], now: Occasion) -> Answer:
    length = told["length"] * A_MINUTE
    return Answer(now.at, search.area, [(start, start + length) for start in told["starts"]], told)


def with_offered(answer: Answer, known: dict[Key, Offered]) -> Wanted:
    """Return the whole of what is wanted; `known` is what is offered, as far as it was asked, and is added to."""
    told = answer.told
    key = told["country"], told["brand"], tuple(sorted(told["packages"] or ())), told["booked_on"]
    offered = known.get(key)
    if offered is None:
        if len(known) >= OFFERS_REMEMBERED:
            known.clear()
        offered = known[key] = _offered(key)
    return _wanted(answer, offered)


@lru_cache(maxsize=64)
def weighed(weights: UUID) -> WeightValues:
    """Return the values of a version of the weights, which never changes once it holds."""
    return values_of(Weights.objects.values_list("values", flat=True).get(pk=weights))


def _told(question: str, given: tuple[object, ...]) -> list[Mapping[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(question, cast("Any", given))
        return [json.loads(said) for (said,) in cursor.fetchall()]


def _offered(key: Key) -> Offered:
    country, brand, packages, booked_on = key
    (told,) = _told(OFFERED, (country, brand, list(packages), booked_on))
    preferred: list[str] = told["preferred"] or []
    weights = zip(told["weights"] or (), told["weights_from"] or (), strict=True)
    return Offered(
        skills=dict(zip(told["skills"] or (), told["levels"] or (), strict=True)),
        vehicle=max(told["vehicles"] or (), key=VEHICLES.index, default=None),
        preferred=preferred[0] if len(preferred) == 1 else None,
        contract=told["contract"] or "",
        qualifications=tuple(told["qualifications"]),
        weights=[(UUID(one), holds_from) for one, holds_from in weights],
    )


def _wanted(answer: Answer, offered: Offered) -> Wanted:
    told, at_us = answer.told, microseconds(answer.at)
    zone = ZoneInfo(told["zone"])
    on = (moment(answer.slots[0][0]) if answer.slots else answer.at).astimezone(zone).date()
    excluded: dict[UUID, list[str]] = {}
    for helper, by in zip(told["excluded"] or (), told["excluded_by"] or (), strict=True):
        excluded.setdefault(UUID(helper), []).append(by)
    roads = zip(told["road_of"] or (), told["road_from"] or (), told["road_minutes"] or (), strict=True)
    return Wanted(
        call=UUID(told["call"]),
        area=answer.area,
        at=answer.at,
        at_us=at_us,
        country=told["country"],
        zone=zone,
        place=(told["latitude"], told["longitude"]),
        accuracy_m=told["accuracy"],
        via=(told["via"][0], told["via"][1]) if told["via"] else None,
        asap=told["asap"],
        minutes=told["minutes"],
        slots=answer.slots,
        on=on,
        skills=offered.skills,
        needs=Needs(
            tiers=tuple(sorted(told["tiers"])),
            language=told["language"],
            vehicle=offered.vehicle,
            contract=offered.contract,
            qualifications=offered.qualifications,
            on=on.isoformat() if offered.qualifications else "",
        ),
        preferred=offered.preferred,
        excluded={helper: sorted(by) for helper, by in excluded.items()},
        earlier=[UUID(one) for one in told["earlier"]],
        roads={UUID(helper): (north, east, minutes) for helper, (north, east), minutes in roads},
        weights=UUID(told["weights"]) if told["weights"] else offered.weights_at(at_us),
    )

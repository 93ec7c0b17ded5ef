"""Who is around a place: found by an index, judged by the database where no clock is needed, read in one statement.

What the database lets through is judged again by `rules`; a law holds the two together. Of those whom it does not let
through the nearest few are read as well (decision 0020). Whom a search asks is decided in `decided`, over columns.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from mila.crowd.models import ExceptionKind, HelperState, ProviderState
from mila.dispatch.rules import NO_CALL, VEHICLES, CallFacts, HelperFacts, Job
from mila.kernel.periods import Period
from mila.kernel.place import Point, Transport

LOOK_AROUND = timedelta(days=1)
NEAREST_OF_THE_OTHERS = 20
NOBODY_LEFT_OUT = 1_000_000
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# Cheap questions first; a metre more than the area, because the database may round otherwise than `rules`.
JUDGED = """
case
  when h.state <> 'active' then 'active'
  when p.state <> 'active' then 'company'
  when p.payout_account = '' then 'payable'
  when p.tier <> all(%(tiers)s::text[]) then 'tier'
  when %(language)s <> all(h.languages) then 'language'
  when %(vehicles)s::text[] is not null and not h.vehicles::text[] && %(vehicles)s::text[] then 'vehicle'
  when crowd_km(h.latitude, h.longitude, %(latitude)s, %(longitude)s) > 0.001 +
    case when %(rung)s > 1 then coalesce(h.second_radius_km, h.radius_km) else h.radius_km end then 'area'
  when %(contract)s::uuid is not null and not exists (
    select from crowd_signedcontract s where s.provider_id = p.id and s.contract_id = %(contract)s::uuid
  ) then 'contract'
  when exists (
    select from unnest(%(skills)s::text[], %(levels)s::int[]) as need (skill, level) where not exists (
      select from crowd_heldskill s where s.helper_id = h.id and s.skill_id = need.skill and s.level >= need.level
      and (s.valid_until is null or s.valid_until >= %(on)s)
    )
  ) then 'skills'
  when exists (
    select from unnest(%(qualifications)s::text[]) as need (code) where not exists (
      select from crowd_heldqualification q where q.helper_id = h.id and q.qualification_id = need.code
      and q.withdrawn_at is null
      and (q.valid_until is null or q.valid_until >= %(on)s)
    )
  ) then 'qualifications'
  when exists (select from booking_exclusion x where x.helper_id = h.id and {same_customer}) then 'not_excluded'
end
"""
SAME_CUSTOMER = """
((%(email)s <> '' and upper(x.email) = upper(%(email)s)) or (%(phone)s <> '' and x.phone = %(phone)s))
"""
FACTS = """
json_build_object(
  'id', h.id, 'state', h.state, 'languages', h.languages, 'transport', h.transport, 'vehicles', h.vehicles,
  'home', json_build_array(h.latitude, h.longitude), 'radius', h.radius_km, 'second', h.second_radius_km,
  'zone', h.zone, 'cap', h.daily_cap, 'until', h.available_until,
  'at', json_build_array(h.available_latitude, h.available_longitude),
  'tier', p.tier, 'company', p.state, 'payable', p.payout_account <> '',
  'contracts', array(select s.contract_id from crowd_signedcontract s where s.provider_id = p.id),
  'skills', (
    select json_object_agg(s.skill_id, s.level) from crowd_heldskill s where s.helper_id = h.id
    and (s.valid_until is null or s.valid_until >= %(on)s)
  ),
  'qualifications', array(
    select q.qualification_id from crowd_heldqualification q where q.helper_id = h.id and q.withdrawn_at is null
    and (q.valid_until is null or q.valid_until >= %(on)s)
  ),
  'hours', (
    select json_agg(json_build_array(w.weekday, w.starts, w.ends) order by w.weekday, w.starts)::text
    from crowd_weeklyhours w where w.helper_id = h.id
  ),
  'exceptions', (
    select json_agg(json_build_array(e.kind, e.starts_at, e.ends_at) order by e.starts_at, e.ends_at)
    from crowd_availabilityexception e where e.helper_id = h.id and e.ends_at > %(first)s and e.starts_at < %(last)s
  ),
  'jobs', (
    select json_agg(
      json_build_array(lower(a.period), upper(a.period), d.latitude, d.longitude, b.latitude, b.longitude)
      order by a.period
    )
    from booking_assignment a join booking_servicecall c on c.id = a.call_id
    join booking_address d on d.id = c.address_id
    left join visit_delivery v on v.call_id = c.id left join partners_branch b on b.id = v.branch_id
    where a.helper_id = h.id and a.state = 'active' and a.period && tstzrange(%(first)s, %(last)s)
  ),
  'road', (
    select r.minutes from dispatch_road r where r.call_id = %(call)s and r.helper_id = h.id
    and (r.latitude, r.longitude) = (h.latitude, h.longitude)
  ),
  'excluded', array(select x.by from booking_exclusion x where x.helper_id = h.id and {same_customer})
)
"""
AROUND = """
with near as materialized (
  select h.id, crowd_km(h.latitude, h.longitude, %(latitude)s, %(longitude)s) as km, {judged} as missed
  from crowd_helper h join crowd_provider p on p.id = h.provider_id
  where crowd_reach(h.latitude, h.longitude, h.radius_km, h.second_radius_km)
      && box(point(%(longitude)s, %(latitude)s), point(%(longitude)s, %(latitude)s))
    and h.state not in ('applied', 'left') and p.country_id = %(country)s
), numbered as (
  select id, km, missed, row_number() over (partition by missed is null order by km, id) as place from near
)
select
  (select json_object_agg(missed, number)
   from (select missed, count(*) as number from near where missed is not null group by missed) counted),
  (select json_agg(json_build_array(n.missed, {facts}) order by n.km, n.id)
   from numbered n join crowd_helper h on h.id = n.id join crowd_provider p on p.id = h.provider_id
   where n.place <= case when n.missed is null then %(most)s else %(others)s end)
"""
NAMED = """
select null, (
  select json_agg(json_build_array(null, {facts}) order by h.id)
  from crowd_helper h join crowd_provider p on p.id = h.provider_id where h.id = any(%(ids)s::uuid[])
)
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who is around, the nearest first: `helpers` whom the database lets through, and the nearest of the `others`.

    `missed` counts all the others by the requirement that each missed first.
    """

    helpers: Sequence[HelperFacts]
    others: Sequence[HelperFacts]
    missed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """When and for whom: jobs and exceptions are read for a day about the spans, none where there are none.

    What is proven until before the day `on` counts as not held; mail and phone are the customer's, as far as they are
    known, to find exclusions by either side; `call` is the call to which ways were measured.
    """

    spans: Sequence[Period]
    on: date
    email: str = ""
    phone: str = ""
    call: UUID = NO_CALL


def around(call: CallFacts, moment: Moment, *, country: str, rung: int) -> Surroundings:
    """Return who of the country's crowd is around the call, as far as its rung of the ladder reaches."""
    asked = _asked(call, country, rung) | _times(moment)
    return _read(_AROUND, asked | {"most": NOBODY_LEFT_OUT, "others": NEAREST_OF_THE_OTHERS})


def nearest(call: CallFacts, moment: Moment, *, country: str, rung: int, most: int) -> Sequence[HelperFacts]:
    """Return the nearest helpers who meet all that needs no clock."""
    asked = _asked(call, country, rung) | _times(moment)
    return _read(_AROUND, asked | {"most": most, "others": 0}).helpers


def named(ids: Collection[UUID], moment: Moment) -> Sequence[HelperFacts]:
    """Return the facts of these helpers, whatever they are."""
    return _read(_NAMED, {"ids": list(ids)} | _times(moment)).helpers


def _asked(call: CallFacts, country: str, rung: int) -> dict[str, Any]:
    return {
        "latitude": call.point.latitude,
        "longitude": call.point.longitude,
        "country": country,
        "rung": rung,
        "tiers": sorted(call.tiers),
        "language": call.language,
        "vehicles": list(VEHICLES[VEHICLES.index(call.vehicle) :]) if call.vehicle else None,
        "contract": call.contract,
        "skills": list(call.skills),
        "levels": list(call.skills.values()),
        "qualifications": sorted(call.qualifications),
    }


def _times(moment: Moment) -> dict[str, Any]:
    spans = moment.spans
    return {
        "first": min(span.start for span in spans) - LOOK_AROUND if spans else NEVER,
        "last": max(span.end for span in spans) + LOOK_AROUND if spans else NEVER,
        "on": moment.on,
        "email": moment.email,
        "phone": moment.phone,
        "call": moment.call,
    }


def _read(statement: str, asked: Mapping[str, Any]) -> Surroundings:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        missed, found = map(_loaded, cursor.fetchone())
    read = [(by, _facts(one)) for by, one in found or ()]
    return Surroundings(
        helpers=[one for by, one in read if by is None],
        others=[one for by, one in read if by is not None],
        missed=missed or {},
    )


def _loaded(said: Any) -> Any:  # noqa: ANN401
    return json.loads(said) if isinstance(said, str) else said


def _facts(said: Mapping[str, Any]) -> HelperFacts:
    exceptions = [(kind, _period(starts, ends)) for kind, starts, ends in said["exceptions"] or ()]
    until = said["until"] and datetime.fromisoformat(said["until"])
    latitude, longitude = said["at"]
    return HelperFacts(
        id=UUID(said["id"]),
        active=said["state"] == HelperState.ACTIVE,
        payable=said["payable"],
        tier=said["tier"],
        contracts=frozenset(UUID(one) for one in said["contracts"]),
        skills=said["skills"] or {},
        languages=frozenset(said["languages"]),
        home=Point(*said["home"]),
        radius_km=said["radius"],
        second_radius_km=said["second"],
        transport=Transport(said["transport"]),
        zone=ZoneInfo(said["zone"]),
        hours=_hours(said["hours"] or "[]"),
        free=tuple(period for kind, period in exceptions if kind == ExceptionKind.FREE),
        busy=tuple(period for kind, period in exceptions if kind == ExceptionKind.BUSY),
        jobs=tuple(_job(*one) for one in said["jobs"] or ()),
        daily_cap=said["cap"],
        available_until=until,
        available_at=None if latitude is None or longitude is None else Point(latitude, longitude),
        company_active=said["company"] == ProviderState.ACTIVE,
        qualifications=frozenset(said["qualifications"]),
        vehicles=frozenset(said["vehicles"]),
        excluded_by=frozenset(said["excluded"]),
        road_minutes=said["road"],
    )


def _job(first: str, last: str, *degrees: float | None) -> Job:
    latitude, longitude, north, east = degrees
    if latitude is None or longitude is None:
        raise LookupError("a visit without a place")
    via = None if north is None or east is None else Point(north, east)
    return Job(_period(first, last), Point(latitude, longitude), via)


@lru_cache(maxsize=4096)  # many helpers keep the same hours
def _hours(said: str) -> Mapping[int, Sequence[tuple[time, time]]]:
    hours: dict[int, list[tuple[time, time]]] = {}
    for weekday, starts, ends in json.loads(said):
        hours.setdefault(weekday, []).append((time.fromisoformat(starts), time.fromisoformat(ends)))
    return hours


def _period(starts: str, ends: str) -> Period:
    return Period(datetime.fromisoformat(starts), datetime.fromisoformat(ends))


_FACTS = FACTS.format(same_customer=SAME_CUSTOMER)
_AROUND = AROUND.format(judged=JUDGED.format(same_customer=SAME_CUSTOMER), facts=_FACTS)
_NAMED = NAMED.format(facts=_FACTS)

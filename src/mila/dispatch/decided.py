"""A decision in one statement: who is around, who meets everything, in which order, and the log of why (decision 0025).

What it judges is defined in `rules` and `points`; this is the same in the words of the database, over the one row that
is kept of each helper (`models.HelperRow`). A law compares the two over random helpers and calls, and whoever says
yes is judged by `rules` again. The parts are read in this order: what is WANTED, who is NEAR and what keeps them,
those who may come IN DETAIL, the POINTS, and what is KEPT.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django.db import connection

from mila.booking.models import Search
from mila.dispatch.around import NEAREST_OF_THE_OTHERS
from mila.dispatch.points import FORGOTTEN_AFTER, FRESH, TRAVEL_CAP_MINUTES, WeightValues
from mila.dispatch.record import FULL
from mila.dispatch.rules import GET_READY, MEETS, VEHICLES
from mila.dispatch.ways import HAND_OUT_MINUTES
from mila.kernel.ids import new_id
from mila.kernel.occasion import Occasion
from mila.kernel.place import DETOUR, SPEED_KMH, START_MINUTES, Transport

WANTED = """
wanted as materialized (
  select $5 as area, c.id as call, c.country_id as country, c.minutes, z.zone, a.latitude, a.longitude, a.accuracy_m,
    point(a.longitude, a.latitude) as place, upper(p.email) as email, p.phone, p.language, times.asap,
    coalesce(times.starts, '{{}}') as starts, coalesce(times.ends, '{{}}') as ends,
    coalesce(times.first, now.at) - interval '1 day' as first,
    coalesce(times.last, now.at + interval '1 day') + interval '1 day' as last,
    (coalesce(times.starts[1], now.at) at time zone z.zone)::date as on_day,
    array(select jsonb_array_elements_text(q.tiers) collate "C" order by 1) as tiers,
    needs.skills, needs.codes, needs.levels, needs.steps, packages.vehicle, b.latitude as via_latitude,
    b.longitude as via_longitude,
    case when b.id is not null then crowd_km(b.latitude, b.longitude, a.latitude, a.longitude) end as onward_km,
    packages.tier as preferred, contract.id as contract,
    array(
      select n.code from crowd_qualification n where n.brand_id = c.brand_id and n.asked_from <= booked.on_day
      and (n.asked_until is null or n.asked_until > booked.on_day)
      and (n.package_id is null or n.package_id = any(packages.codes)) order by 1
    ) as qualifications,
    array(
      select x.helper_id from booking_exclusion x
      where (p.email <> '' and upper(x.email) = upper(p.email)) or (p.phone <> '' and x.phone = p.phone)
    ) as excluded,
    array(
      select g.helper_id from (
        select id from booking_party where p.email <> '' and upper(email) = upper(p.email)
        union select id from booking_party where p.phone <> '' and phone = p.phone
      ) same join booking_servicecall o on o.site_contact_id = same.id join quality_rating g on g.call_id = o.id
      where g.stars >= 4
    ) as earlier,
    weights.id as weights, {weights}, now.at, (extract(epoch from now.at) * 1000000)::bigint as at_us
  from (select $2 as at) now
  join booking_search s on s.id = $1
  join booking_servicecall c on c.id = s.call_id
  join booking_address a on a.id = c.address_id
  join booking_party p on p.id = c.site_contact_id
  join countries_country z on z.code = c.country_id
  left join visit_delivery v on v.call_id = c.id left join partners_branch b on b.id = v.branch_id
  cross join lateral (select (c.booked_at at time zone z.zone)::date as on_day) booked
  cross join lateral (select * from booking_quote where call_id = c.id order by version desc limit 1) q
  cross join lateral (
    select c.time_wish = 'asap' and c.visit_starts_at is null as asap, array_agg(start order by number) as starts,
      array_agg(start + length order by number) as ends, min(start) as first, max(start + length) as last
    from (
      select c.visit_starts_at as start, 1 as number where c.visit_starts_at is not null
      union all
      select starts_at, position from booking_wishedslot where call_id = c.id and c.visit_starts_at is null
    ) t, make_interval(mins => c.window_minutes + c.minutes) length
  ) times
  cross join lateral (
    select array_agg(g.code::text) as codes,
      ({vehicles})[max(array_position({vehicles}, nullif(g.pick_up_vehicle, '')::text))] as vehicle,
      case when count(distinct nullif(g.preferred_tier, '')) = 1 then min(nullif(g.preferred_tier, '')) end as tier
    from booking_quoteline l join catalog_package g on g.code = l.package_id where l.quote_id = q.id
  ) packages
  cross join lateral (
    select coalesce(jsonb_object_agg(skill, level), '{{}}') as skills,
      coalesce(array_agg(skill order by skill), '{{}}') as codes,
      coalesce(array_agg(level order by skill), '{{}}') as levels,
      coalesce(array_agg(skill || ':' || level), '{{}}') as steps
    from (
      select skill_id as skill, max(level) as level from catalog_packageskill
      where package_id = any(packages.codes) group by skill_id
    ) n
  ) needs
  left join lateral (
    select id from partners_contracttext where brand_id = c.brand_id and holds_from <= booked.on_day
    order by version desc limit 1
  ) contract on true
  cross join lateral (
    select w.* from dispatch_weights w where w.id = coalesce(
      (select d.weights_id from dispatch_decision d where d.search_id = s.id order by d.round limit 1),
      (
        select v.id from dispatch_weights v
        where (v.brand_id = c.brand_id or v.brand_id is null) and v.holds_from <= now.at
        and (v.country_id = c.country_id or v.country_id is null)
        order by v.brand_id desc nulls last, v.country_id desc nulls last, v.holds_from desc limit 1
      ))
  ) weights
)
"""
# Cheap questions first. Who lacks a skill's level is known at once, unless a proof of theirs ends before the day.
NEAR = """
near as materialized (
  select helper_id, km, case
    when not active then 'active'
    when not company then 'company'
    when not payable then 'payable'
    when tier <> all(tiers) then 'tier'
    when language <> all(languages) then 'language'
    when vehicle is not null
      and not vehicles && ({vehicles})[array_position({vehicles}, vehicle):] then 'vehicle'
    when km >= radius + 0.0005 then 'area'
    when contract is not null and contract <> all(contracts) then 'contract'
    when not steps @> needed_steps or (proofs_end is not null and proofs_end < on_day and exists (
      select from unnest(codes) code where (skills -> code ->> 1)::date < on_day)) then 'skills'
    when needed_qualifications <> '{{}}' and exists (
      select from unnest(needed_qualifications) need (code)
      where not qualifications ? need.code or (qualifications ->> need.code)::date < on_day) then 'qualifications'
    when helper_id = any(excluded) then 'not_excluded'
  end as missed
  from (
    select f.helper_id, f.active, f.company, f.payable, f.tier, f.languages, f.vehicles, f.contracts, f.steps,
      f.proofs_end, f.skills, f.qualifications, w.tiers, w.language, w.vehicle, w.contract, w.steps as needed_steps,
      w.codes, w.qualifications as needed_qualifications, w.on_day, w.excluded,
      crowd_km(f.latitude, f.longitude, w.latitude, w.longitude) as km,
      case when w.area > 1 then coalesce(f.second_radius_km, f.radius_km) else f.radius_km end as radius
    from wanted w join dispatch_helperrow f
      on crowd_reach(f.latitude, f.longitude, f.radius_km, f.second_radius_km) && box(w.place, w.place)
    where f.known and f.country = w.country
    offset 0
  ) around
)
"""
TRAVEL = "round({start} + ({km} + {accuracy} / 1000::float8) * {detour}::float8 * 60 / {speed})::int"
# What needs a clock, for those alone whom nothing else keeps, and for the nearest of the others. Most have nothing
# but their hours on the days that count; who has more is looked at one by one.
TIMED = """
few as materialized (
  (select * from near where missed is null)
  union all (select * from near where missed is not null order by km, helper_id limit {others})
), slots as materialized (
  select s.starts, s.ends, s.number, extract(epoch from local.starts - local.week)::int as opens,
    extract(epoch from local.ends - local.week)::int as closes
  from wanted w cross join unnest(w.starts, w.ends) with ordinality s (starts, ends, number)
  cross join lateral (
    select s.starts at time zone w.zone as starts, s.ends at time zone w.zone as ends,
      date_trunc('week', s.starts at time zone w.zone) as week
  ) local
), timed as materialized (
  select few.missed, few.km, f.*, on_road.minutes, on_road.measured, spans.visits, spans.fits,
    case
      when w.asap or cardinality(w.starts) = 0 then '{{}}'
      when one_by_one.needed then spans.free
      else array(
        select number - 1 from slots s where f.hours @> int4range(s.opens, s.closes)
        and (differs.busy && tstzrange(s.starts, s.ends)) is not true order by number)
    end as free
  from few join dispatch_helperrow f using (helper_id) cross join wanted w
  cross join lateral (
    select coalesce(bool_or(e.kind = 'free'), false) as more,
      range_agg(tstzrange(e.starts_at, e.ends_at)) filter (where e.kind = 'busy') as busy
    from crowd_availabilityexception e where f.differs_until > w.first
    and e.helper_id = few.helper_id and e.ends_at > w.first and e.starts_at < w.last
  ) differs
  cross join lateral (
    select array_agg(lower(j.period)) as starts, array_agg(upper(j.period)) as ends,
      array_agg(make_interval(mins => {before})) as before, array_agg(make_interval(mins => {after})) as after
    from booking_assignment j
    join booking_servicecall c on c.id = j.call_id join booking_address d on d.id = c.address_id
    left join visit_delivery v on v.call_id = c.id left join partners_branch b on b.id = v.branch_id
    where f.booked_until > w.first
    and j.helper_id = few.helper_id and j.state = 'active' and j.period && tstzrange(w.first, w.last)
  ) booked
  left join dispatch_road r on r.call_id = w.call and r.helper_id = few.helper_id
    and (r.latitude, r.longitude) = (f.latitude, f.longitude) and (not w.asap
    or f.available_latitude is null or (f.available_latitude, f.available_longitude) = (f.latitude, f.longitude))
  cross join lateral (
    select case when w.asap and f.available_latitude is not null
      then crowd_km(f.available_latitude, f.available_longitude, w.latitude, w.longitude) else few.km end as km,
      case when w.asap and f.available_latitude is not null
      then crowd_km(f.available_latitude, f.available_longitude, w.via_latitude, w.via_longitude)
      else crowd_km(f.latitude, f.longitude, w.via_latitude, w.via_longitude) end as via_km offset 0
  ) way
  cross join lateral (
    select case when w.onward_km is null then coalesce(r.minutes, {travel}) else {by_branch} end as minutes,
      r.minutes is not null and w.onward_km is null as measured offset 0
  ) on_road
  cross join lateral (
    select w.asap or differs.more or booked.starts is not null or f.zone <> w.zone as needed offset 0
  ) one_by_one
  cross join lateral (
    select coalesce(array_agg(number - 1 order by number) filter (where fits and works), '{{}}') as free,
      coalesce(min(visits) filter (where w.asap or (fits and works)), min(visits), 0) as visits,
      coalesce(bool_and(fits), true) as fits
    from (
      select p.number,
        not exists (
          select from unnest(booked.starts, booked.ends, booked.before, booked.after) had (starts, ends, before, after)
          where p.starts - before < had.ends and had.starts < p.ends + after
        ) as fits,
        (differs.busy && tstzrange(p.starts, p.ends)) is not true and (
          f.hours @> int4range(
            extract(epoch from local.starts - local.week)::int, extract(epoch from local.ends - local.week)::int)
          or (differs.more and (
            select range_agg(span) from (
              select tstzrange(e.starts_at, e.ends_at) from crowd_availabilityexception e
              where e.helper_id = f.helper_id and e.kind = 'free' and e.ends_at > w.first and e.starts_at < w.last
              union all
              select tstzrange(
                (local.week + make_interval(days => day, secs => lower(h))) at time zone f.zone,
                (local.week + make_interval(days => day, secs => upper(h))) at time zone f.zone)
              from unnest(f.hours) h, unnest(array[-7, 0, 7]) day
            ) span (span)
          ) @> tstzrange(p.starts, p.ends))
        ) as works,
        (
          select count(*) from unnest(booked.starts) start
          where (start at time zone f.zone)::date = local.starts::date
        ) as visits
      from (
        select starts, ends, number from slots where one_by_one.needed
        union all
        select soon, soon + make_interval(mins => w.minutes), 1
        from (select w.at + make_interval(mins => {ready} + on_road.minutes)) s (soon) where w.asap
      ) p
      cross join lateral (
        select p.starts at time zone f.zone as starts, p.ends at time zone f.zone as ends,
          date_trunc('week', p.starts at time zone f.zone) as week
      ) local
      offset 0
    ) each
  ) spans
), judged as materialized (
  select t.*, coalesce(missed, case
      when w.asap and not (t.available_until > w.at is true and fits) then 'free'
      when not w.asap and cardinality(w.starts) > 0 and free = '{{}}' then 'free'
      when visits >= daily_cap and (w.asap or cardinality(w.starts) > 0) then 'daily_cap'
    end) as keeps
  from timed t cross join wanted w
)
"""
# Whole numbers in the order of `points.score`; equal points draw the lot of `points.lot`.
POINTS = """
scored as materialized (
  select d.*, points.*, row_number() over (
    order by s_stars + s_level + s_travel + s_reliability + s_tier + s_earlier + s_newcomer desc,
      sha256(uuid_send(w.call) || uuid_send(d.helper_id))
  ) as place
  from judged d cross join wanted w
  cross join lateral (
    select coalesce(sum(stars * weight), 0)::bigint as sum, coalesce(sum(weight), 0)::bigint as weight
    from (
      select r.stars, case when age / w.w_half_life_days >= {forgotten} then 0
        else ({fresh} * (2 * w.w_half_life_days - mod(age, w.w_half_life_days)) / (2 * w.w_half_life_days))
          >> (age / w.w_half_life_days)::int end as weight
      from unnest(d.stars, d.rated_at) r (stars, given)
      cross join lateral (select (w.at_us - r.given) / 86400000000 as age) old
      where r.given <= w.at_us
    ) each
  ) ratings
  cross join lateral (
    select coalesce(sum(greatest(0, (d.skills -> code ->> 0)::int - level)), 0) as above
    from unnest(w.codes, w.levels) need (code, level)
  ) level
  cross join lateral (
    select w.w_prior_ratings * {fresh} + ratings.weight as weight,
      1000 * w.w_stars * ratings.sum + w.w_stars * w.w_prior_stars * w.w_prior_ratings * {fresh} as believed
    offset 0
  ) star
  cross join lateral (
    select star.believed / star.weight as s_stars,
      w.w_level * level.above * 1000 / greatest(1, cardinality(w.codes)) as s_level,
      w.w_travel * greatest(0, {travel_cap} - d.minutes) * 1000 / {travel_cap} as s_travel,
      w.w_reliability * ((w.w_prior_reliability * w.w_prior_jobs
        + greatest(0, 1000 * d.promises - 1000 * d.faults / 2)) / (w.w_prior_jobs + d.promises)) as s_reliability,
      case when d.tier = w.preferred then w.w_tier * 1000 else 0 end as s_tier,
      case when d.helper_id = any(w.earlier) then w.w_earlier * 1000 else 0 end as s_earlier,
      (star.believed + 1000 * w.w_newcomer * w.w_prior_ratings * {fresh}) / star.weight - star.believed / star.weight
        as s_newcomer,
      level.above
    offset 0
  ) points
  where d.keeps is null
)
"""
FACTORS_SAID = "s_stars, s_level, s_travel, s_reliability, s_tier, s_earlier, s_newcomer"
LINE = """
jsonb_build_object(
  'h', replace(d.helper_id::text, '-', ''),
  'n', jsonb_build_object(
    'area', case when w.area > 1 then coalesce(d.second_radius_km, d.radius_km) else d.radius_km end,
    'daily_cap', case when w.asap or cardinality(w.starts) > 0 then d.daily_cap end),
  'f', jsonb_build_array(
    d.active, d.company, d.payable, d.tier, w.contract = any(d.contracts) is true,
    (
      select coalesce(jsonb_object_agg(code, case when coalesce((d.skills -> code ->> 1)::date >= w.on_day, true)
        then coalesce((d.skills -> code ->> 0)::int, 0) else 0 end), '{{}}') from unnest(w.codes) code
    ),
    array(
      select code from unnest(w.qualifications) code where d.qualifications ? code
      and coalesce((d.qualifications ->> code)::date >= w.on_day, true) order by 1
    ),
    d.languages, d.vehicles, round(d.km::numeric, 3),
    array(
      select x.by::text collate "C" from booking_exclusion x
      where d.helper_id = any(w.excluded) and x.helper_id = d.helper_id
      and ((w.email <> '' and upper(x.email) = w.email) or (w.phone <> '' and x.phone = w.phone)) order by 1
    ),
    case
      when w.asap then jsonb_build_object('available', d.available_until > w.at is true, 'fits', d.fits)
      when cardinality(w.starts) = 0 then '"to be agreed"' else to_jsonb(d.free)
    end,
    case when w.asap or cardinality(w.starts) > 0 then d.visits else 0 end))
"""
KEPT = """
kept as (
  insert into dispatch_decision
    (id, search_id, round, at, weights_id, looked_at, eligible, asked, lines, ranked, ranked_points, beyond,
      beyond_missed)
  select $4, $1, $3, w.at, w.weights, looked.number, fit.number, jsonb_build_object(
      'names', {names}, 'missed', coalesce(missed.counted, '{{}}'), 'needed', jsonb_build_object(
        'active', true, 'company', true, 'payable', true, 'tier', w.tiers, 'contract', w.contract, 'skills', w.skills,
        'qualifications', w.qualifications, 'language', w.language, 'vehicle', w.vehicle, 'not_excluded', '[]'::jsonb,
        'free', case when w.asap then '{{"available": true, "fits": true}}'
          when cardinality(w.starts) = 0 then '"to be agreed"'
          else (select jsonb_agg({said} order by number) from slots) end)),
    coalesce(fit.lines, '[]') || coalesce(late.lines, '[]') || coalesce(others.lines, '[]'),
    coalesce(fit.behind, '{{}}'), coalesce(fit.points, '{{}}'), coalesce(beyond.helpers, '{{}}'),
    coalesce(beyond.missed, '{{}}')
  from wanted w
  cross join (select count(*) as number from near) looked
  cross join lateral (
    select count(*) as number,
      jsonb_agg({line} || jsonb_build_object('r', place, 's', jsonb_build_array({factors}), 'p', jsonb_build_array(
        (
          select coalesce(
            jsonb_agg(jsonb_build_array(r.stars, (w.at_us - r.given) / 86400000000) order by r.number), '[]')
          from unnest(d.stars, d.rated_at) with ordinality r (stars, given, number) where r.given <= w.at_us
        ),
        above, greatest(1, cardinality(w.codes)), minutes, promises, faults, coalesce(tier = w.preferred, false),
        helper_id = any(w.earlier), measured)) order by place) filter (where place <= {full}) as lines,
      array_agg(helper_id order by place) filter (where place > {full}) as behind,
      array_agg(array[{factors}]::int[] order by place) filter (where place > {full}) as points
    from scored d
  ) fit
  cross join lateral (
    select jsonb_agg({line} order by km, helper_id) as lines
    from (
      select * from judged where missed is null and keeps is not null order by km, helper_id limit {others}
    ) d
  ) late
  cross join lateral (
    select jsonb_agg({line} order by km, helper_id) as lines from judged d where missed is not null
  ) others
  cross join (
    select array_agg(helper_id order by km) as helpers,
      array_agg(array_position(array[{names_in_order}], missed)::smallint - 1::smallint order by km) as missed
    from (
      (select helper_id, missed, km from near where missed is not null order by km, helper_id offset {others})
      union all (
        select helper_id, keeps, km from judged where missed is null and keeps is not null
        order by km, helper_id offset {others})
    ) far
  ) beyond
  cross join (
    select jsonb_object_agg(missed, number) as counted from (
      select missed, count(*) as number from near where missed is not null group by missed
      union all
      select keeps, count(*) from judged where missed is null and keeps is not null group by keeps
    ) m
  ) missed
)
select array_agg(helper_id order by place), array_agg(minutes order by place), array_agg(km order by place) from scored
"""
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
    with connection.cursor() as cursor:
        if connection.connection not in _PREPARED:
            cursor.execute(PREPARE)
            _PREPARED.add(connection.connection)
        cursor.execute(DECISION, [search.pk, now.at, search.rounds, new_id(), search.area])
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


def _statement() -> str:
    weights = ", ".join(
        f"coalesce((weights.values ->> '{name}')::bigint, 0) as w_{name}" for name in WeightValues.__dataclass_fields__
    )
    vehicles = "array[" + ", ".join(f"'{one}'" for one in VEHICLES) + "]"
    names = ", ".join(f"'{name}'" for name in MEETS)
    parts = [
        WANTED.format(weights=weights, vehicles=vehicles),
        NEAR.format(vehicles=vehicles),
        TIMED.format(
            others=NEAREST_OF_THE_OTHERS,
            travel=_travel("way.km", "w.accuracy_m"),
            by_branch=f"{_travel('way.via_km', '0')} + {HAND_OUT_MINUTES} + {_travel('w.onward_km', 'w.accuracy_m')}",
            before=_way("d.latitude, d.longitude", "w.latitude, w.longitude", ("w.via_latitude", "w.via_longitude")),
            after=_way("w.latitude, w.longitude", "d.latitude, d.longitude", ("b.latitude", "b.longitude")),
            ready=GET_READY.seconds // 60,
        ),
        POINTS.format(forgotten=FORGOTTEN_AFTER, fresh=FRESH, travel_cap=TRAVEL_CAP_MINUTES),
        KEPT.format(
            line=LINE.format(),
            full=FULL,
            others=NEAREST_OF_THE_OTHERS,
            factors=FACTORS_SAID,
            names=f"jsonb_build_array({names})",
            names_in_order=names,
            said=f"to_char(starts at time zone 'UTC', '{ISO}') || '/' || to_char(ends at time zone 'UTC', '{ISO}')",
        ),
    ]
    return "with " + ",".join(parts)


PREPARE = f"prepare dispatch_decision (uuid, timestamptz, int, uuid, int) as {_statement()}"
DECISION = "execute dispatch_decision (%s, %s, %s, %s, %s)"
_PREPARED: WeakSet[Any] = WeakSet()  # connections that know the statement: planning it takes longer than running it

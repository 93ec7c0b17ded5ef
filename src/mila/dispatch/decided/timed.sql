-- What needs a clock, for those alone whom nothing else keeps, and for the nearest of the others. Most have nothing
-- but their hours on the days that count; who has more is looked at one by one.
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

-- Every row that a decision may need, as a few long arrays: no object is made for each helper. What is gathered in one
-- pass has one order; `n` says whose the others are. Nothing is sorted here: that is quicker where it is read.
with r as materialized (
  select row_number() over () as n, number, f.* from dispatch_helperrow f join dispatch_helpernumber using (helper_id)
  where known and {which}
), one as (
  select array_send(array_agg(helper_id)) as ids,
    array_send(array_agg(array[
      n - 1, number, radius_km, coalesce(second_radius_km, 0), promises, faults, cardinality(stars),
      coalesce(proofs_end - date '2000-01-01', {never}),
      coalesce((extract(epoch from available_until) * 1000000)::bigint, 0),
      coalesce((extract(epoch from booked_until) * 1000000)::bigint, 0)
    ]::bigint[])) as numbers,
    array_send(array_agg(array[
      latitude, longitude, coalesce(available_latitude, 'NaN'), coalesce(available_longitude, 'NaN')
    ]::float8[])) as places,
    string_agg(concat_ws('|', country, tier, transport, zone, daily_cap, active::int, company::int, payable::int,
      array_to_string(languages, ','), array_to_string(vehicles, ','), array_to_string(contracts, ','), qualifications
    ), e'\n') as kinds,
    string_agg(hours::text, e'\n') as hours
  from r
), skill as (
  select string_agg(code, ' ') as skills,
    array_send(array_agg(array[n - 1, level, until]::bigint[])) as levels
  from r cross join lateral (
    select key as code, (value ->> 0)::bigint as level,
      coalesce((value ->> 1)::date - date '2000-01-01', {never}) as until
    from jsonb_each(skills)
  ) each
), rating as (
  select array_send(array_agg(array[n - 1, nth, given * 8 + star]::bigint[])) as ratings
  from r cross join lateral unnest(stars, rated_at) with ordinality each (star, given, nth)
), exception as (
  select array_send(array_agg(array[
      n - 1, (extract(epoch from starts_at) * 1000000)::bigint * 2 + (kind = 'busy')::int,
      (extract(epoch from ends_at) * 1000000)::bigint
    ]::bigint[])) as exceptions
  from r join crowd_availabilityexception e using (helper_id)
  where r.differs_until > %(since)s and e.ends_at > %(since)s
)
select ids, numbers, places, kinds, hours, skills, levels, ratings, exceptions from one, skill, rating, exception

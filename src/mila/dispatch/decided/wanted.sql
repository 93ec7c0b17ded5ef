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

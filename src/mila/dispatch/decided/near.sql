-- Cheap questions first. Who lacks a skill's level is known at once, unless a proof of theirs ends before the day.
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

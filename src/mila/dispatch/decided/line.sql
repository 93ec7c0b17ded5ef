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

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

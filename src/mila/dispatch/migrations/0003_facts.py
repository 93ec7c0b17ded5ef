"""What a decision needs to know of every helper, in one row each, kept true by the database (decision 0025)."""

from typing import ClassVar

from django.db import migrations

# The one definition of the facts; the table is kept equal to it. Ratings and conduct are counted as `quality` does:
# the last 50 ratings, the last 30 promises that were kept, or broken by own fault.
TRUTH = """
create function dispatch_truth(helpers uuid[]) returns setof dispatch_helperrow language sql stable as $$
select h.id as helper_id, p.country_id as country,
  h.state not in ('applied', 'left') as known, h.state = 'active' as active, p.state = 'active' as company,
  p.payout_account <> '' as payable, p.tier, h.latitude, h.longitude, h.radius_km, h.second_radius_km,
  h.transport, h.zone, h.daily_cap, h.available_until, h.available_latitude, h.available_longitude,
  array(select unnest(h.languages)::text collate "C" order by 1) as languages,
  array(select unnest(h.vehicles)::text collate "C" order by 1) as vehicles,
  array(select c.contract_id from crowd_signedcontract c where c.provider_id = p.id order by 1) as contracts,
  skills.held as skills, skills.steps, skills.proofs_end,
  coalesce((
    select jsonb_object_agg(q.code, q.until) from (
      select qualification_id as code, nullif(max(coalesce(valid_until, 'infinity')), 'infinity') as until
      from crowd_heldqualification where helper_id = h.id and withdrawn_at is null group by qualification_id
    ) q
  ), '{}') as qualifications,
  coalesce((
    select range_agg(int4range(
      w.weekday * 86400 + extract(epoch from w.starts)::int, w.weekday * 86400 + extract(epoch from w.ends)::int))
    from crowd_weeklyhours w where w.helper_id = h.id
  ), '{}') as hours,
  ratings.stars, ratings.rated_at, conduct.promises, conduct.faults,
  (select max(e.ends_at) from crowd_availabilityexception e where e.helper_id = h.id) as differs_until,
  (
    select max(upper(a.period)) from booking_assignment a where a.helper_id = h.id and a.state = 'active'
  ) as booked_until
from crowd_helper h join crowd_provider p on p.id = h.provider_id
cross join lateral (
  select coalesce(jsonb_object_agg(s.skill_id, jsonb_build_array(s.level, s.valid_until)), '{}') as held,
    coalesce(array_agg(s.skill_id || ':' || step order by s.skill_id, step), '{}') as steps,
    min(s.valid_until) as proofs_end
  from crowd_heldskill s cross join lateral generate_series(1, s.level) step where s.helper_id = h.id
) skills
cross join lateral (
  select coalesce(array_agg(r.stars order by r.at desc, r.id desc), '{}') as stars,
    coalesce(array_agg((extract(epoch from r.at) * 1000000)::bigint order by r.at desc, r.id desc), '{}') as rated_at
  from (select * from quality_rating where helper_id = h.id order by at desc, id desc limit 50) r
) ratings
cross join lateral (
  select count(*)::int as promises, coalesce(sum(case
    when a.state <> 'kept' then 2
    when c.visit_starts_at + make_interval(mins => c.window_minutes + 15) < (
      select max(d.at) from booking_diaryentry d where d.call_id = c.id and d.step = 'arrive') then 1
    else 0 end), 0)::int as faults
  from (
    select state, call_id from booking_assignment
    where helper_id = h.id and (state = 'kept' or (state = 'released' and at_own_fault))
    order by ended_at desc, id desc limit 30
  ) a join booking_servicecall c on c.id = a.call_id
) conduct
where h.id = any(helpers)
$$;
"""
COLUMNS = (
    "helper_id", "country", "known", "active", "company", "payable", "tier", "latitude", "longitude", "radius_km",
    "second_radius_km", "transport", "zone", "daily_cap", "available_until", "available_latitude",
    "available_longitude", "languages", "vehicles", "contracts", "skills", "steps", "proofs_end", "qualifications",
    "hours", "stars", "rated_at", "promises", "faults",
    "differs_until", "booked_until",
)  # fmt: skip
# The row is locked first: who comes second reads what the first has committed.
KEEP = f"""
create function dispatch_keep_facts(helpers uuid[]) returns void language plpgsql
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform from dispatch_helperrow where helper_id = any(helpers) order by helper_id for update;
  insert into dispatch_helperrow ({", ".join(COLUMNS)})
  select {", ".join(COLUMNS)} from dispatch_truth(helpers) order by helper_id
  on conflict (helper_id) do update set {", ".join(f"{one} = excluded.{one}" for one in COLUMNS[1:])};
end $$;
"""  # noqa: S608
OF_HELPER = "select id from {rows}"
OF_PROVIDER = "select h.id from {rows} r join crowd_helper h on h.provider_id = r.id"
OF_SIGNATURE = "select h.id from {rows} r join crowd_helper h on h.provider_id = r.provider_id"
OF_PART = "select helper_id from {rows}"
SOURCES = {
    "crowd_helper": (OF_HELPER, ("insert", "update")),
    "crowd_provider": (OF_PROVIDER, ("update",)),
    "crowd_signedcontract": (OF_SIGNATURE, ("insert", "update", "delete")),
    "crowd_heldskill": (OF_PART, ("insert", "update", "delete")),
    "crowd_heldqualification": (OF_PART, ("insert", "update", "delete")),
    "crowd_weeklyhours": (OF_PART, ("insert", "update", "delete")),
    "crowd_availabilityexception": (OF_PART, ("insert", "update", "delete")),
    "quality_rating": (OF_PART, ("insert", "update", "delete")),
    "booking_assignment": (OF_PART, ("insert", "update", "delete")),
}


def _kept(table: str, touched: str, event: str) -> str:
    """Return the trigger that keeps the facts of whoever an event on the table touches."""
    rows = "gone" if event == "delete" else "come"
    name = f"dispatch_facts_{table}_{event}"
    return f"""
create function {name}() returns trigger language plpgsql as $$
begin
  perform dispatch_keep_facts(array(select distinct helper from ({touched.format(rows=rows)}) touched (helper)));
  return null;
end $$;
create trigger {name} after {event} on {table}
referencing {"old" if event == "delete" else "new"} table as {rows} for each statement execute function {name}();
"""  # noqa: S608


KEPT = "".join(_kept(table, touched, event) for table, (touched, events) in SOURCES.items() for event in events)
NOT_KEPT = "".join(
    f"drop function dispatch_facts_{table}_{event} cascade;"
    for table, (_, events) in SOURCES.items()
    for event in events
)
KEPT += """
create function dispatch_facts_forgotten() returns trigger language plpgsql as $$
begin
  delete from dispatch_helperrow where helper_id in (select id from gone);
  return null;
end $$;
create trigger dispatch_facts_forgotten after delete on crowd_helper
referencing old table as gone for each statement execute function dispatch_facts_forgotten();
"""
NOT_KEPT += "drop function dispatch_facts_forgotten cascade;"
REACH = """
create index helper_rows_by_reach on dispatch_helperrow
  using gist (crowd_reach(latitude, longitude, radius_km, second_radius_km)) where known;
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [("dispatch", "0006_kept_facts"), ("dispatch", "0007_roads_from_a_home")]
    dependencies: ClassVar = [
        ("dispatch", "0002_first_sum"),
        ("booking", "0001_tables"),
        ("crowd", "0002_reach"),
        ("quality", "0001_tables"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(REACH, "drop index helper_rows_by_reach"),
        migrations.RunSQL(TRUTH, "drop function dispatch_truth"),
        migrations.RunSQL(KEEP, "drop function dispatch_keep_facts"),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]

"""A helper's number for the log, what is offered asked apart from the call, facts without steps (decision 0045)."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# The one definition of the facts, without the level steps that nobody reads.
TRUTH = """
create function dispatch_truth(helpers uuid[]) returns setof dispatch_helperrow language sql stable as $$
select h.id as helper_id, p.country_id as country,
  h.state not in ('applied', 'left') as known, h.state = 'active' as active, p.state = 'active' as company,
  p.payout_account <> '' as payable, p.tier, h.latitude, h.longitude, h.radius_km, h.second_radius_km,
  h.transport, h.zone, h.daily_cap, h.available_until, h.available_latitude, h.available_longitude,
  array(select unnest(h.languages)::text collate "C" order by 1) as languages,
  array(select unnest(h.vehicles)::text collate "C" order by 1) as vehicles,
  array(select c.contract_id from crowd_signedcontract c where c.provider_id = p.id order by 1) as contracts,
  skills.held as skills, skills.proofs_end,
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
    min(s.valid_until) as proofs_end
  from crowd_heldskill s where s.helper_id = h.id
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
    "available_longitude", "languages", "vehicles", "contracts", "skills", "proofs_end", "qualifications",
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
FORGET = "drop function dispatch_keep_facts; drop function dispatch_truth"
# In steps, each by a key: together in one statement they take five times as long to begin.
WANTED = """
create function dispatch_wanted(
  of_search uuid, since bigint,
  out house text, out horizon bigint, out own boolean, out changed uuid[],
  out call uuid, out country text, out brand uuid, out booked_on date, out zone text, out minutes int, out length int,
  out latitude float8, out longitude float8, out accuracy int, out asap boolean, out starts bigint[], out language text,
  out tiers jsonb, out packages text[], out via float8[], out excluded uuid[], out excluded_by text[],
  out earlier uuid[], out road_of uuid[], out road_from float8[], out road_minutes int[], out weights uuid
) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  taken pg_snapshot := pg_current_snapshot();
  mine xid8 := pg_current_xact_id_if_assigned();
  visit timestamptz;
  mail text;
  phone_of text;
begin
  house := pg_postmaster_start_time()::text || ' ' || pg_relation_filepath('dispatch_helperrow');
  horizon := pg_snapshot_xmin(taken)::text::bigint;
  own := mine is not null and exists (select from dispatch_helperchange where xid = mine);
  if since is not null then
    changed := array(
      select helper_id from dispatch_helperchange
      where xid >= since::text::xid8 and (xid < pg_snapshot_xmax(taken) or xid = mine)
    );
  end if;

  select c.id, c.country_id, z.zone, c.minutes, c.window_minutes + c.minutes, a.latitude, a.longitude, a.accuracy_m,
    c.time_wish = 'asap' and c.visit_starts_at is null, c.visit_starts_at, p.language, upper(p.email), p.phone,
    c.brand_id, (c.booked_at at time zone z.zone)::date
  into call, country, zone, minutes, length, latitude, longitude, accuracy, asap, visit, language, mail, phone_of,
    brand, booked_on
  from booking_search s join booking_servicecall c on c.id = s.call_id join booking_address a on a.id = c.address_id
  join booking_party p on p.id = c.site_contact_id join countries_country z on z.code = c.country_id
  where s.id = of_search;

  starts := case when visit is not null then array[(extract(epoch from visit) * 1000000)::bigint] else array(
    select (extract(epoch from starts_at) * 1000000)::bigint from booking_wishedslot where call_id = call
    order by position) end;

  select q.tiers, array(
    select package_id from booking_quoteline where quote_id = q.id and package_id is not null)
  into tiers, packages from booking_quote q where call_id = call order by version desc limit 1;

  select array[b.latitude, b.longitude] into via
  from visit_delivery v join partners_branch b on b.id = v.branch_id where v.call_id = call;

  select array_agg(helper_id), array_agg(by) into excluded, excluded_by from booking_exclusion
  where (mail <> '' and upper(email) = mail) or (phone_of <> '' and phone = phone_of);

  earlier := array(
    select g.helper_id from (
      select id from booking_party where mail <> '' and upper(email) = mail
      union select id from booking_party where phone_of <> '' and phone = phone_of
    ) same join booking_servicecall o on o.site_contact_id = same.id join quality_rating g on g.call_id = o.id
    where g.stars >= 4);

  select array_agg(helper_id), array_agg(array[r.latitude, r.longitude]), array_agg(r.minutes)
  into road_of, road_from, road_minutes from dispatch_road r where call_id = call;

  select weights_id into weights from dispatch_decision where search_id = of_search order by round limit 1;
end $$;
"""
# What changes seldom: a process reads it once, until one of these tables is written.
OFFERED = """
create function dispatch_offered(
  of_country text, of_brand uuid, packages text[], booked_on date,
  out skills text[], out levels int[], out vehicles text[], out preferred text[], out contract uuid,
  out qualifications text[], out weights uuid[], out weights_from bigint[]
) language plpgsql stable as $$
begin
  select array_agg(skill order by skill), array_agg(level order by skill) into skills, levels from (
    select skill_id as skill, max(level) as level from catalog_packageskill where package_id = any(packages)
    group by skill_id
  ) need;

  select array_agg(distinct pick_up_vehicle) filter (where pick_up_vehicle <> ''),
    array_agg(distinct preferred_tier) filter (where preferred_tier <> '')
  into vehicles, preferred from catalog_package where code = any(packages);

  select id into contract from partners_contracttext where brand_id = of_brand and holds_from <= booked_on
  order by version desc limit 1;

  qualifications := array(
    select n.code from crowd_qualification n where n.brand_id = of_brand and n.asked_from <= booked_on
    and (n.asked_until is null or n.asked_until > booked_on)
    and (n.package_id is null or n.package_id = any(packages)) order by 1);

  select array_agg(id order by brand_id desc nulls last, country_id desc nulls last, holds_from desc),
    array_agg((extract(epoch from holds_from) * 1000000)::bigint
      order by brand_id desc nulls last, country_id desc nulls last, holds_from desc)
  into weights, weights_from from dispatch_weights
  where holds_from is not null and (brand_id = of_brand or brand_id is null)
  and (country_id = of_country or country_id is null);
end $$;
"""
# Somebody who has a row has a number, and keeps it.
NUMBERED = """
insert into dispatch_helpernumber (helper_id) select helper_id from dispatch_helperrow order by helper_id;
create function dispatch_number_helpers() returns trigger language plpgsql as $$
begin
  insert into dispatch_helpernumber (helper_id)
  select helper_id from touched t
  where not exists (select from dispatch_helpernumber n where n.helper_id = t.helper_id)
  order by helper_id on conflict do nothing;
  return null;
end $$;
create trigger dispatch_number_helpers after insert on dispatch_helperrow
referencing new table as touched for each statement execute function dispatch_number_helpers();
"""
# Among the changes of helpers, the one of nobody says that what is offered was written.
OFFERS = ("catalog_packageskill", "catalog_package", "partners_contracttext", "crowd_qualification", "dispatch_weights")
NOTE = """
create function dispatch_note_offers() returns trigger language plpgsql as $$
begin
  insert into dispatch_helperchange (helper_id, xid)
  values ('00000000-0000-0000-0000-000000000000', pg_current_xact_id())
  on conflict (helper_id) do update set xid = excluded.xid;
  return null;
end $$;
"""
NOTED = NOTE + "".join(
    f"""
create trigger dispatch_note_offers after insert or update or delete or truncate on {table}
for each statement execute function dispatch_note_offers();
"""
    for table in OFFERS
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("dispatch", "0004_columns"),
        ("booking", "0001_tables"),
        ("catalog", "0001_tables"),
        ("crowd", "0002_reach"),
        ("partners", "0001_tables"),
        ("quality", "0001_tables"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RemoveField("helperrow", "steps"),
        migrations.RunSQL(TRUTH, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="HelperNumber",
            fields=[
                ("number", models.AutoField(primary_key=True, serialize=False)),
                ("helper_id", models.UUIDField(unique=True)),
            ],
        ),
        migrations.RunSQL(NUMBERED, "drop function dispatch_number_helpers cascade"),
        migrations.RunSQL(NOTED, "drop function dispatch_note_offers cascade"),
        migrations.RunSQL("drop function dispatch_wanted", migrations.RunSQL.noop),
        migrations.RunSQL(WANTED, migrations.RunSQL.noop),
        migrations.RunSQL(OFFERED, "drop function dispatch_offered"),
        migrations.AlterField(
            "decision",
            "search",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="booking.search",
            ),
        ),
        migrations.AlterField(
            "decision",
            "weights",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dispatch.weights",
            ),
        ),
    ]

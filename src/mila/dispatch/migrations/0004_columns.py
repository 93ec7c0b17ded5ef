"""Which transaction last wrote each helper's row, what a call wants in one question, and the log in arrays (0038)."""

from typing import ClassVar

from django.db import migrations, models

import mila.dispatch.fields

# Whoever keeps copies of the rows reads those again whose last writer had not ended when they last looked.
NOTED = "".join(
    f"""
create trigger dispatch_note_{event} after {event} on dispatch_helperrow
referencing {"old" if event == "delete" else "new"} table as touched
for each statement execute function dispatch_note_changes();
"""
    for event in ("insert", "update", "delete")
)
NOTE = f"""
create function dispatch_note_changes() returns trigger language plpgsql as $$
begin
  insert into dispatch_helperchange (helper_id, xid)
  select helper_id, pg_current_xact_id() from touched order by helper_id
  on conflict (helper_id) do update set xid = excluded.xid;
  return null;
end $$;
{NOTED}
"""  # noqa: S608 - our own text
NOT_NOTED = "drop function dispatch_note_changes cascade"
# In steps, each by a key: together in one statement they take five times as long to begin.
WANTED = """
create function dispatch_wanted(
  of_search uuid, moment timestamptz, since bigint,
  out house text, out horizon bigint, out own boolean, out changed uuid[],
  out call uuid, out country text, out zone text, out minutes int, out length int, out latitude float8,
  out longitude float8, out accuracy int, out asap boolean, out starts bigint[], out language text, out tiers text[],
  out skills text[], out levels int[], out vehicles text[], out preferred text[], out via float8[], out contract uuid,
  out qualifications text[], out excluded uuid[], out excluded_by text[], out earlier uuid[], out road_of uuid[],
  out road_from float8[], out road_minutes int[], out weights uuid
) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  taken pg_snapshot := pg_current_snapshot();
  mine xid8 := pg_current_xact_id_if_assigned();
  brand uuid;
  booked_on date;
  visit timestamptz;
  mail text;
  phone_of text;
  packages text[];
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

  select array(select jsonb_array_elements_text(q.tiers) collate "C" order by 1), array(
    select package_id from booking_quoteline where quote_id = q.id and package_id is not null)
  into tiers, packages from booking_quote q where call_id = call order by version desc limit 1;

  select array_agg(skill order by skill), array_agg(level order by skill) into skills, levels from (
    select skill_id as skill, max(level) as level from catalog_packageskill where package_id = any(packages)
    group by skill_id
  ) need;

  select array_agg(distinct pick_up_vehicle) filter (where pick_up_vehicle <> ''),
    array_agg(distinct preferred_tier) filter (where preferred_tier <> '')
  into vehicles, preferred from catalog_package where code = any(packages);

  select array[b.latitude, b.longitude] into via
  from visit_delivery v join partners_branch b on b.id = v.branch_id where v.call_id = call;

  select id into contract from partners_contracttext where brand_id = brand and holds_from <= booked_on
  order by version desc limit 1;

  qualifications := array(
    select n.code from crowd_qualification n where n.brand_id = brand and n.asked_from <= booked_on
    and (n.asked_until is null or n.asked_until > booked_on)
    and (n.package_id is null or n.package_id = any(packages)) order by 1);

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
  if weights is null then
    select v.id into weights from dispatch_weights v
    where (v.brand_id = brand or v.brand_id is null) and v.holds_from <= moment
    and (v.country_id = country or v.country_id is null)
    order by v.brand_id desc nulls last, v.country_id desc nulls last, v.holds_from desc limit 1;
  end if;
end $$;
"""
# Written once and read in parts: not worth compressing.
AS_IT_IS = "".join(
    f"alter table dispatch_decision alter column {name} set storage external;"
    for name in ("looked", "points", "missed", "whole")
)
# Who was a client before is found by whole mails and numbers; the indexes there are find parts of them, slowly.
SAME = """
create index parties_of_email on booking_party (upper(email::text));
create index parties_of_phone on booking_party (phone);
"""
NOT_SAME = "drop index parties_of_email; drop index parties_of_phone"
# Who is around is found in the columns.
REACH = """
create index helper_rows_by_reach on dispatch_helperrow
  using gist (crowd_reach(latitude, longitude, radius_km, second_radius_km)) where known;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("dispatch", "0003_facts"),
        ("booking", "0001_tables"),
        ("catalog", "0001_tables"),
        ("crowd", "0002_reach"),
        ("partners", "0001_tables"),
        ("quality", "0001_tables"),
        ("visit", "0001_tables"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="HelperChange",
            fields=[
                ("helper_id", models.UUIDField(primary_key=True, serialize=False)),
                ("xid", mila.dispatch.fields.TransactionNumber()),
            ],
            options={"indexes": [models.Index(fields=["xid"], name="changes_by_transaction")]},
        ),
        migrations.AddField("decision", "looked", models.BinaryField(default=b"")),
        migrations.AddField("decision", "points", models.BinaryField(default=b"")),
        migrations.AddField("decision", "missed", models.BinaryField(default=b"")),
        migrations.AddField("decision", "whole", models.BinaryField(default=b"")),
        migrations.AlterField("decision", "lines", models.JSONField(default=list)),
        migrations.RunSQL("drop index helper_rows_by_reach", REACH),
        migrations.RunSQL(SAME, NOT_SAME),
        migrations.RunSQL(AS_IT_IS, migrations.RunSQL.noop),
        migrations.RunSQL(NOTE, NOT_NOTED),
        migrations.RunSQL(WANTED, "drop function dispatch_wanted"),
    ]

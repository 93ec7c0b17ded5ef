"""The database guards the chain of quotes, and what was asked and approved."""

from typing import ClassVar

from django.db import migrations

CHAIN = """
create function mila_next_version() returns trigger language plpgsql as $$
declare
  latest int;
begin
  select coalesce(max(version), 0) into latest from booking_quote where call_id = new.call_id;
  if new.version <> latest + 1 then
    raise exception 'version % of a quote does not follow version %', new.version, latest
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger follows_the_last before insert on booking_quote
  for each row execute function mila_next_version();

create function mila_quote_adds_up() returns trigger language plpgsql as $$
declare
  about uuid := case tg_table_name when 'booking_quote' then (to_jsonb(new) ->> 'id')
                                   else (to_jsonb(new) ->> 'quote_id') end;
  agreed bigint;
  lines bigint;
begin
  select total into agreed from booking_quote where id = about;
  select coalesce(sum(amount), 0) into lines from booking_quoteline where quote_id = about;
  if agreed <> lines then
    raise exception 'the lines of a quote add up to % instead of %', lines, agreed
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create constraint trigger adds_up after insert on booking_quote deferrable initially deferred
  for each row execute function mila_quote_adds_up();
create constraint trigger adds_up after insert on booking_quoteline deferrable initially deferred
  for each row execute function mila_quote_adds_up();

create trigger never_changed before update or delete on booking_consent
  for each row execute function mila_refuse_change();
create trigger never_emptied before truncate on booking_consent
  for each statement execute function mila_refuse_change();

create function mila_keep_what_was_asked() returns trigger language plpgsql as $$
begin
  if (new.call_id, new.base_id, new.offer, new.total, new.currency, new.minutes, new.seal, new.words, new.asked_at)
     is distinct from
     (old.call_id, old.base_id, old.offer, old.total, old.currency, old.minutes, old.seal, old.words, old.asked_at)
     or old.ended_at is not null then
    raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger never_rewritten before update on booking_changerequest
  for each row execute function mila_keep_what_was_asked();
create trigger never_changed before delete on booking_changerequest
  for each row execute function mila_refuse_change();
create trigger never_emptied before truncate on booking_changerequest
  for each statement execute function mila_refuse_change();
"""
UNCHAIN = """
drop trigger follows_the_last on booking_quote;
drop trigger adds_up on booking_quote;
drop trigger adds_up on booking_quoteline;
drop trigger never_changed on booking_consent;
drop trigger never_emptied on booking_consent;
drop trigger never_rewritten on booking_changerequest;
drop trigger never_changed on booking_changerequest;
drop trigger never_emptied on booking_changerequest;
drop function mila_next_version();
drop function mila_quote_adds_up();
drop function mila_keep_what_was_asked();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("booking", "0008_changes")]

    operations: ClassVar = [migrations.RunSQL(CHAIN, UNCHAIN)]

"""The database itself refuses to change what was written and agreed, and guards the chain of quotes."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
create function mila_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
"""
TABLES = ("booking_diaryentry", "booking_quote", "booking_quoteline", "booking_withdrawal", "booking_consent")
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
"""
UNCHAIN = """
drop trigger follows_the_last on booking_quote;
drop trigger adds_up on booking_quote;
drop trigger adds_up on booking_quoteline;
drop function mila_next_version();
drop function mila_quote_adds_up();
"""
ASKED = """
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
UNASKED = """
drop trigger never_rewritten on booking_changerequest;
drop trigger never_changed on booking_changerequest;
drop trigger never_emptied on booking_changerequest;
drop function mila_keep_what_was_asked();
"""


def _guard(table: str) -> str:
    return (
        f"create trigger never_changed before update or delete on {table} "
        "for each row execute function mila_refuse_change();"
        f"create trigger never_emptied before truncate on {table} "
        "for each statement execute function mila_refuse_change();"
    )


def _unguard(table: str) -> str:
    return f"drop trigger never_changed on {table}; drop trigger never_emptied on {table};"


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("booking", "0002_guards"),
        ("booking", "0009_the_chain_is_guarded"),
        ("booking", "0010_further_visits"),
    ]
    dependencies: ClassVar = [("booking", "0001_tables")]
    operations: ClassVar = [
        migrations.RunSQL(REFUSE, "drop function mila_refuse_change()"),
        *[migrations.RunSQL(_guard(table), _unguard(table)) for table in TABLES],
        migrations.RunSQL(CHAIN, UNCHAIN),
        migrations.RunSQL(ASKED, UNASKED),
    ]

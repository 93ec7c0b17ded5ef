"""The database tells what has changed: topics by identifier, to whoever listens, when the transaction is committed."""

from typing import ClassVar

from django.db import migrations

TELL = """
create function mila_tell_change() returns trigger language plpgsql as $$
declare
  changed jsonb := to_jsonb(coalesce(new, old));
begin
  for at in 0 .. tg_nargs - 1 loop
    perform pg_notify('mila_changed', tg_argv[at] || ':' || (changed ->> (tg_argv[at] || '_id')));
  end loop;
  return null;
end $$;

create function mila_tell_work() returns trigger language plpgsql as $$
begin
  perform pg_notify('mila_changed', 'work');
  return null;
end $$;
"""
UNTELL = "drop function mila_tell_change(); drop function mila_tell_work();"
CHANGES = [
    ("booking_diaryentry", "insert", "'call'"),
    ("booking_offer", "insert or update", "'helper', 'call'"),
    ("booking_assignment", "insert or update", "'helper', 'call'"),
    ("visit_stepdone", "insert or delete", "'call'"),
    ("visit_talkline", "insert or update", "'call'"),
]
WORK = ["messaging_message", "payments_hold", "payments_charge", "payments_payout", "payments_bankevent"]


def _told(table: str, event: str, topics: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"create trigger told after {event} on {table} for each row execute function mila_tell_change({topics})",
        f"drop trigger told on {table}",
    )


def _work(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"create trigger told after insert on {table} for each statement execute function mila_tell_work()",
        f"drop trigger told on {table}",
    )


class Migration(migrations.Migration):
    replaces: ClassVar = [("live", "0001_changes_are_told"), ("live", "0002_talk_is_told")]
    dependencies: ClassVar = [
        ("booking", "0001_tables"),
        ("visit", "0001_tables"),
        ("messaging", "0001_tables"),
        ("payments", "0001_tables"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(TELL, UNTELL),
        *[_told(*change) for change in CHANGES],
        *[_work(table) for table in WORK],
    ]

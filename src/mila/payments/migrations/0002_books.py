"""The database itself keeps the books: every posting balances, and nothing written is changed or deleted."""

from typing import ClassVar

from django.db import migrations

BALANCE = """
create function mila_posting_balances() returns trigger language plpgsql as $$
begin
  if exists (
    select from payments_entry where posting_id = new.posting_id group by currency having sum(amount) <> 0
  ) then
    raise exception 'posting % does not balance', new.posting_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_balances after insert on payments_entry
  deferrable initially deferred for each row execute function mila_posting_balances();

create function mila_posting_has_entries() returns trigger language plpgsql as $$
begin
  if not exists (select from payments_entry where posting_id = new.id) then
    raise exception 'posting % moves nothing', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_has_entries after insert on payments_posting
  deferrable initially deferred for each row execute function mila_posting_has_entries();
"""
UNBALANCE = """
drop trigger posting_has_entries on payments_posting;
drop function mila_posting_has_entries();
drop trigger posting_balances on payments_entry;
drop function mila_posting_balances();
"""
TABLES = ("payments_posting", "payments_entry", "payments_document")


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
    replaces: ClassVar = [("payments", "0002_ledger_guards"), ("payments", "0010_sales")]
    dependencies: ClassVar = [("payments", "0001_tables"), ("booking", "0002_never_changed")]
    operations: ClassVar = [
        migrations.RunSQL(BALANCE, UNBALANCE),
        *[migrations.RunSQL(_guard(table), _unguard(table)) for table in TABLES],
    ]

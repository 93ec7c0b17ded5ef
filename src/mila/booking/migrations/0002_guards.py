"""The database itself refuses to change or delete the diary and the quotes."""

from django.db import migrations

REFUSE = """
create function mila_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
"""
TABLES = ("booking_diaryentry", "booking_quote", "booking_quoteline")


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
    dependencies = [("booking", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "drop function mila_refuse_change()"),
        *[migrations.RunSQL(_guard(table), _unguard(table)) for table in TABLES],
    ]

"""The database itself refuses to change or delete the evidence of a sign-off."""

from typing import ClassVar

from django.db import migrations

GUARD = (
    "create trigger never_changed before update or delete on visit_signoff "
    "for each row execute function mila_refuse_change();"
    "create trigger never_emptied before truncate on visit_signoff "
    "for each statement execute function mila_refuse_change();"
)
UNGUARD = "drop trigger never_changed on visit_signoff; drop trigger never_emptied on visit_signoff;"


class Migration(migrations.Migration):
    replaces: ClassVar = [("visit", "0002_guards"), ("visit", "0012_further_visits")]
    dependencies: ClassVar = [("visit", "0001_tables"), ("booking", "0002_never_changed")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]

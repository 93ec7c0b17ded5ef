"""The database itself refuses to change or delete the evidence of a sign-off."""

from django.db import migrations

GUARD = (
    "create trigger never_changed before update or delete on visit_signoff "
    "for each row execute function mila_refuse_change();"
    "create trigger never_emptied before truncate on visit_signoff "
    "for each statement execute function mila_refuse_change();"
)
UNGUARD = "drop trigger never_changed on visit_signoff; drop trigger never_emptied on visit_signoff;"


class Migration(migrations.Migration):
    dependencies = [("visit", "0001_initial"), ("booking", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]

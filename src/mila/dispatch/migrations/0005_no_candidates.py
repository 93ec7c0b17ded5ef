"""Decisions have taken the place of candidates; what was published and decided is never changed."""

from django.db import migrations

GUARDS = """
create trigger never_changed_once_activated before update or delete on dispatch_weights
for each row when (old.holds_from is not null) execute function mila_refuse_change();
create trigger never_changed before update on dispatch_decision
for each row execute function mila_refuse_change();
"""
NO_GUARDS = """
drop trigger never_changed_once_activated on dispatch_weights;
drop trigger never_changed on dispatch_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0004_first_sum_and_kept_rounds")]

    operations = [
        migrations.DeleteModel(name="Candidate"),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]

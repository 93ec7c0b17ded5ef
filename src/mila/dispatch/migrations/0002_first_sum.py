"""The first published sum of points; what was published and decided is never changed."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIRST = {
    "stars": 40,
    "level": 20,
    "travel": 60,
    "reliability": 40,
    "tier": 10,
    "earlier": 25,
    "newcomer": 8,
    "prior_stars": 4500,
    "prior_ratings": 5,
    "half_life_days": 365,
    "prior_reliability": 970,
    "prior_jobs": 5,
}
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


def publish(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("dispatch", "Weights").objects.create(
        id=uuid.UUID("01900000-0000-7000-8000-000000000001"),
        version=1,
        values=FIRST,
        holds_from=datetime(2024, 1, 1, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    replaces: ClassVar = [("dispatch", "0002_first_weights"), ("dispatch", "0004_first_sum_and_kept_rounds")]
    dependencies: ClassVar = [("dispatch", "0001_tables"), ("booking", "0002_never_changed")]
    operations: ClassVar = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]

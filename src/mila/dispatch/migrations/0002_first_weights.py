"""The first published version of the points."""

import uuid
from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def publish(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("dispatch", "Weights").objects.create(
        id=uuid.UUID("01900000-0000-7000-8000-000000000001"),
        version=1,
        values={"stars": 40, "level": 20, "travel": 60},
        holds_from=datetime(2024, 1, 1, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]

"""Countries that are open already get the policy for further visits that helpers prepare."""

from datetime import date
from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POLICY = {"days_after": 3, "answer_days": 7}


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    values = apps.get_model("countries", "DatedValue")
    for country in apps.get_model("countries", "Country").objects.all():
        values.objects.get_or_create(
            country=country,
            key="follow_up",
            defaults={
                "value": POLICY,
                "holds": (date(2024, 1, 1), None),
                "source": "policy: a further visit prepared by the helper",
            },
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("countries", "0002_change_limits")]

    operations: ClassVar = [migrations.RunPython(write, migrations.RunPython.noop)]

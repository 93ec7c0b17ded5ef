"""Countries that are open already get the policy for changes after the booking."""

from datetime import date
from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LIMITS = {"weak": 5000, "named_share": 10000, "named_most": 50000}


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    values = apps.get_model("countries", "DatedValue")
    for country in apps.get_model("countries", "Country").objects.all():
        values.objects.get_or_create(
            country=country,
            key="change_limits",
            defaults={
                "value": LIMITS,
                "holds": (date(2024, 1, 1), None),
                "source": "policy: changes after the booking",
            },
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("countries", "0001_initial")]

    operations: ClassVar = [migrations.RunPython(write, migrations.RunPython.noop)]

"""Countries that are open already get the days after which the sale of a recommended product stands."""

from datetime import date
from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    values = apps.get_model("countries", "DatedValue")
    for country in apps.get_model("countries", "Country").objects.all():
        values.objects.get_or_create(
            country=country,
            key="sale_return_days",
            defaults={
                "value": 21,
                "holds": (date(2024, 1, 1), None),
                "source": "policy: 14 days to return a product, and 7 until it is back",
            },
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("countries", "0003_follow_up")]

    operations: ClassVar = [migrations.RunPython(write, migrations.RunPython.noop)]

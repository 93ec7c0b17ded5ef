"""The tables: the countries, their dated values and places."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("countries", "0001_initial"),
        ("countries", "0002_change_limits"),
        ("countries", "0003_follow_up"),
        ("countries", "0004_sale_return_days"),
    ]

    initial = True

    dependencies = []

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Country",
                    fields=[
                        ("code", models.CharField(max_length=2, primary_key=True, serialize=False)),
                        ("currency", models.CharField(max_length=3)),
                        ("zone", models.CharField(max_length=40)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2), size=None
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="LegalEntity",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("street", models.CharField(max_length=120)),
                        ("house_number", models.CharField(max_length=12)),
                        ("postcode", models.CharField(max_length=10)),
                        ("town", models.CharField(max_length=80)),
                        ("tax_number", models.CharField(max_length=40)),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_entities",
                                to="countries.country",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Locality",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("country", models.CharField(max_length=2)),
                        ("postcode", models.CharField(max_length=10)),
                        ("name", models.CharField(max_length=100)),
                        ("region", models.CharField(max_length=10)),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("accuracy_m", models.PositiveIntegerField()),
                        ("source", models.CharField(max_length=40)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("country", "postcode", "name"), name="one_row_per_locality")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="DatedValue",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("value", models.JSONField()),
                        ("holds", django.contrib.postgres.fields.ranges.DateRangeField()),
                        ("source", models.CharField(max_length=200)),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="values",
                                to="countries.country",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("country", "="), ("key", "="), ("holds", "&&")], name="one_value_a_day"
                            )
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]

"""The tables: the stand-in of the bank."""

import django.db.models.deletion
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [("testbank", "0001_initial"), ("testbank", "0002_guarantee_cases"), ("testbank", "0003_disputes")]

    initial = True

    dependencies = []

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.CharField(
                                default=mila.kernel.ids.new_key, max_length=40, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("facts", models.JSONField()),
                        ("made_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Moved",
                    fields=[
                        (
                            "id",
                            models.CharField(
                                default=mila.kernel.ids.new_key, max_length=40, primary_key=True, serialize=False
                            ),
                        ),
                        ("account", models.CharField(max_length=80)),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("moved_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Page",
                    fields=[
                        (
                            "id",
                            models.CharField(
                                default=mila.kernel.ids.new_key, max_length=40, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(choices=[("setup", "Setup"), ("payment", "Payment")], max_length=8)),
                        ("call_id", models.UUIDField()),
                        ("row_id", models.UUIDField()),
                        ("attempt", models.PositiveSmallIntegerField()),
                        ("amount", models.PositiveIntegerField(null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("return_url", models.CharField(max_length=500)),
                        ("card", models.CharField(blank=True, max_length=5)),
                        ("opened_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
                    fields=[
                        ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                        ("asked", models.JSONField()),
                        ("answer", models.JSONField(null=True)),
                        ("times", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Taken",
                    fields=[
                        (
                            "id",
                            models.CharField(
                                default=mila.kernel.ids.new_key, max_length=40, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=120, unique=True)),
                        ("card", models.CharField(max_length=5)),
                        (
                            "state",
                            models.CharField(
                                choices=[("held", "Held"), ("captured", "Captured"), ("freed", "Freed")], max_length=8
                            ),
                        ),
                        ("held", models.PositiveIntegerField(default=0)),
                        ("captured", models.PositiveIntegerField(default=0)),
                        ("fee", models.PositiveIntegerField(default=0)),
                        ("currency", models.CharField(max_length=3)),
                        ("lapses_at", models.DateTimeField(null=True)),
                        ("refunded", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("held", 0), ("captured__lte", models.F("held")), _connector="OR"),
                                name="test_bank_takes_what_it_holds",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("refunded__lte", models.F("captured"))),
                                name="test_bank_refunds_what_it_took",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Disputed",
                    fields=[
                        (
                            "id",
                            models.CharField(
                                default=mila.kernel.ids.new_key, max_length=40, primary_key=True, serialize=False
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("withdrawn", models.PositiveIntegerField(default=0)),
                        ("fee", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(max_length=40)),
                        ("word", models.CharField(max_length=40)),
                        ("opened_at", models.DateTimeField()),
                        ("answer_by", models.DateTimeField()),
                        ("text", models.TextField(blank=True)),
                        ("photos", models.PositiveSmallIntegerField(default=0)),
                        (
                            "taken",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="testbank.taken",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ],
        ),
    ]

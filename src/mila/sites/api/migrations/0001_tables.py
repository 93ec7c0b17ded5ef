"""The tables: what programs are remembered for."""

import django.db.models.deletion
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [("api", "0001_initial"), ("api", "0002_key_use")]

    initial = True

    dependencies = [
        ("partners", "0001_tables"),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="StoredAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("idempotency_key", models.CharField(max_length=255)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("begun_at", models.DateTimeField()),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("body", models.TextField(blank=True)),
                        (
                            "api_key",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.apikey"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["begun_at"], name="answers_by_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("api_key", "idempotency_key"), name="one_answer_per_idempotency_key"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status", None), models.Q(("body", ""), _negated=True), _connector="OR"
                                ),
                                name="an_answer_has_a_body",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyUse",
                    fields=[
                        (
                            "api_key",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="partners.apikey",
                            ),
                        ),
                        ("began_at", models.DateTimeField()),
                        ("used", models.PositiveIntegerField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ],
        ),
    ]

"""The tables: weights, decisions, and what they know of every helper."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.dispatch.fields
import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("dispatch", "0001_initial"),
        ("dispatch", "0003_points_and_decisions"),
        ("dispatch", "0005_no_candidates"),
    ]

    initial = True

    dependencies = [
        ("booking", "0001_tables"),
        ("countries", "0001_tables"),
        ("crowd", "0001_tables"),
        ("partners", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Weights",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveIntegerField(unique=True)),
                        ("values", models.JSONField()),
                        ("holds_from", models.DateTimeField(null=True)),
                        ("activated_at", models.DateTimeField(null=True)),
                        (
                            "activated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="countries.country",
                            ),
                        ),
                        ("drafted_at", models.DateTimeField(null=True)),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-holds_from"], name="weights_by_start")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("holds_from__isnull", False)),
                                fields=("brand", "country", "holds_from"),
                                name="one_version_begins_at_a_time",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("activated_by", None),
                                    models.Q(("activated_by", models.F("drafted_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="weights_take_two_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("activated_at", None), ("activated_by", None), ("holds_from", None)),
                                    models.Q(
                                        ("activated_by__isnull", False),
                                        ("drafted_by__isnull", False),
                                        ("holds_from__gt", models.F("activated_at")),
                                    ),
                                    ("version", 1),
                                    _connector="OR",
                                ),
                                name="weights_begin_after_they_were_activated",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("round", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("looked_at", models.PositiveIntegerField()),
                        ("eligible", models.PositiveIntegerField()),
                        ("asked", models.JSONField()),
                        ("lines", models.JSONField()),
                        (
                            "search",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="booking.search",
                            ),
                        ),
                        (
                            "weights",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dispatch.weights"
                            ),
                        ),
                        (
                            "ranked",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "ranked_points",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=django.contrib.postgres.fields.ArrayField(
                                    base_field=models.IntegerField(), size=None
                                ),
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "beyond",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "beyond_missed",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(), default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-at"], name="decisions_by_time")],
                        "constraints": [
                            models.UniqueConstraint(fields=("search", "round"), name="one_decision_a_round"),
                            models.CheckConstraint(
                                condition=models.Q(("eligible__lte", models.F("looked_at"))),
                                name="eligible_were_looked_at",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HelperRow",
                    fields=[
                        (
                            "helper",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="crowd.helper",
                            ),
                        ),
                        ("country", models.CharField(max_length=2)),
                        ("known", models.BooleanField()),
                        ("active", models.BooleanField()),
                        ("company", models.BooleanField()),
                        ("payable", models.BooleanField()),
                        ("tier", models.CharField(max_length=10)),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("radius_km", models.PositiveSmallIntegerField()),
                        ("second_radius_km", models.PositiveSmallIntegerField(null=True)),
                        ("transport", models.CharField(max_length=10)),
                        ("zone", models.CharField(max_length=40)),
                        ("daily_cap", models.PositiveSmallIntegerField()),
                        ("available_until", models.DateTimeField(null=True)),
                        ("available_latitude", models.FloatField(null=True)),
                        ("available_longitude", models.FloatField(null=True)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                        ),
                        (
                            "vehicles",
                            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                        ),
                        (
                            "contracts",
                            django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                        ),
                        ("skills", models.JSONField()),
                        ("steps", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                        ("proofs_end", models.DateField(null=True)),
                        ("qualifications", models.JSONField()),
                        ("hours", mila.dispatch.fields.HoursOfTheWeek()),
                        (
                            "stars",
                            django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
                        ),
                        (
                            "rated_at",
                            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                        ),
                        ("promises", models.PositiveIntegerField()),
                        ("faults", models.PositiveIntegerField()),
                        ("differs_until", models.DateTimeField(null=True)),
                        ("booked_until", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Road",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("measured_at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="booking.servicecall"
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crowd.helper"
                            ),
                        ),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "helper"), name="a_way_is_measured_once_a_call")
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]

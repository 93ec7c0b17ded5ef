"""The tables: skills and service packages."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [("catalog", "0001_initial"), ("catalog", "0002_points_and_decisions"), ("catalog", "0003_branches")]

    initial = True

    dependencies = []

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Family",
                    fields=[
                        ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                        ("name", models.JSONField()),
                        ("icon", models.CharField(max_length=20)),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                        ("name", models.JSONField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Package",
                    fields=[
                        ("code", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                        ("name", models.JSONField()),
                        ("summary", models.JSONField()),
                        ("contents", models.JSONField(default=list)),
                        ("not_included", models.JSONField(default=list)),
                        ("tools", models.JSONField(default=list)),
                        ("steps", models.JSONField(default=list)),
                        ("training_url", models.URLField(blank=True)),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="packages",
                                to="catalog.family",
                            ),
                        ),
                        ("pick_up_vehicle", models.CharField(blank=True, max_length=12)),
                        ("preferred_tier", models.CharField(blank=True, max_length=10)),
                        ("pick_up_grams", models.PositiveIntegerField(default=0)),
                        ("pick_up_item", models.JSONField(default=dict)),
                        (
                            "pick_up_size_cm",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 10), ("minutes__lte", 480)),
                                name="package_fits_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pick_up_vehicle__in", ["", "cargo_bike", "car", "estate", "van"])),
                                name="pick_up_vehicle_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("preferred_tier__in", ["", "friend", "pro"])),
                                name="preferred_tier_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pick_up_size_cm__len", 0), ("pick_up_size_cm__len", 3), _connector="OR"
                                ),
                                name="pick_up_size_has_three_sides",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PackageSkill",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ]
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="catalog.package"
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needed_by",
                                to="catalog.skill",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("package", "skill"), name="package_names_a_skill_once"),
                            models.CheckConstraint(
                                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="needed_level_1_to_5"
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

"""The tables: providers, helpers and what they hold."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.kernel.place
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("crowd", "0001_initial"),
        ("crowd", "0002_calendars_and_quiet_hours"),
        ("crowd", "0003_points_and_decisions"),
        ("crowd", "0004_proofs_withdrawn"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("countries", "0001_tables"),
        ("partners", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Helper",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("applied", "Applied"),
                                    ("active", "Active"),
                                    ("suspended", "Suspended"),
                                    ("left", "Left"),
                                ],
                                default="applied",
                                max_length=10,
                            ),
                        ),
                        ("vetted_at", models.DateTimeField(null=True)),
                        ("first_name", models.CharField(max_length=60)),
                        ("last_name", models.CharField(max_length=60)),
                        ("phone", models.CharField(max_length=20)),
                        ("about", models.JSONField(default=dict)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2), size=None
                            ),
                        ),
                        (
                            "transport",
                            models.CharField(
                                choices=[
                                    (mila.kernel.place.Transport["CAR"], mila.kernel.place.Transport["CAR"]),
                                    (mila.kernel.place.Transport["PUBLIC"], mila.kernel.place.Transport["PUBLIC"]),
                                    (mila.kernel.place.Transport["BICYCLE"], mila.kernel.place.Transport["BICYCLE"]),
                                    (mila.kernel.place.Transport["FOOT"], mila.kernel.place.Transport["FOOT"]),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("radius_km", models.PositiveSmallIntegerField()),
                        ("second_radius_km", models.PositiveSmallIntegerField(null=True)),
                        ("daily_cap", models.PositiveSmallIntegerField(default=4)),
                        ("zone", models.CharField(max_length=40)),
                        ("available_until", models.DateTimeField(null=True)),
                        ("available_latitude", models.FloatField(null=True)),
                        ("available_longitude", models.FloatField(null=True)),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="helper",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "vetted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="helpers", to="crowd.provider"
                            ),
                        ),
                        ("quiet_from", models.TimeField(null=True)),
                        ("quiet_until", models.TimeField(null=True)),
                        (
                            "vehicles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("cargo_bike", "Cargo Bike"),
                                        ("car", "Car"),
                                        ("estate", "Estate"),
                                        ("van", "Van"),
                                    ],
                                    max_length=12,
                                ),
                                default=list,
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "active"), _negated=True),
                                    models.Q(("vetted_at__isnull", False), ("vetted_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="active_helpers_are_vetted",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second_radius_km", None),
                                    ("second_radius_km__gt", models.F("radius_km")),
                                    _connector="OR",
                                ),
                                name="second_area_is_larger",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("available_until__isnull", False),
                                    models.Q(("available_latitude", None), ("available_longitude", None)),
                                    _connector="OR",
                                ),
                                name="position_only_while_available",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_until", None)),
                                    models.Q(
                                        ("quiet_from__isnull", False),
                                        ("quiet_until__isnull", False),
                                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="quiet_hours_have_two_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("daily_cap__range", (1, 20))), name="daily_cap_1_to_20"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BackgroundCheck",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("seen_on", models.DateField()),
                        ("accepted", models.BooleanField()),
                        ("expires_on", models.DateField()),
                        (
                            "seen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Provider",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("tier", models.CharField(choices=[("friend", "Friend"), ("pro", "Pro")], max_length=10)),
                        (
                            "legal_status",
                            models.CharField(
                                choices=[
                                    ("private", "Private"),
                                    ("sole_trader", "Sole Trader"),
                                    ("company", "Company"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "tax_status",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("small_business", "Small Business"),
                                    ("registered", "Registered"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("street", models.CharField(max_length=120)),
                        ("house_number", models.CharField(max_length=12)),
                        ("postcode", models.CharField(max_length=10)),
                        ("town", models.CharField(max_length=80)),
                        ("tax_number", models.CharField(blank=True, max_length=40)),
                        ("payout_account", models.CharField(blank=True, max_length=80)),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("active", "Active"), ("suspended", "Suspended"), ("left", "Left")],
                                default="active",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("legal_status", "private"), _negated=True),
                                    ("tier", "friend"),
                                    _connector="OR",
                                ),
                                name="private_people_are_friends",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispatcher",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dispatcher",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dispatchers",
                                to="crowd.provider",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SignedContract",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("signed_at", models.DateTimeField()),
                        ("evidence", models.JSONField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="partners.contracttext",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="crowd.provider",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("provider", "contract"), name="a_contract_is_signed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeeklyHours",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("weekday", models.PositiveSmallIntegerField()),
                        ("starts", models.TimeField()),
                        ("ends", models.TimeField()),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gt", models.F("starts")), ("weekday__lte", 6)),
                                name="hours_are_hours",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldSkill",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("level", models.PositiveSmallIntegerField()),
                        ("valid_until", models.DateField(null=True)),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.skill"
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="skills", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("helper", "skill"), name="helper_holds_a_skill_once"),
                            models.CheckConstraint(
                                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="held_level_1_to_5"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="AvailabilityException",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(choices=[("free", "Free"), ("busy", "Busy")], max_length=4)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exceptions",
                                to="crowd.helper",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("once", "Once"), ("vacation", "Vacation"), ("calendar", "Calendar")],
                                default="once",
                                max_length=8,
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="busy",
                                to="crowd.calendarsubscription",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="exception_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("calendar__isnull", False), ("kind", "busy"), ("source", "calendar")),
                                    models.Q(models.Q(("source", "calendar"), _negated=True), ("calendar", None)),
                                    _connector="OR",
                                ),
                                name="a_calendar_only_binds",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("source", "vacation"), _negated=True), ("kind", "busy"), _connector="OR"
                                ),
                                name="a_vacation_is_busy",
                            ),
                        ],
                        "indexes": [models.Index(fields=["helper", "ends_at"], name="exceptions_of_a_helper")],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "helper",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="feed",
                                serialize=False,
                                to="crowd.helper",
                            ),
                        ),
                        ("key", models.CharField(default=mila.kernel.ids.new_key, max_length=40, unique=True)),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarSubscription",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("address", models.CharField(max_length=1000)),
                        ("name", models.CharField(max_length=60)),
                        ("added_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=20)),
                        ("tries", models.PositiveIntegerField(default=0)),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="calendars", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["due_at"], name="calendars_due")],
                        "constraints": [
                            models.UniqueConstraint(fields=("helper", "address"), name="a_calendar_is_read_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since", None), ("fault", "")),
                                    models.Q(("failing_since__isnull", False), models.Q(("fault", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="a_failing_calendar_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Qualification",
                    fields=[
                        ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                        ("name", models.JSONField()),
                        ("asked_from", models.DateField()),
                        ("asked_until", models.DateField(null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="qualifications",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.package",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("asked_until", None), ("asked_until__gt", models.F("asked_from")), _connector="OR"
                                ),
                                name="qualification_is_asked",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldQualification",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("proven_on", models.DateField()),
                        ("valid_until", models.DateField(null=True)),
                        ("evidence", models.JSONField(default=dict)),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="qualifications",
                                to="crowd.helper",
                            ),
                        ),
                        (
                            "seen_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "qualification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="held_by",
                                to="crowd.qualification",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("withdrawn_because", models.CharField(blank=True, max_length=200)),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("valid_until__isnull", False), ("withdrawn_at", None)),
                                fields=["valid_until"],
                                name="proofs_by_their_end",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None), ("valid_until__gte", models.F("proven_on")), _connector="OR"
                                ),
                                name="a_proof_holds_a_day",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("helper", "qualification", "proven_on"),
                                name="a_qualification_is_proven_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at", None), ("withdrawn_because", ""), ("withdrawn_by", None)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        models.Q(("withdrawn_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_withdrawal_says_who_and_why",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

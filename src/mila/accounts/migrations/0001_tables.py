"""The tables: who can sign in and how."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_ways_in"),
        ("accounts", "0003_events_by_the_operator"),
        ("accounts", "0004_branches"),
    ]

    initial = True

    dependencies = []

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        ("language", models.CharField(default="en", max_length=5)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                        ("two_factors", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"), name="one_account_per_address"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="DeskSeat",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "role",
                            models.CharField(
                                choices=[("agent", "Agent"), ("community", "Community"), ("admin", "Admin")],
                                max_length=12,
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="desk_seat",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("role__in", ["agent", "community", "admin"])),
                                name="desk_role_known",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SignInLink",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key_hash", models.CharField(max_length=64, unique=True)),
                        ("asked_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("asked_at"))), name="link_lasts_a_while"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Authenticator",
                    fields=[
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="authenticator",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sealed", models.TextField()),
                        ("made_at", models.DateTimeField()),
                        ("last_step", models.BigIntegerField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Brake",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("scope", models.CharField(max_length=12)),
                        ("key_hash", models.CharField(max_length=64)),
                        ("failures", models.PositiveIntegerField()),
                        ("last_at", models.DateTimeField()),
                        ("opens_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(models.F("scope"), models.F("key_hash"), name="one_brake_per_key")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                        ("number", models.UUIDField(default=mila.kernel.ids.new_id, editable=False, unique=True)),
                        ("signed_in_at", models.DateTimeField()),
                        ("last_seen_at", models.DateTimeField()),
                        ("device", models.CharField(max_length=60)),
                        ("network", models.CharField(max_length=40)),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Passkey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("credential", models.BinaryField(unique=True)),
                        ("public_key", models.BinaryField()),
                        ("sign_count", models.BigIntegerField()),
                        ("name", models.CharField(max_length=60)),
                        ("made_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passkeys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["made_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("sign_count__gte", 0)), name="passkey_counts_up_from_zero"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code_hash", models.CharField(max_length=64)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("account"), models.F("code_hash"), name="one_row_per_recovery_code"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SecurityEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("signed_in_elsewhere", "Signed In Elsewhere"),
                                    ("passkey_added", "Passkey Added"),
                                    ("passkey_removed", "Passkey Removed"),
                                    ("password_changed", "Password Changed"),
                                    ("app_added", "App Added"),
                                    ("app_removed", "App Removed"),
                                    ("recovery_codes_made", "Recovery Codes Made"),
                                    ("recovery_code_used", "Recovery Code Used"),
                                    ("reset_by_desk", "Reset By Desk"),
                                    ("seat_given", "Seat Given"),
                                    ("seat_taken", "Seat Taken"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("device", models.CharField(max_length=60)),
                        ("reason", models.CharField(max_length=400)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="security_events",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("by_operator", models.BooleanField(default=False)),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "signed_in_elsewhere",
                                            "passkey_added",
                                            "passkey_removed",
                                            "password_changed",
                                            "app_added",
                                            "app_removed",
                                            "recovery_codes_made",
                                            "recovery_code_used",
                                            "reset_by_desk",
                                            "seat_given",
                                            "seat_taken",
                                        ],
                                    )
                                ),
                                name="security_event_known",
                            )
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]

"""The tables: the outbox and the devices."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("messaging", "0001_initial"),
        ("messaging", "0002_devices"),
        ("messaging", "0003_use_by_and_put_back"),
        ("messaging", "0004_lists_at_scale"),
        ("messaging", "0005_number_masks"),
    ]

    initial = True

    dependencies = [
        ("booking", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=200, unique=True)),
                        (
                            "channel",
                            models.CharField(
                                choices=[("mail", "Mail"), ("sms", "Sms"), ("push", "Push")], max_length=5
                            ),
                        ),
                        ("recipient", models.CharField(max_length=254)),
                        ("template", models.CharField(max_length=40)),
                        ("language", models.CharField(max_length=2)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sent", "Sent"),
                                    ("dead", "Dead"),
                                    ("expired", "Expired"),
                                ],
                                default="queued",
                                max_length=7,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=200)),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="messaging.pushsubscription",
                            ),
                        ),
                        ("unanswered", models.PositiveSmallIntegerField(default=0)),
                        ("use_by", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="messages_due"
                            ),
                            models.Index(fields=["-made_at", "-id"], name="messages_newest_first"),
                            models.Index(
                                condition=models.Q(("state", "queued")),
                                fields=["recipient", "made_at", "id"],
                                name="messages_in_turn",
                            ),
                            models.Index(
                                condition=models.Q(("state", "dead")), fields=["-made_at", "-id"], name="dead_letters"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at__isnull", False), ("state", "queued")),
                                    models.Q(models.Q(("state", "queued"), _negated=True), ("due_at", None)),
                                    _connector="OR",
                                ),
                                name="queued_messages_are_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PushSubscription",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("endpoint", models.CharField(max_length=1000, unique=True)),
                        ("p256dh", models.CharField(max_length=100)),
                        ("auth", models.CharField(max_length=40)),
                        ("made_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PutBack",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("fault", models.CharField(max_length=200)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="put_back",
                                to="messaging.message",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="NumberMask",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=20)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mask",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="masks_due"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), models.Q(("due_at", None), ("number", "")), _connector="OR"
                                ),
                                name="an_ended_mask_connects_nobody",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

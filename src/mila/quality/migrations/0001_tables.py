"""The tables: ratings, recommendations, guarantee cases, the Help Center."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("quality", "0001_initial"),
        ("quality", "0002_recommendations"),
        ("quality", "0003_guarantee_cases"),
        ("quality", "0004_help_center"),
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
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("stars", models.PositiveSmallIntegerField()),
                        ("axes", models.JSONField(default=dict)),
                        ("text", models.TextField(blank=True, max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rating",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["helper", "-at"], name="ratings_of_a_helper")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("stars__range", (1, 5))), name="one_to_five_stars"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recommendation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("score", models.PositiveSmallIntegerField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recommendation",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="questions_due"
                            ),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", False)),
                                fields=["answered_at"],
                                name="questions_answered",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("score", None), ("score__range", (0, 10)), _connector="OR"),
                                name="zero_to_ten",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("score", None)),
                                    models.Q(("answered_at__isnull", False), ("score__isnull", False)),
                                    _connector="OR",
                                ),
                                name="an_answer_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked_at__isnull", False), ("due_at", None)),
                                    models.Q(("asked_at", None), ("due_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_question_waits_or_was_asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuaranteeCase",
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
                                choices=[("open", "Open"), ("decided", "Decided")], default="open", max_length=8
                            ),
                        ),
                        ("words", models.CharField(max_length=2000)),
                        ("disputed", models.PositiveIntegerField()),
                        ("opened_at", models.DateTimeField()),
                        ("hear_by", models.DateTimeField()),
                        ("decide_by", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=2000)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("silent_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("redo", "Somebody else does it again"),
                                    ("full", "All of the price goes back"),
                                    ("part", "A part of the price goes back"),
                                    ("none", "Nothing is owed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "bearer",
                            models.CharField(
                                blank=True, choices=[("helper", "The helper"), ("operator", "The house")], max_length=8
                            ),
                        ),
                        ("refunded", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=2000)),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "redo",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redo_of",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="cases_due"
                            ),
                            models.Index(
                                condition=models.Q(("state", "open")), fields=["decide_by"], name="cases_open"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")), fields=("call",), name="one_open_case_a_call"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("outcome", ""), ("state", "open")),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("due_at", None),
                                        ("state", "decided"),
                                        models.Q(("outcome", ""), _negated=True),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_decision_has_its_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("refunded", 0), ("outcome__in", ["full", "part"]), _connector="OR"),
                                name="only_refunds_give_money_back",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("redo", None), ("outcome", "redo"), _connector="OR"),
                                name="only_a_redo_has_its_call",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CasePhoto",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("by", models.CharField(max_length=10)),
                        ("jpeg", models.BinaryField()),
                        ("width", models.PositiveSmallIntegerField()),
                        ("height", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="quality.guaranteecase",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Inquiry",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(default=mila.kernel.ids.new_key, max_length=40, unique=True)),
                        ("submission_key", models.CharField(max_length=80, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(max_length=2)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Waits for an answer"),
                                    ("answered", "Answered"),
                                    ("closed", "Closed"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("answer_by", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.brand"
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inquiries",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inquiries",
                                to="crowd.helper",
                            ),
                        ),
                        (
                            "owner",
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
                                condition=models.Q(("state", "open")), fields=["answer_by"], name="inquiries_open"
                            ),
                            models.Index(
                                condition=models.Q(("state", "answered")),
                                fields=["-answered_at"],
                                name="inquiries_answered",
                            ),
                            models.Index(
                                condition=models.Q(("state", "closed")), fields=["-closed_at"], name="inquiries_closed"
                            ),
                            models.Index(fields=["email", "-opened_at"], name="inquiries_by_email"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("phone", ""), _negated=True),
                                name="who_asks_can_be_answered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer_by__isnull", False), ("state", "open")),
                                    models.Q(models.Q(("state", "open"), _negated=True), ("answer_by", None)),
                                    _connector="OR",
                                ),
                                name="an_open_inquiry_has_its_deadline",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                                    _connector="OR",
                                ),
                                name="a_closed_inquiry_has_its_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InquiryLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("by", models.CharField(max_length=10)),
                        ("words", models.CharField(max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "inquiry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="quality.inquiry"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["inquiry", "at"], name="lines_of_an_inquiry")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("words", ""), _negated=True), name="a_line_has_words"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

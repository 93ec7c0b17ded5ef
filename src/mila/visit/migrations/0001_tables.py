"""The tables: what is kept of a visit."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables
import mila.visit.rules


class Migration(migrations.Migration):
    replaces = [
        ("visit", "0001_initial"),
        ("visit", "0003_objection"),
        ("visit", "0004_at_the_door"),
        ("visit", "0005_ladder"),
        ("visit", "0006_photos_notes_positions"),
        ("visit", "0007_who_said"),
        ("visit", "0008_talk"),
        ("visit", "0009_kept_taps"),
        ("visit", "0010_branches"),
        ("visit", "0011_products"),
    ]

    initial = True

    dependencies = [
        ("booking", "0001_tables"),
        ("crowd", "0001_tables"),
        ("partners", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="ContactAttempt",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("reached", "Reached"),
                                    ("no_answer", "No Answer"),
                                    ("left_message", "Left Message"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_attempts",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SignOff",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("quote_seal", models.CharField(max_length=64)),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("code", "One-time code"),
                                    ("by_hand", "Signature on the helper’s phone (weaker evidence)"),
                                    ("silence", "No objection within 24 hours"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("evidence", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sign_off",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "quote",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="booking.quote"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120)),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="booking.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="OneTimeCode",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("sign_off", "Sign Off"),
                                    ("cancel", "Cancel"),
                                    ("terms", "Terms"),
                                    ("change", "Change"),
                                    ("follow_up", "Follow Up"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("sent_to", models.CharField(max_length=12)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="booking.servicecall",
                            ),
                        ),
                        ("about", models.CharField(blank=True, max_length=64)),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="booking.party",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="a_code_has_five_tries")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="StepDone",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=60)),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps_done",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
                            ),
                        ),
                        ("number", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("call", "code"), name="a_step_is_ticked_once")],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("words", models.CharField(max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objection",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absence",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CheckOut",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    (mila.visit.rules.Cause["CLIENT_ABSENT"], "Nobody opened the door"),
                                    (
                                        mila.visit.rules.Cause["CLIENT_NOT_READY"],
                                        "The client’s device or material is missing, or is the wrong one",
                                    ),
                                    (
                                        mila.visit.rules.Cause["BRAND_FAULT"],
                                        "The brand’s connection, delivery or information is at fault",
                                    ),
                                    (
                                        mila.visit.rules.Cause["WRONG_PACKAGE"],
                                        "The wrong package was booked for what is needed",
                                    ),
                                    (mila.visit.rules.Cause["UNSAFE"], "It is not safe to work there"),
                                    (
                                        mila.visit.rules.Cause["HELPER_UNABLE"],
                                        "The helper lacks the tools or the knowledge",
                                    ),
                                    (
                                        mila.visit.rules.Cause["PARCEL_WRONG"],
                                        "What was fetched at the branch is the wrong item",
                                    ),
                                    (
                                        mila.visit.rules.Cause["PARCEL_DAMAGED"],
                                        "What was fetched at the branch was damaged on the way",
                                    ),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=500)),
                        ("at", models.DateTimeField()),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_out",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Introduction",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("client_code", models.CharField(max_length=4)),
                        ("helper_code", models.CharField(max_length=4)),
                        ("client_tries", models.PositiveSmallIntegerField(default=0)),
                        ("helper_tries", models.PositiveSmallIntegerField(default=0)),
                        ("client_checked_at", models.DateTimeField(null=True)),
                        ("helper_checked_at", models.DateTimeField(null=True)),
                        ("badge_shown_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="introduction",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("client_code", models.F("helper_code")), _negated=True),
                                name="door_codes_differ",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("client_tries__lte", 5), ("helper_tries__lte", 5)),
                                name="a_door_code_has_five_tries",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Photo",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=60)),
                        ("jpeg", models.BinaryField()),
                        ("width", models.PositiveSmallIntegerField()),
                        ("height", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["call", "at"], name="photos_of_a_call")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Position",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("at", models.DateTimeField()),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="positions",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["assignment", "-at"], name="last_position_of_a_visit"),
                            models.Index(fields=["at"], name="positions_to_erase"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("latitude__gte", -90),
                                    ("latitude__lte", 90),
                                    ("longitude__gte", -180),
                                    ("longitude__lte", 180),
                                ),
                                name="a_position_is_on_earth",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitNote",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("words", models.CharField(max_length=1000)),
                        ("at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit_notes",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["call", "at"], name="notes_of_a_call")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="TalkLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("by", models.CharField(max_length=10)),
                        ("phrase", models.CharField(blank=True, max_length=20)),
                        ("text", models.CharField(blank=True, max_length=1000)),
                        ("language", models.CharField(max_length=2)),
                        ("at", models.DateTimeField()),
                        ("told_at", models.DateTimeField(null=True)),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="talk",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="talk",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["assignment", "at"], name="talk_in_order")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("by__in", ["customer", "provider"])), name="two_sides_talk"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("phrase", ""), models.Q(("text", ""), _negated=True)),
                                    models.Q(models.Q(("phrase", ""), _negated=True), ("text", "")),
                                    _connector="OR",
                                ),
                                name="a_line_says_one_thing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptTap",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.UUIDField()),
                        ("name", models.CharField(max_length=20)),
                        ("facts", models.JSONField()),
                        ("tapped_at", models.DateTimeField()),
                        ("said_at", models.DateTimeField(null=True)),
                        ("received_at", models.DateTimeField()),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("applied", "Applied"), ("stood", "Stood"), ("refused", "Refused")],
                                max_length=10,
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=300)),
                        ("put_away_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="kept_taps",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("outcome", "refused"), ("put_away_at", None)),
                                fields=["call", "helper"],
                                name="refused_taps_in_sight",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("helper", "key"), name="a_tap_counts_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", "refused"), _negated=True),
                                    models.Q(("answer", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_refused_tap_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("items", models.JSONField()),
                        ("named", models.CharField(blank=True, max_length=120)),
                        (
                            "size_cm",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), default=list, size=None
                            ),
                        ),
                        ("grams", models.PositiveIntegerField(default=0)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="partners.branch",
                            ),
                        ),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delivery",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["branch", "-id"], name="deliveries_of_a_branch")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PickUp",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=6)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("locked_at", models.DateTimeField(null=True)),
                        ("picked_up_at", models.DateTimeField(null=True)),
                        ("handed_over_at", models.DateTimeField(null=True)),
                        (
                            "fault",
                            models.CharField(
                                blank=True,
                                choices=[
                                    (mila.visit.rules.Fault["NOT_THERE"], "It is not there"),
                                    (mila.visit.rules.Fault["DAMAGED"], "It is damaged"),
                                    (mila.visit.rules.Fault["WRONG_ITEM"], "It is the wrong item"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("fault_words", models.CharField(blank=True, max_length=500)),
                        ("fault_at", models.DateTimeField(null=True)),
                        ("returned_at", models.DateTimeField(null=True)),
                        ("returned_sound", models.BooleanField(null=True)),
                        ("receipt_number", models.CharField(max_length=12, null=True, unique=True)),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pick_up",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pick_ups",
                                to="visit.delivery",
                            ),
                        ),
                        (
                            "id_compared_by",
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
                                condition=models.Q(("locked_at__isnull", False), ("picked_up_at", None)),
                                fields=["locked_at"],
                                name="pick_ups_locked",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("handed_over_at", None), ("picked_up_at__isnull", False), ("returned_at", None)
                                ),
                                fields=["picked_up_at"],
                                name="parcels_on_the_road",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("tries__lte", 5)), name="a_pick_up_code_has_five_tries"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("id_compared_by", None), ("picked_up_at", None)),
                                    models.Q(
                                        ("code", ""), ("id_compared_by__isnull", False), ("picked_up_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="handed_out_by_somebody_who_compared_the_id",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("handed_over_at", None), ("picked_up_at__isnull", False), _connector="OR"
                                ),
                                name="only_what_was_fetched_is_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("receipt_number", None), ("returned_at", None), ("returned_sound", None)),
                                    models.Q(
                                        ("picked_up_at__isnull", False),
                                        ("receipt_number__isnull", False),
                                        ("returned_at__isnull", False),
                                        ("returned_sound__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_return_has_its_receipt",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fault", ""), ("fault_at", None)),
                                    models.Q(models.Q(("fault", ""), _negated=True), ("fault_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_fault_has_its_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Suggestion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suggestions",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suggestions",
                                to="partners.product",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("assignment", "product"), name="a_product_is_suggested_once"
                            ),
                            models.UniqueConstraint(
                                fields=("assignment", "position"), name="suggestions_have_their_places"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("position__range", (1, 3))), name="few_products_are_suggested"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]

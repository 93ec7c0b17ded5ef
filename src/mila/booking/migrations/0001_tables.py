"""The tables: calls, quotes, searches, offers, assignments, the diary."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("booking", "0001_initial"),
        ("booking", "0003_exclusions_and_withdrawals"),
        ("booking", "0004_ladder"),
        ("booking", "0005_lists_at_scale"),
        ("booking", "0006_times"),
        ("booking", "0007_calls_at_risk"),
        ("booking", "0008_changes"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("countries", "0001_tables"),
        ("crowd", "0001_tables"),
        ("partners", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Address",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("street", models.CharField(max_length=120)),
                        ("house_number", models.CharField(blank=True, max_length=12)),
                        ("postcode", models.CharField(max_length=10)),
                        ("town", models.CharField(max_length=80)),
                        ("region", models.CharField(blank=True, max_length=10)),
                        ("floor", models.CharField(blank=True, max_length=40)),
                        ("has_lift", models.BooleanField(null=True)),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("accuracy_m", models.PositiveIntegerField()),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                                name="address_on_earth",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Exclusion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("by", models.CharField(max_length=10)),
                        ("at", models.DateTimeField()),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exclusions",
                                to="crowd.helper",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exclusions",
                                to="booking.servicecall",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("helper", "call", "by"), name="one_exclusion_a_call_and_side"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("phone", ""), _negated=True),
                                name="an_exclusion_names_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Party",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(max_length=2)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.brand"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("name"), "gin_trgm_ops"
                                ),
                                name="parties_by_name",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("email"), "gin_trgm_ops"
                                ),
                                name="parties_by_email",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("phone", "gin_trgm_ops"),
                                name="parties_by_phone",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("phone", ""), _negated=True),
                                name="party_can_be_reached",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Quote",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField()),
                        (
                            "contract_model",
                            models.CharField(
                                choices=[
                                    ("agency", "Agency"),
                                    ("principal", "Principal"),
                                    ("partner_principal", "Partner Principal"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "payer_kind",
                            models.CharField(choices=[("customer", "Customer"), ("brand", "Brand")], max_length=10),
                        ),
                        ("tiers", models.JSONField()),
                        ("currency", models.CharField(max_length=3)),
                        ("total", models.PositiveIntegerField()),
                        ("provider_pay", models.PositiveIntegerField(null=True)),
                        ("approved_at", models.DateTimeField()),
                        ("seal", models.CharField(max_length=64)),
                        (
                            "commission_rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="partners.commissionrule",
                            ),
                        ),
                        (
                            "issuing_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="countries.legalentity",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="quotes",
                                to="booking.servicecall",
                            ),
                        ),
                        ("seal_form", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "version"), name="quote_versions_differ"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("contract_model", "agency"), ("payer_kind", "brand"), _negated=True
                                ),
                                name="agency_is_never_paid_by_brand",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("commission_rule__isnull", False),
                                        ("contract_model", "agency"),
                                        ("provider_pay", None),
                                    ),
                                    models.Q(
                                        models.Q(("contract_model", "agency"), _negated=True),
                                        ("commission_rule", None),
                                        ("provider_pay__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="commission_or_fixed_pay",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuoteLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("package", "Package"),
                                    ("guarantee_fee", "Guarantee Fee"),
                                    ("extra_work", "Extra Work"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("description", models.JSONField()),
                        ("amount", models.PositiveIntegerField()),
                        ("vat_code", models.CharField(max_length=20)),
                        (
                            "package",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.package",
                            ),
                        ),
                        (
                            "quote",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="booking.quote"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("quote", "position"), name="quote_lines_in_order"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "package"), _negated=True),
                                    ("package__isnull", False),
                                    _connector="OR",
                                ),
                                name="package_line_names_its_package",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceCall",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "order_number",
                            models.CharField(default=mila.kernel.ids.new_order_number, max_length=12, unique=True),
                        ),
                        ("status_key", models.CharField(default=mila.kernel.ids.new_key, max_length=40, unique=True)),
                        ("submission_key", models.CharField(max_length=80)),
                        ("partner_order_id", models.CharField(max_length=80, null=True)),
                        ("language", models.CharField(max_length=2)),
                        ("notes", models.TextField(blank=True, max_length=2000)),
                        (
                            "time_wish",
                            models.CharField(
                                choices=[
                                    ("slot", "Slot"),
                                    ("preferred", "Preferred"),
                                    ("asap", "Asap"),
                                    ("to_agree", "To Agree"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("visit_starts_at", models.DateTimeField(null=True)),
                        ("window_minutes", models.PositiveSmallIntegerField(default=0)),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("expected_at", models.DateTimeField(null=True)),
                        ("booked_at", models.DateTimeField()),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("drafted", "Drafted"),
                                    ("requested", "Requested"),
                                    ("accepted", "Accepted"),
                                    ("contacted", "Contacted"),
                                    ("confirmed", "Confirmed"),
                                    ("paused", "Paused"),
                                    ("on_the_way", "On The Way"),
                                    ("arrived", "Arrived"),
                                    ("working", "Working"),
                                    ("done", "Done"),
                                    ("signed_off", "Signed Off"),
                                    ("unpaid", "Unpaid"),
                                    ("charged", "Charged"),
                                    ("closed", "Closed"),
                                    ("stranded", "Stranded"),
                                    ("cancelled", "Cancelled"),
                                    ("abandoned", "Abandoned"),
                                    ("unserved", "Unserved"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("due_step", models.CharField(blank=True, max_length=40)),
                        (
                            "clock_steps_taken",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        (
                            "address",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="call", to="booking.address"
                            ),
                        ),
                        (
                            "booker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="booked_calls",
                                to="booking.party",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="partners.brand"
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "payer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="paid_calls",
                                to="booking.party",
                            ),
                        ),
                        (
                            "site_contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="site_calls",
                                to="booking.party",
                            ),
                        ),
                        (
                            "preferred_helper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="crowd.helper",
                            ),
                        ),
                        ("only_preferred", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="calls_due"
                            ),
                            models.Index(fields=["stage", "since"], name="calls_by_stage"),
                            models.Index(fields=["brand", "-booked_at"], name="calls_of_a_brand"),
                            models.Index(fields=["-since", "-id"], name="calls_last_to_move"),
                            models.Index(
                                django.db.models.functions.text.Upper("partner_order_id"),
                                name="calls_by_partners_order",
                            ),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "stage__in",
                                        ["requested", "accepted", "contacted", "confirmed", "paused", "on_the_way"],
                                    )
                                ),
                                fields=["stage", "visit_starts_at"],
                                name="calls_to_come",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("clock_steps_taken__overlap", ["silent", "unsure", "not_on_the_way", "late"])
                                ),
                                fields=["stage", "visit_starts_at"],
                                name="calls_that_missed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("brand", "submission_key"), name="a_submit_books_once"),
                            models.UniqueConstraint(
                                fields=("brand", "partner_order_id"), name="partner_order_once_per_brand"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("time_wish", "slot"), _negated=True),
                                    ("visit_starts_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_slot_has_a_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at", None), ("due_step", "")),
                                    models.Q(("due_at__isnull", False), models.Q(("due_step", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="a_deadline_names_its_step",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "stage__in",
                                        [
                                            "drafted",
                                            "requested",
                                            "accepted",
                                            "contacted",
                                            "confirmed",
                                            "paused",
                                            "on_the_way",
                                            "arrived",
                                            "working",
                                            "done",
                                            "signed_off",
                                            "unpaid",
                                            "charged",
                                            "closed",
                                            "stranded",
                                            "cancelled",
                                            "abandoned",
                                            "unserved",
                                        ],
                                    )
                                ),
                                name="stage_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("only_preferred", False), ("preferred_helper__isnull", False), _connector="OR"
                                ),
                                name="only_somebody_is_preferred",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Search",
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
                                choices=[("first", "First"), ("replacement", "Replacement")], max_length=12
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "Running"), ("found", "Found"), ("ended", "Ended")],
                                default="running",
                                max_length=8,
                            ),
                        ),
                        ("rung", models.PositiveSmallIntegerField(default=1)),
                        ("rounds", models.PositiveIntegerField(default=0)),
                        ("opened_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("desk_told_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="searches",
                                to="booking.servicecall",
                            ),
                        ),
                        ("area", models.PositiveSmallIntegerField(default=1)),
                        ("bonus", models.PositiveIntegerField(default=0)),
                        ("collects_until", models.DateTimeField(null=True)),
                        (
                            "policy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="partners.searchpolicy",
                            ),
                        ),
                        ("rests_until", models.DateTimeField(null=True)),
                        ("rung_since", models.DateTimeField(null=True)),
                        ("slots_asked_at", models.DateTimeField(null=True)),
                        ("tier_answered_at", models.DateTimeField(null=True)),
                        ("tier_asked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="searches_due"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "running")), fields=("call",), name="one_running_search"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state", "running")),
                                    models.Q(
                                        models.Q(("state", "running"), _negated=True),
                                        ("due_at", None),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_ended_search_rests",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Offer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(default=mila.kernel.ids.new_key, max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("made", "Made"),
                                    ("open", "Open"),
                                    ("unreached", "Unreached"),
                                    ("expired", "Expired"),
                                    ("declined", "Declined"),
                                    ("accepted", "Accepted"),
                                    ("closed", "Closed"),
                                ],
                                default="made",
                                max_length=10,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("acknowledged_at", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("standing_since", models.DateTimeField(null=True)),
                        ("decline_reason", models.CharField(blank=True, max_length=40)),
                        ("closed_because", models.CharField(blank=True, max_length=20)),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("pay", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("travel_minutes", models.PositiveSmallIntegerField()),
                        ("distance_km", models.FloatField()),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="crowd.helper"
                            ),
                        ),
                        (
                            "search",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="booking.search"
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers",
                                to="booking.servicecall",
                            ),
                        ),
                        ("bonus", models.PositiveIntegerField(default=0)),
                        ("brand_pays_bonus", models.BooleanField(default=False)),
                        (
                            "link_key",
                            models.CharField(default=mila.kernel.ids.new_key, max_length=40, null=True, unique=True),
                        ),
                        ("link_used_at", models.DateTimeField(null=True)),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("exclusive", "Exclusive"),
                                    ("first_yes", "First Yes"),
                                    ("best_yes", "Best Yes"),
                                ],
                                default="exclusive",
                                max_length=10,
                            ),
                        ),
                        ("rung_by_sms_at", models.DateTimeField(null=True)),
                        ("window_seconds", models.PositiveIntegerField(default=120)),
                        ("chosen_start", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="offers_due"
                            ),
                            models.Index(fields=["helper", "-made_at"], name="offers_of_a_helper"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("standing_since", None), ("state__in", ["unreached", "expired"]), _connector="OR"
                                ),
                                name="a_standing_yes_is_late",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("mode", "exclusive"), ("state__in", ["made", "open"])),
                                fields=("call",),
                                name="one_exclusive_offer_per_call",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("state__in", ["made", "open"])),
                                expressions=[("call", "="), ("mode", "<>")],
                                name="exclusive_means_alone",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["made", "open"])),
                                fields=("helper",),
                                name="one_offer_at_a_time_per_helper",
                            ),
                            models.UniqueConstraint(fields=("search", "helper", "bonus"), name="asked_once_at_a_pay"),
                            models.CheckConstraint(
                                condition=models.Q(("bonus__lte", models.F("pay"))), name="bonus_is_part_of_the_pay"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at__isnull", False), ("state__in", ["made", "open"])),
                                    models.Q(
                                        models.Q(("state__in", ["made", "open"]), _negated=True), ("due_at", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="waiting_offers_run_out",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DiaryEntry",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("by", models.CharField(max_length=10)),
                        ("actor", models.UUIDField(null=True)),
                        ("step", models.CharField(max_length=40)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("drafted", "Drafted"),
                                    ("requested", "Requested"),
                                    ("accepted", "Accepted"),
                                    ("contacted", "Contacted"),
                                    ("confirmed", "Confirmed"),
                                    ("paused", "Paused"),
                                    ("on_the_way", "On The Way"),
                                    ("arrived", "Arrived"),
                                    ("working", "Working"),
                                    ("done", "Done"),
                                    ("signed_off", "Signed Off"),
                                    ("unpaid", "Unpaid"),
                                    ("charged", "Charged"),
                                    ("closed", "Closed"),
                                    ("stranded", "Stranded"),
                                    ("cancelled", "Cancelled"),
                                    ("abandoned", "Abandoned"),
                                    ("unserved", "Unserved"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="diary",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "number"), name="diary_in_order"),
                            models.CheckConstraint(
                                condition=models.Q(("number__gt", 0), models.Q(("step", ""), _negated=True)),
                                name="diary_names_steps",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
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
                                choices=[("active", "Active"), ("released", "Released"), ("kept", "Kept")],
                                default="active",
                                max_length=8,
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(null=True)),
                        ("accepted_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("release_reason", models.CharField(blank=True, max_length=40)),
                        ("at_own_fault", models.BooleanField(default=False)),
                        (
                            "helper",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="crowd.helper",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="crowd.provider",
                            ),
                        ),
                        (
                            "offer",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignment",
                                to="booking.offer",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="booking.servicecall",
                            ),
                        ),
                        ("promised_at", models.DateTimeField(null=True)),
                        ("goes_unsecured_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "active")),
                                fields=("call",),
                                name="one_active_assignment_per_call",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("state", "active")),
                                expressions=[("helper", "="), ("period", "&&")],
                                name="no_overlapping_jobs",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state", "active")),
                                    models.Q(models.Q(("state", "active"), _negated=True), ("ended_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="an_ended_assignment_ended",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WishedSlot",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("starts_at", models.DateTimeField()),
                        ("window_minutes", models.PositiveSmallIntegerField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="wished_slots",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "position"), name="wish_positions_differ"),
                            models.CheckConstraint(
                                condition=models.Q(("position__range", (1, 3))), name="up_to_three_wishes"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Withdrawal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("name", models.CharField(max_length=120)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(max_length=2)),
                        ("words", models.TextField(max_length=1000)),
                        ("owed", models.PositiveIntegerField()),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("phone", ""), _negated=True),
                                name="a_withdrawal_can_be_confirmed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TimeProposal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("asked_by", models.CharField(max_length=10)),
                        (
                            "starts",
                            django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                        ),
                        ("window_minutes", models.PositiveSmallIntegerField()),
                        ("cost", models.PositiveIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("refused", "Refused"),
                                    ("silent", "Silent"),
                                    ("agreed", "Agreed"),
                                    ("kept", "Kept"),
                                    ("sought", "Sought"),
                                    ("declined", "Declined"),
                                    ("lapsed", "Lapsed"),
                                    ("withdrawn", "Withdrawn"),
                                    ("overtaken", "Overtaken"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("agreed_start", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="time_proposals",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="time_proposals",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="time_proposals_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["asked", "refused", "silent"])),
                                fields=("call",),
                                name="one_open_time_proposal",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("ended_at", None),
                                        ("state__in", ["asked", "refused", "silent"]),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["asked", "refused", "silent"]), _negated=True),
                                        ("due_at", None),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_open_proposal_runs_out",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("agreed_start__isnull", False), ("state", "agreed")),
                                    models.Q(models.Q(("state", "agreed"), _negated=True), ("agreed_start", None)),
                                    _connector="OR",
                                ),
                                name="what_is_agreed_is_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked_by", "customer"), ("starts__len", 1)),
                                    models.Q(
                                        ("asked_by", "provider"), ("starts__len__gte", 1), ("starts__len__lte", 3)
                                    ),
                                    _connector="OR",
                                ),
                                name="who_proposes_how_many",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("asked_by", "customer"),
                                    models.Q(("state__in", ["refused", "silent", "kept", "sought"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="only_a_customer_is_left_to_choose",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChangeRequest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("wrong_package", "Another package is needed than the one booked"),
                                    ("one_more", "One more package is wished for"),
                                    ("more_work", "It is more work than expected"),
                                    ("less_work", "It is less work than expected"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("words", models.CharField(max_length=500)),
                        ("offer", models.JSONField()),
                        ("currency", models.CharField(max_length=3)),
                        ("total", models.PositiveIntegerField()),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("seal", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("securing", "Securing"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                    ("uncovered", "Uncovered"),
                                    ("withdrawn", "Withdrawn"),
                                    ("lapsed", "Lapsed"),
                                    ("overtaken", "Overtaken"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "base",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="booking.quote"
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "quote",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="change",
                                to="booking.quote",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="changes_due"
                            ),
                            models.Index(fields=["call", "-asked_at"], name="changes_of_a_call"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["asked", "securing"])),
                                fields=("call",),
                                name="one_open_change",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("ended_at", None),
                                        ("state__in", ["asked", "securing"]),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["asked", "securing"]), _negated=True),
                                        ("due_at", None),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_open_change_runs_out",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quote__isnull", False), ("state", "approved")),
                                    models.Q(models.Q(("state", "approved"), _negated=True), ("quote", None)),
                                    _connector="OR",
                                ),
                                name="an_approved_change_is_a_quote",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("code", "One-time code"),
                                    ("by_hand", "Signature on the helper’s phone (weaker evidence)"),
                                    ("desk", "Agreed with the brand by our team"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("seal", models.CharField(max_length=64)),
                        ("name", models.CharField(blank=True, max_length=120)),
                        ("evidence", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "change",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consent",
                                to="booking.changerequest",
                            ),
                        ),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("method", "code"), ("party__isnull", False)),
                                    models.Q(("method", "by_hand"), models.Q(("name", ""), _negated=True)),
                                    models.Q(("by__isnull", False), ("method", "desk")),
                                    _connector="OR",
                                ),
                                name="a_consent_is_somebodys",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "packages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), size=None
                            ),
                        ),
                        (
                            "starts",
                            django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                        ),
                        ("window_minutes", models.PositiveSmallIntegerField()),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("confirmed", "Confirmed"),
                                    ("declined", "Declined"),
                                    ("lapsed", "Lapsed"),
                                    ("withdrawn", "Withdrawn"),
                                    ("overtaken", "Overtaken"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "booked",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follows",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="follow_ups_due"
                            ),
                            models.Index(fields=["call", "-asked_at"], name="follow_ups_of_a_call"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "asked")), fields=("call",), name="one_open_follow_up"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at__isnull", False), ("ended_at", None), ("state", "asked")),
                                    models.Q(
                                        models.Q(("state", "asked"), _negated=True),
                                        ("due_at", None),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_open_follow_up_runs_out",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("booked__isnull", False), ("state", "confirmed")),
                                    models.Q(models.Q(("state", "confirmed"), _negated=True), ("booked", None)),
                                    _connector="OR",
                                ),
                                name="a_confirmed_follow_up_is_a_call",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("packages__len__gte", 1), ("packages__len__lte", 3)),
                                name="a_follow_up_has_few_packages",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("starts__len__gte", 1), ("starts__len__lte", 3)),
                                name="a_follow_up_has_few_times",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

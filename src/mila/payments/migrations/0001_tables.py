"""The tables: means, charges, the ledger, claims, pay-outs, documents."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("payments", "0001_initial"),
        ("payments", "0003_journeys_in_vain"),
        ("payments", "0004_ladder"),
        ("payments", "0005_lists_at_scale"),
        ("payments", "0006_cancellation_debts"),
        ("payments", "0007_raises"),
        ("payments", "0008_guarantee_cases"),
        ("payments", "0009_disputes"),
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
                    name="BankEvent",
                    fields=[
                        ("id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=40)),
                        ("received_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentSeries",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("issuer", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("receipt", "Receipt"),
                                    ("commission", "Commission"),
                                    ("credit_note", "Credit note"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("issuer", "kind", "year"), name="one_series_a_year")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Payout",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("run_on", models.DateField()),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[("asked", "Asked"), ("paid", "Paid"), ("failed", "Failed")],
                                default="asked",
                                max_length=8,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        ("paid_at", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=80)),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="crowd.provider"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="payouts_due"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("provider", "run_on", "currency"), name="one_payout_a_day"),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_payout_pays"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
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
                                    ("visit", "Visit"),
                                    ("cancellation", "Cancellation"),
                                    ("journey", "Journey in vain"),
                                    ("sale", "Recommended product"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("gross", models.PositiveIntegerField()),
                        ("commission", models.PositiveIntegerField()),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("earned", "Earned"),
                                    ("released", "Released"),
                                    ("paid", "Paid"),
                                    ("void", "Taken back"),
                                ],
                                default="earned",
                                max_length=8,
                            ),
                        ),
                        ("earned_at", models.DateTimeField()),
                        ("released_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="crowd.provider"
                            ),
                        ),
                        (
                            "payout",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="payments.payout",
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="booking.assignment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("payout", None), ("state", "released")),
                                fields=["provider", "currency"],
                                name="claims_to_pay_out",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "gross",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("commission"), "+", models.F("amount")
                                        ),
                                    )
                                ),
                                name="claim_adds_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "paid"), _negated=True),
                                    ("payout__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_paid_claim_has_its_payout",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("purpose", "journey")),
                                fields=("assignment",),
                                name="one_claim_per_journey",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("purpose__in", ["journey", "sale"]), _negated=True),
                                fields=("call", "purpose"),
                                name="one_claim_per_purpose",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("purpose__in", ["journey", "sale"]), _negated=True),
                                    ("assignment__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_journey_was_somebodys",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "void"), _negated=True), ("payout", None), _connector="OR"
                                ),
                                name="a_void_claim_is_not_paid",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("event", models.CharField(max_length=30)),
                        ("source", models.UUIDField()),
                        ("posted_at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="crowd.provider",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "event"), name="posted_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("call__isnull", False), ("provider__isnull", False), _connector="OR"
                                ),
                                name="every_posting_is_traceable",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "account",
                            models.CharField(
                                choices=[
                                    ("psp:clearing", "Psp Clearing"),
                                    ("receivable:customer", "Receivable Customer"),
                                    ("receivable:partner", "Receivable Partner"),
                                    ("payable:provider", "Payable Provider"),
                                    ("vat:output", "Vat Output"),
                                    ("vat:input", "Vat Input"),
                                    ("revenue:commission", "Revenue Commission"),
                                    ("revenue:guarantee_fee", "Revenue Guarantee Fee"),
                                    ("revenue:service", "Revenue Service"),
                                    ("revenue:cancellation", "Revenue Cancellation"),
                                    ("revenue:upsell_commission", "Revenue Upsell Commission"),
                                    ("expense:subcontractor", "Expense Subcontractor"),
                                    ("expense:bonus", "Expense Bonus"),
                                    ("expense:upsell_share", "Expense Upsell Share"),
                                    ("expense:bank_fee", "Expense Bank Fee"),
                                    ("expense:bad_debt", "Expense Bad Debt"),
                                    ("expense:compensation", "Expense Compensation"),
                                    ("expense:guarantee", "Expense Guarantee"),
                                    ("dispute:suspense", "Dispute Suspense"),
                                    ("expense:dispute_loss", "Expense Dispute Loss"),
                                    ("expense:dispute_fee", "Expense Dispute Fee"),
                                ],
                                max_length=30,
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "posting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="payments.posting",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "currency"], name="entries_by_account")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount", 0), _negated=True), name="an_entry_moves_money"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "account__in",
                                        [
                                            "psp:clearing",
                                            "receivable:customer",
                                            "receivable:partner",
                                            "payable:provider",
                                            "vat:output",
                                            "vat:input",
                                            "revenue:commission",
                                            "revenue:guarantee_fee",
                                            "revenue:service",
                                            "revenue:cancellation",
                                            "revenue:upsell_commission",
                                            "expense:subcontractor",
                                            "expense:bonus",
                                            "expense:upsell_share",
                                            "expense:bank_fee",
                                            "expense:bad_debt",
                                            "expense:compensation",
                                            "expense:guarantee",
                                            "dispute:suspense",
                                            "expense:dispute_loss",
                                            "expense:dispute_fee",
                                        ],
                                    )
                                ),
                                name="account_in_the_chart",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Charge",
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
                                    ("visit", "Visit"),
                                    ("cancellation", "Cancellation"),
                                    ("journey", "Journey in vain"),
                                    ("sale", "Recommended product"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[("asked", "Asked"), ("captured", "Captured"), ("declined", "Declined")],
                                default="asked",
                                max_length=8,
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(default=1)),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        ("session", models.CharField(blank=True, max_length=120)),
                        ("decline_code", models.CharField(blank=True, max_length=40)),
                        ("fee", models.PositiveIntegerField(default=0)),
                        ("captured_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="charges",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "quote",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="booking.quote"
                            ),
                        ),
                        ("dun_at", models.DateTimeField(null=True)),
                        ("duns", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="charges_due"
                            ),
                            models.Index(
                                condition=models.Q(("dun_at__isnull", False)), fields=["dun_at"], name="debts_due"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "purpose"), name="charged_once_per_purpose"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "captured"), _negated=True),
                                    models.Q(("captured_at__isnull", False), ("due_at", None)),
                                    _connector="OR",
                                ),
                                name="a_captured_charge_rests",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("dun_at", None), ("state", "declined"), _connector="OR"),
                                name="who_paid_is_not_reminded",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("purpose", "sale"), _negated=True),
                                name="nobody_is_charged_for_a_sale",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("issuer", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("receipt", "Receipt"),
                                    ("commission", "Commission"),
                                    ("credit_note", "Credit note"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("number", models.PositiveIntegerField()),
                        ("supplier", models.JSONField()),
                        ("recipient", models.JSONField()),
                        ("lines", models.JSONField()),
                        ("taxes", models.JSONField()),
                        ("total", models.IntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("serviced_on", models.DateField()),
                        ("issued_at", models.DateTimeField()),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("issuer", "kind", "year", "number"), name="document_numbers_differ"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("total__gte", 0)),
                                fields=("issuer", "kind", "call"),
                                name="one_document_a_kind_per_call",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("raising", "Being raised"),
                                    ("held", "Held"),
                                    ("failed", "Failed"),
                                    ("taken", "Taken"),
                                    ("freed", "Freed"),
                                ],
                                default="planned",
                                max_length=8,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        ("lapses_at", models.DateTimeField(null=True)),
                        ("decline_code", models.CharField(blank=True, max_length=40)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "change",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hold",
                                to="booking.changerequest",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="holds_due"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["planned", "held"])),
                                fields=("call",),
                                name="one_open_hold_per_call",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "raising")), fields=("call",), name="one_raise_at_a_time"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "raising"), _negated=True),
                                    ("change__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_raise_is_for_a_change",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Means",
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
                                choices=[("asked", "Asked"), ("saved", "Saved"), ("declined", "Declined")],
                                default="asked",
                                max_length=8,
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(default=1)),
                        ("session", models.CharField(blank=True, max_length=120)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        ("label", models.CharField(blank=True, max_length=60)),
                        ("can_hold", models.BooleanField(default=True)),
                        ("asked_at", models.DateTimeField()),
                        ("saved_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="means",
                                to="booking.servicecall",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "saved"), _negated=True),
                                    models.Q(models.Q(("reference", ""), _negated=True), ("saved_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="saved_means_have_a_reference",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("source", models.UUIDField(unique=True)),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("refunded", "Refunded"),
                                    ("refused", "Refused"),
                                    ("settled", "Settled"),
                                    ("covered", "Taken back by the bank"),
                                ],
                                default="asked",
                                max_length=8,
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(default=1)),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("reference", models.CharField(blank=True, max_length=80)),
                        ("decline_code", models.CharField(blank=True, max_length=40)),
                        ("refunded_at", models.DateTimeField(null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "charge",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="payments.charge",
                            ),
                        ),
                        ("covered", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="refunds_due"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_refund_gives_back"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "refunded"), _negated=True),
                                    models.Q(("due_at", None), ("refunded_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_refund_rests",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("charge", None), ("state", "settled")),
                                    models.Q(models.Q(("state", "settled"), _negated=True), ("charge__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_refund_has_its_charge",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("covered__lt", models.F("amount")),
                                    models.Q(("covered", models.F("amount")), ("due_at", None), ("state", "covered")),
                                    _connector="OR",
                                ),
                                name="a_covered_refund_rests",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Retention",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("source", models.UUIDField(unique=True)),
                        ("amount", models.PositiveIntegerField()),
                        ("taken", models.PositiveIntegerField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("made_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("deducted", models.PositiveIntegerField(default=0)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retentions",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retentions",
                                to="payments.claim",
                            ),
                        ),
                        (
                            "payout",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retentions",
                                to="payments.payout",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retentions",
                                to="crowd.provider",
                            ),
                        ),
                        (
                            "returned_in",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="payments.payout",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("returned_in", None)),
                                fields=["provider", "currency"],
                                name="retentions_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("taken", None)),
                                    models.Q(("decided_at__isnull", False), ("taken__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_decision_says_what_it_takes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("deducted", 0), ("payout__isnull", False), _connector="OR"),
                                name="a_deduction_has_its_payout",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_in", None), ("deducted__gt", models.F("taken")), _connector="OR"
                                ),
                                name="only_too_much_is_returned",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispute",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("reference", models.CharField(max_length=80, unique=True)),
                        ("amount", models.PositiveIntegerField()),
                        ("fee", models.PositiveIntegerField(default=0)),
                        ("currency", models.CharField(max_length=3)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("said", models.CharField(max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unclear", "Unclear"),
                                    ("warned", "Early warning"),
                                    ("open", "Money taken back"),
                                    ("won", "Won"),
                                    ("lost", "Lost"),
                                    ("passed", "Over without a loss"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("answer_by", models.DateTimeField(null=True)),
                        ("alarm_at", models.DateTimeField(null=True)),
                        ("alarmed_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "reply",
                            models.CharField(
                                blank=True,
                                choices=[("handed_in", "Evidence handed in"), ("accepted", "Accepted")],
                                max_length=10,
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=2000)),
                        ("replied_at", models.DateTimeField(null=True)),
                        ("pack", models.JSONField(null=True)),
                        ("pack_seal", models.CharField(blank=True, max_length=64)),
                        ("attempt", models.PositiveSmallIntegerField(default=1)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("decline_code", models.CharField(blank=True, max_length=40)),
                        ("bearer", models.CharField(blank=True, max_length=8)),
                        ("grounds", models.CharField(blank=True, max_length=2000)),
                        ("covered", models.PositiveIntegerField(default=0)),
                        ("reversed", models.PositiveIntegerField(default=0)),
                        ("share", models.PositiveIntegerField(default=0)),
                        ("share_tax", models.PositiveIntegerField(default=0)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="payments.charge",
                            ),
                        ),
                        (
                            "replied_by",
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
                                condition=models.Q(("alarm_at__isnull", False)),
                                fields=["alarm_at"],
                                name="disputes_to_alarm",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="disputes_due"
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["unclear", "warned", "open"])),
                                fields=["call"],
                                name="disputes_of_open_calls",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="a_dispute_is_about_money"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("state__in", ("won", "lost", "passed"))),
                                    models.Q(
                                        models.Q(("state__in", ("won", "lost", "passed")), _negated=True),
                                        ("ended_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_dispute_that_is_over_has_its_end",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at", None), ("replied_at", None), ("reply", "")),
                                    models.Q(models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_reply_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("alarm_at", None), ("reply", ""), _connector="OR"),
                                name="who_replied_is_not_alarmed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("bearer", ""), models.Q(("grounds", ""), _negated=True), _connector="OR"
                                ),
                                name="who_bears_a_dispute_has_grounds",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("covered", 0), ("reversed", 0)),
                                    models.Q(
                                        (
                                            "amount__gte",
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("covered"), "+", models.F("reversed")
                                            ),
                                        ),
                                        ("state", "lost"),
                                    ),
                                    _connector="OR",
                                ),
                                name="only_a_lost_dispute_costs",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisputePhoto",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("shows", models.CharField(max_length=200)),
                        ("jpeg", models.BinaryField()),
                        (
                            "dispute",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="payments.dispute",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Sale",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("order_id", models.CharField(max_length=80)),
                        ("suggestion", models.UUIDField()),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ordered", "Ordered"),
                                    ("confirmed", "Confirmed"),
                                    ("stands", "Sold for good"),
                                    ("cancelled", "Cancelled"),
                                    ("returned", "Returned"),
                                ],
                                default="ordered",
                                max_length=9,
                            ),
                        ),
                        ("commission", models.PositiveIntegerField(default=0)),
                        ("share", models.PositiveIntegerField(default=0)),
                        ("told_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sales",
                                to="booking.assignment",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="sales", to="partners.brand"
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sales",
                                to="booking.servicecall",
                            ),
                        ),
                        (
                            "claim",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sale",
                                to="payments.claim",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="sales", to="partners.product"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="sales_due"
                            ),
                            models.Index(fields=["brand", "-told_at", "-id"], name="sales_of_a_brand"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("brand", "order_id"), name="a_shop_s_order_once_a_brand"),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["cancelled", "returned"]), _negated=True),
                                fields=("suggestion",),
                                name="a_recommendation_has_one_sale_that_counts",
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_sale_sells"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("commission__lte", models.F("amount")), ("share__lte", models.F("commission"))
                                ),
                                name="a_sale_shares_what_it_brings",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_at__isnull", False), ("state", "confirmed")),
                                    models.Q(models.Q(("state", "confirmed"), _negated=True), ("due_at", None)),
                                    _connector="OR",
                                ),
                                name="a_confirmed_sale_waits_for_its_end",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state__in", ["ordered", "confirmed"])),
                                    models.Q(
                                        ("ended_at__isnull", False), ("state__in", ["stands", "cancelled", "returned"])
                                    ),
                                    _connector="OR",
                                ),
                                name="a_sale_that_ended_ended",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["confirmed", "stands"]), _negated=True),
                                    ("confirmed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_sale_stands_by_the_brand_s_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confirmed_at__isnull", False),
                                    models.Q(("claim", None), ("commission", 0), ("share", 0)),
                                    _connector="OR",
                                ),
                                name="nothing_is_earned_before_the_brand_s_word",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

"""The tables: brands, their prices and rules, keys, branches, products."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids
import mila.partners.models.policies
import mila.tables


class Migration(migrations.Migration):
    replaces = [
        ("partners", "0001_initial"),
        ("partners", "0002_api_keys"),
        ("partners", "0003_ladder"),
        ("partners", "0004_weak_limit"),
        ("partners", "0005_branches"),
        ("partners", "0006_products"),
        ("partners", "0007_shops"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("countries", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        mila.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Brand",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("slug", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=80)),
                        ("host", models.CharField(max_length=120, null=True, unique=True)),
                        ("colour", models.CharField(max_length=7)),
                        ("ink", models.CharField(max_length=7)),
                        ("logo_svg", models.TextField(blank=True)),
                        ("language", models.CharField(max_length=2)),
                        ("is_own", models.BooleanField(default=False)),
                        ("is_open", models.BooleanField(default=True)),
                        ("weak_limit", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_own", True)), fields=("is_own",), name="one_own_brand"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("colour__regex", "^#[0-9a-f]{6}$"), ("ink__regex", "^#[0-9a-f]{6}$")
                                ),
                                name="brand_colours_are_hex",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CommissionRule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField()),
                        ("basis_points", models.PositiveIntegerField()),
                        ("holds", django.contrib.postgres.fields.ranges.DateRangeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="commission_rules",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("brand", "country", "version"), name="commission_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basis_points__lte", 10000)), name="commission_at_most_all"
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("brand", "="), ("country", "="), ("holds", "&&")],
                                name="one_commission_a_day",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ContractText",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField()),
                        ("title", models.JSONField()),
                        ("body", models.JSONField()),
                        ("holds_from", models.DateField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="partners.brand",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("brand", "version"), name="contract_version_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Price",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
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
                            "payer",
                            models.CharField(choices=[("customer", "Customer"), ("brand", "Brand")], max_length=10),
                        ),
                        (
                            "tiers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("friend", "Friend"), ("pro", "Pro")], max_length=10
                                ),
                                size=None,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("provider_pay", models.PositiveIntegerField(null=True)),
                        ("vat_code", models.CharField(max_length=20)),
                        ("holds", django.contrib.postgres.fields.ranges.DateRangeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="partners.brand"
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="catalog.package"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("brand", "="), ("package", "="), ("country", "="), ("holds", "&&")],
                                name="one_price_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("contract_model", "agency"), ("payer", "brand"), _negated=True),
                                name="price_agency_is_never_paid_by_brand",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contract_model", "agency"), ("provider_pay", None)),
                                    models.Q(
                                        models.Q(("contract_model", "agency"), _negated=True),
                                        ("provider_pay__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="price_fixed_pay_unless_agency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0), ("tiers__len__gt", 0)), name="price_is_a_price"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SupportContact",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("phone", models.CharField(max_length=20)),
                        ("email", models.EmailField(max_length=254)),
                        ("hours", models.JSONField()),
                        (
                            "brand",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="support",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="support",
                                to="countries.country",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("country", "brand"), name="one_support_contact", nulls_distinct=False
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("kind", models.CharField(choices=[("live", "Live"), ("test", "Test")], max_length=4)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("catalogue", "Catalogue"),
                                        ("calls:read", "Calls Read"),
                                        ("calls:write", "Calls Write"),
                                        ("sales:read", "Sales Read"),
                                        ("sales:write", "Sales Write"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("hint", models.CharField(max_length=20)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to="partners.brand",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="api_key_is_kept_hashed"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("scopes__len__gt", 0)), name="api_key_may_do_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="api_key_expires_later",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="FallbackPrice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
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
                            "payer",
                            models.CharField(choices=[("customer", "Customer"), ("brand", "Brand")], max_length=10),
                        ),
                        (
                            "tiers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("friend", "Friend"), ("pro", "Pro")], max_length=10
                                ),
                                size=None,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("provider_pay", models.PositiveIntegerField(null=True)),
                        ("vat_code", models.CharField(max_length=20)),
                        ("holds", django.contrib.postgres.fields.ranges.DateRangeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fallback_prices",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.package"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("brand", "="), ("package", "="), ("country", "="), ("holds", "&&")],
                                name="one_fallback_price_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("contract_model", "agency"), ("payer", "customer"), ("provider_pay", None)
                                    ),
                                    models.Q(
                                        models.Q(("contract_model", "agency"), _negated=True),
                                        ("provider_pay__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="fallback_fixed_pay_unless_agency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0), ("tiers__len__gt", 0)),
                                name="fallback_price_is_a_price",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SearchPolicy",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("holds_from", models.DateTimeField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("sequential", "One after another, exclusively"),
                                    ("wave", "Several at once: the first yes wins"),
                                    ("round", "Several at once: the best-ranked yes wins"),
                                    ("manual", "Nobody: the desk decides"),
                                ],
                                default="sequential",
                                max_length=10,
                            ),
                        ),
                        ("window_seconds", models.PositiveSmallIntegerField(default=120)),
                        ("unreached_seconds", models.PositiveSmallIntegerField(default=20)),
                        ("preferred_minutes", models.PositiveSmallIntegerField(default=15)),
                        ("wave_size", models.PositiveSmallIntegerField(default=3)),
                        ("round_minutes", models.PositiveSmallIntegerField(default=3)),
                        (
                            "ladder",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("own_area", "Own area"),
                                        ("second_area", "Second area"),
                                        ("other_tier", "Other tier"),
                                        ("bonus", "Bonus"),
                                        ("other_slots", "Other times"),
                                        ("desk", "The desk"),
                                    ],
                                    max_length=12,
                                ),
                                default=mila.partners.models.policies.whole_ladder,
                                size=None,
                            ),
                        ),
                        ("own_area_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("second_area_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("other_tier_minutes", models.PositiveSmallIntegerField(default=15)),
                        ("bonus_minutes", models.PositiveSmallIntegerField(default=15)),
                        ("other_slots_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("bonus_step", models.PositiveIntegerField(default=0)),
                        ("bonus_most", models.PositiveIntegerField(default=0)),
                        ("brand_pays_bonus", models.BooleanField(default=False)),
                        ("quiet_from", models.TimeField(default=datetime.time(22, 0), null=True)),
                        ("quiet_until", models.TimeField(default=datetime.time(7, 0), null=True)),
                        ("night_notice_minutes", models.PositiveSmallIntegerField(default=120)),
                        (
                            "brand",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="search_policies",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="search_policies",
                                to="countries.country",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("country", "brand", "holds_from"),
                                name="one_search_policy_at_a_time",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ladder__0", "own_area"), ("ladder__len__gt", 1)),
                                name="ladder_begins_in_the_own_area",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("bonus_most", 0), ("bonus_step", 0)),
                                    models.Q(("bonus_most__gte", models.F("bonus_step")), ("bonus_step__gt", 0)),
                                    _connector="OR",
                                ),
                                name="bonus_within_its_bounds",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_until", None)),
                                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                                    _connector="OR",
                                ),
                                name="policy_quiet_hours_have_two_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("preferred_minutes__gte", 2),
                                    ("round_minutes__range", (1, 60)),
                                    ("unreached_seconds__range", (5, 600)),
                                    ("wave_size__range", (2, 20)),
                                    ("window_seconds__gte", 30),
                                ),
                                name="search_times_are_times",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Branch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.SlugField(max_length=40)),
                        ("name", models.CharField(max_length=80)),
                        ("street", models.CharField(max_length=120)),
                        ("house_number", models.CharField(blank=True, max_length=12)),
                        ("postcode", models.CharField(max_length=10)),
                        ("town", models.CharField(max_length=80)),
                        ("region", models.CharField(blank=True, max_length=10)),
                        ("latitude", models.FloatField()),
                        ("longitude", models.FloatField()),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("directions", models.JSONField(default=dict)),
                        ("is_open", models.BooleanField(default=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="branches",
                                to="partners.brand",
                            ),
                        ),
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
                            models.UniqueConstraint(fields=("brand", "code"), name="branch_code_once_per_brand"),
                            models.CheckConstraint(
                                condition=models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                                name="branch_on_earth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BranchHours",
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
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="partners.branch"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "weekday", "starts"), name="branch_opens_once_at_a_time"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends__gt", models.F("starts")), ("weekday__lte", 6)),
                                name="branch_hours_are_hours",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BranchSeat",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="branch_seat",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="partners.branch"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.SlugField(max_length=40)),
                        ("name", models.JSONField()),
                        ("amount", models.PositiveIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "packages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(max_length=40), default=list, size=None
                            ),
                        ),
                        ("shop_url", models.URLField(max_length=300)),
                        ("is_open", models.BooleanField(default=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="products",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("brand", "country", "code"), name="product_code_once_a_country"
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_product_has_a_price"),
                            models.CheckConstraint(
                                condition=models.Q(("packages__len__lte", 20)), name="a_product_fits_few_packages"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Shop",
                    fields=[
                        (
                            "brand",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="shop",
                                serialize=False,
                                to="partners.brand",
                            ),
                        ),
                        ("adapter", models.CharField(max_length=20)),
                        ("secret", models.TextField()),
                        ("former", models.TextField(blank=True)),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("secret", ""), _negated=True), name="a_shop_has_a_secret"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SalesCommission",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("basis_points", models.PositiveIntegerField()),
                        ("helper_share", models.PositiveIntegerField()),
                        ("holds", django.contrib.postgres.fields.ranges.DateRangeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sales_commissions",
                                to="partners.brand",
                            ),
                        ),
                        (
                            "country",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="countries.country"
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sales_commissions",
                                to="partners.product",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("basis_points__lte", 10000), ("helper_share__lte", 10000)),
                                name="sales_commission_at_most_all",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("product", None)),
                                expressions=[("brand", "="), ("country", "="), ("holds", "&&")],
                                name="one_sales_commission_a_day",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("product__isnull", False)),
                                expressions=[("product", "="), ("holds", "&&")],
                                name="one_sales_commission_a_product_a_day",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]

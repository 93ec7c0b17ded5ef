"""Rows of brands, prices and contracts."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.catalog.models import Package
from mila.countries.models import Country
from mila.kernel.ids import new_id


class ContractModel(models.TextChoices):
    """Who is the customer's contract partner: the helper, the operator or the brand."""

    AGENCY = "agency", _("Agency")
    PRINCIPAL = "principal", _("Principal")
    PARTNER_PRINCIPAL = "partner_principal", _("Partner Principal")


class Payer(models.TextChoices):
    """Who pays: the customer, or the brand by monthly invoice (never under agency)."""

    CUSTOMER = "customer"
    BRAND = "brand"


class Tier(models.TextChoices):
    """The tiers of helpers that a price admits."""

    FRIEND = "friend"
    PRO = "pro"


class Brand(models.Model):
    """A brand in front of the customer; the operator's own site is one of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    host = models.CharField(max_length=120, null=True, unique=True)
    colour = models.CharField(max_length=7)
    ink = models.CharField(max_length=7)
    logo_svg = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    is_own = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_own"], condition=Q(is_own=True), name="one_own_brand"),
            models.CheckConstraint(
                condition=Q(colour__regex="^#[0-9a-f]{6}$") & Q(ink__regex="^#[0-9a-f]{6}$"),
                name="brand_colours_are_hex",
            ),
        ]


class CommissionRule(models.Model):
    """A version of the commission that a brand's agency calls carry, in basis points."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="commission_rules")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    basis_points = models.PositiveIntegerField()
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "country", "version"], name="commission_version_once"),
            models.CheckConstraint(condition=Q(basis_points__lte=10_000), name="commission_at_most_all"),
            ExclusionConstraint(
                name="one_commission_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Price(models.Model):
    """What a package costs at a brand in a country, under which contract model, paid by whom.

    `amount` is gross in minor units; `provider_pay` is the fixed pay net of tax under the principal models;
    `tiers` are the tiers of helpers that the brand admits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="prices")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="prices")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    contract_model = models.CharField(max_length=20, choices=ContractModel.choices)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    tiers = ArrayField(models.CharField(max_length=10, choices=Tier.choices))
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    provider_pay = models.PositiveIntegerField(null=True)
    vat_code = models.CharField(max_length=20)
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_price_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("package", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(contract_model="agency", payer="brand"), name="price_agency_is_never_paid_by_brand"
            ),
            models.CheckConstraint(
                condition=Q(contract_model="agency", provider_pay=None)
                | (~Q(contract_model="agency") & Q(provider_pay__isnull=False)),
                name="price_fixed_pay_unless_agency",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, tiers__len__gt=0), name="price_is_a_price"),
        ]


class FallbackPrice(models.Model):
    """What a package costs where its first tiers do not come forward: the customer is asked before it counts.

    Fields as of `Price`; `tiers` are the tiers that are admitted instead.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="fallback_prices")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    contract_model = models.CharField(max_length=20, choices=ContractModel.choices)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    tiers = ArrayField(models.CharField(max_length=10, choices=Tier.choices))
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    provider_pay = models.PositiveIntegerField(null=True)
    vat_code = models.CharField(max_length=20)
    holds = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_fallback_price_a_day",
                expressions=[
                    ("brand", RangeOperators.EQUAL),
                    ("package", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("holds", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(contract_model="agency", provider_pay=None, payer="customer")
                | (~Q(contract_model="agency") & Q(provider_pay__isnull=False)),
                name="fallback_fixed_pay_unless_agency",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, tiers__len__gt=0), name="fallback_price_is_a_price"),
        ]


class Mode(models.TextChoices):
    """How a search asks: one after another, several at once, or not at all."""

    SEQUENTIAL = "sequential", _("One after another, exclusively")
    WAVE = "wave", _("Several at once: the first yes wins")
    ROUND = "round", _("Several at once: the best-ranked yes wins")
    MANUAL = "manual", _("Nobody: the desk decides")


class Rung(models.TextChoices):
    """The rungs of the ladder that a search climbs while nobody accepts."""

    OWN_AREA = "own_area", _("Own area")
    SECOND_AREA = "second_area", _("Second area")
    OTHER_TIER = "other_tier", _("Other tier")
    BONUS = "bonus", _("Bonus")
    OTHER_SLOTS = "other_slots", _("Other times")
    DESK = "desk", _("The desk")


def whole_ladder() -> list[str]:
    """Return all rungs in the product's order."""
    return [str(rung) for rung in Rung]


class SearchPolicy(models.Model):
    """How helpers are sought for a brand's calls in a country, from a moment on; later versions are added.

    Without a brand it holds for all brands that have none of their own. An unsaved one is the house's default.
    `*_minutes` of a rung is how long it lasts at most. Bonus in minor units: by `bonus_step` at a time, up to
    `bonus_most`. Between `quiet_from` and `quiet_until`, in the country's time, nobody is rung, unless the visit
    begins less than `night_notice_minutes` after the quiet hours.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="search_policies")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="search_policies")
    holds_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.SEQUENTIAL)
    window_seconds = models.PositiveSmallIntegerField(default=120)  # guide: "exclusive to you for 2 minutes"
    unreached_seconds = models.PositiveSmallIntegerField(default=20)
    preferred_minutes = models.PositiveSmallIntegerField(default=15)
    wave_size = models.PositiveSmallIntegerField(default=3)
    round_minutes = models.PositiveSmallIntegerField(default=3)
    ladder = ArrayField(models.CharField(max_length=12, choices=Rung.choices), default=whole_ladder)
    own_area_minutes = models.PositiveSmallIntegerField(default=30)
    second_area_minutes = models.PositiveSmallIntegerField(default=30)
    other_tier_minutes = models.PositiveSmallIntegerField(default=15)
    bonus_minutes = models.PositiveSmallIntegerField(default=15)
    other_slots_minutes = models.PositiveSmallIntegerField(default=30)
    bonus_step = models.PositiveIntegerField(default=0)
    bonus_most = models.PositiveIntegerField(default=0)
    brand_pays_bonus = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, default=time(22))
    quiet_until = models.TimeField(null=True, default=time(7))
    night_notice_minutes = models.PositiveSmallIntegerField(default=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["country", "brand", "holds_from"], nulls_distinct=False, name="one_search_policy_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ladder__0="own_area", ladder__len__gt=1), name="ladder_begins_in_the_own_area"
            ),
            models.CheckConstraint(
                condition=Q(bonus_most=0, bonus_step=0) | Q(bonus_step__gt=0, bonus_most__gte=models.F("bonus_step")),
                name="bonus_within_its_bounds",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="policy_quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(
                    window_seconds__gte=30,
                    unreached_seconds__range=(5, 600),
                    preferred_minutes__gte=2,
                    wave_size__range=(2, 20),
                    round_minutes__range=(1, 60),
                ),
                name="search_times_are_times",
            ),
        ]

    def minutes_on(self, rung: str) -> int:
        """Return how long the rung lasts at most; the desk's has no end of its own."""
        return int(getattr(self, f"{rung}_minutes", 0))


class ContractText(models.Model):
    """A version of the subcontractor contract that a brand asks its providers to sign."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="contracts")
    version = models.PositiveSmallIntegerField()
    title = models.JSONField()
    body = models.JSONField()
    holds_from = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["brand", "version"], name="contract_version_once")]


class SupportContact(models.Model):
    """How to reach support in a country, and where a brand has its own, for that brand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="support")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="support")
    phone = models.CharField(max_length=20)
    email = models.EmailField()
    hours = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "brand"], nulls_distinct=False, name="one_support_contact")
        ]


class KeyKind(models.TextChoices):
    """What a key opens: live keys book for real, test keys only where the bank is the test bank."""

    LIVE = "live"
    TEST = "test"


class Scope(models.TextChoices):
    """What the holder of a key may do."""

    CATALOGUE = "catalogue"
    CALLS_READ = "calls:read"
    CALLS_WRITE = "calls:write"


class ApiKey(models.Model):
    """A key with which a brand's programs come in; the secret itself is not kept, only its SHA-256.

    `hint` is its beginning, by which people tell keys apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=KeyKind.choices)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="api_key_is_kept_hashed"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_may_do_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="api_key_expires_later"),
        ]

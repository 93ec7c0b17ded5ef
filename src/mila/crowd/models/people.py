"""Rows of providers and helpers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mila.accounts.models import Account
from mila.catalog.models import Skill
from mila.countries.models import Country
from mila.kernel.ids import new_id, new_key
from mila.kernel.place import Point, Transport
from mila.partners.models import ContractText, Tier


class LegalStatus(models.TextChoices):
    """What a provider is before the law, as declared."""

    PRIVATE = "private"
    SOLE_TRADER = "sole_trader"
    COMPANY = "company"


class TaxStatus(models.TextChoices):
    """How a provider stands towards value added tax, as declared."""

    NONE = "none"
    SMALL_BUSINESS = "small_business"
    REGISTERED = "registered"


class ProviderState(models.TextChoices):
    """Where a provider stands with the operator; a company's technicians work while it is active."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Provider(models.Model):
    """The business party behind helpers: a Friend, a Pro, or a company with technicians.

    `payout_account` is the reference of the account at the payment provider, where one is ready.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    state = models.CharField(max_length=10, choices=ProviderState.choices, default=ProviderState.ACTIVE)
    legal_status = models.CharField(max_length=12, choices=LegalStatus.choices)
    tax_status = models.CharField(max_length=16, choices=TaxStatus.choices)
    name = models.CharField(max_length=120)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=12)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    tax_number = models.CharField(max_length=40, blank=True)
    payout_account = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(legal_status="private") | Q(tier="friend"), name="private_people_are_friends"
            )
        ]


class Dispatcher(models.Model):
    """A person who accepts for a company and names its technicians."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="dispatchers")
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="dispatcher")


class HelperState(models.TextChoices):
    """Where a helper stands with the operator; only people at the desk change it."""

    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Vehicle(models.TextChoices):
    """What a helper can bring a thing in, the smallest first."""

    CARGO_BIKE = "cargo_bike"
    CAR = "car"
    ESTATE = "estate"
    VAN = "van"


class Helper(models.Model):
    """The person who comes: a Friend, a Pro, or a company's technician.

    Home and area: `latitude`, `longitude` in degrees, `radius_km`, and a second, larger area opted into.
    `quiet_from` to `quiet_until`, over midnight where it ends earlier: hours in which nobody is woken for next week.
    `available_until` with a position on a 1-km grid is set only while the helper is available now.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="helpers")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="helper")
    state = models.CharField(max_length=10, choices=HelperState.choices, default=HelperState.APPLIED)
    vetted_at = models.DateTimeField(null=True)
    vetted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    about = models.JSONField(default=dict)
    languages = ArrayField(models.CharField(max_length=2))
    transport = models.CharField(max_length=10, choices=[(kind, kind) for kind in Transport])
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_km = models.PositiveSmallIntegerField()
    second_radius_km = models.PositiveSmallIntegerField(null=True)
    daily_cap = models.PositiveSmallIntegerField(default=4)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    vehicles = ArrayField(models.CharField(max_length=12, choices=Vehicle.choices), default=list)
    zone = models.CharField(max_length=40)
    available_until = models.DateTimeField(null=True)
    available_latitude = models.FloatField(null=True)
    available_longitude = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(vetted_at__isnull=False, vetted_by__isnull=False),
                name="active_helpers_are_vetted",
            ),
            models.CheckConstraint(
                condition=Q(second_radius_km=None) | Q(second_radius_km__gt=F("radius_km")),
                name="second_area_is_larger",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(condition=Q(daily_cap__range=(1, 20)), name="daily_cap_1_to_20"),
            models.CheckConstraint(
                condition=Q(available_until__isnull=False) | Q(available_latitude=None, available_longitude=None),
                name="position_only_while_available",
            ),
        ]

    @property
    def home(self) -> Point:
        """The centre of the helper's area."""
        return Point(self.latitude, self.longitude)


class HeldSkill(models.Model):
    """A skill that a helper holds at a level, proven until a day where the proof ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "skill"], name="helper_holds_a_skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="held_level_1_to_5"),
        ]


class SignedContract(models.Model):
    """A provider's signature under a version of a brand's subcontractor contract."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="contracts")
    contract = models.ForeignKey(ContractText, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    evidence = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "contract"], name="a_contract_is_signed_once")
        ]


class WeeklyHours(models.Model):
    """Hours of a weekday (0 = Monday) in the helper's own time zone in which visits may lie."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6, ends__gt=F("starts")), name="hours_are_hours")
        ]


class ExceptionKind(models.TextChoices):
    """Whether an exception adds free time or takes it away."""

    FREE = "free"
    BUSY = "busy"


class CalendarSubscription(models.Model):
    """A calendar of the helper's own elsewhere, whose appointments count as busy; the jobs read it when it is due.

    `read_at` is when it was last read, `failing_since` since when it cannot be; `fault` says why, `tries` how often in
    a row. Busy times of an earlier reading stay for some days (`rules.KEPT_FOR`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="calendars")
    address = models.CharField(max_length=1000)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    due_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    fault = models.CharField(max_length=20, blank=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "address"], name="a_calendar_is_read_once"),
            models.CheckConstraint(
                condition=Q(failing_since=None, fault="") | (Q(failing_since__isnull=False) & ~Q(fault="")),
                name="a_failing_calendar_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="calendars_due")]


class CalendarFeed(models.Model):
    """The secret address under which a helper's own visits can be read as a calendar; gone where it was revoked."""

    helper = models.OneToOneField(Helper, on_delete=models.CASCADE, primary_key=True, related_name="feed")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    made_at = models.DateTimeField()


class ExceptionSource(models.TextChoices):
    """Where an exception comes from: typed for once, a vacation, or a subscribed calendar."""

    ONCE = "once"
    VACATION = "vacation"
    CALENDAR = "calendar"


class AvailabilityException(models.Model):
    """A stretch of time that differs from the weekly hours: a vacation, an extra Saturday, an appointment elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="exceptions")
    kind = models.CharField(max_length=4, choices=ExceptionKind.choices)
    source = models.CharField(max_length=8, choices=ExceptionSource.choices, default=ExceptionSource.ONCE)
    calendar = models.ForeignKey(CalendarSubscription, on_delete=models.CASCADE, null=True, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="exception_ends_after_start"),
            models.CheckConstraint(
                condition=Q(source="calendar", calendar__isnull=False, kind="busy")
                | (~Q(source="calendar") & Q(calendar=None)),
                name="a_calendar_only_binds",
            ),
            models.CheckConstraint(condition=~Q(source="vacation") | Q(kind="busy"), name="a_vacation_is_busy"),
        ]
        indexes: ClassVar = [models.Index(fields=["helper", "ends_at"], name="exceptions_of_a_helper")]


class BackgroundCheck(models.Model):
    """That an extract was seen, by whom, when and with what result; the extract itself is never stored.

    Source: GDPR Art. 10 and the practice in CH, DE and FR: see, note, do not keep.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=40)
    seen_on = models.DateField()
    seen_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    expires_on = models.DateField()

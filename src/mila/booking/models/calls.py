"""A service call with its people, its place, its wishes for a time, and its diary."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.kernel.ids import new_id, new_key, new_order_number
from mila.kernel.place import Point
from mila.partners.models import Brand

MISSED_STEPS = ["silent", "unsure", "not_on_the_way", "late"]  # a helper missed what the clock waited for


class Stage(models.TextChoices):
    """Where a service call stands on its way; the way itself is the table in `journey.lifecycle`."""

    DRAFTED = "drafted"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    WORKING = "working"
    DONE = "done"
    SIGNED_OFF = "signed_off"
    UNPAID = "unpaid"
    CHARGED = "charged"
    CLOSED = "closed"
    STRANDED = "stranded"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    UNSERVED = "unserved"


class TimeWish(models.TextChoices):
    """How the customer wishes for a time."""

    SLOT = "slot"
    PREFERRED = "preferred"
    ASAP = "asap"
    TO_AGREE = "to_agree"


class Party(models.Model):
    """A person of a call: booker, payer or site contact; an e-mail address or a phone number is enough."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(email="", phone=""), name="party_can_be_reached")]
        indexes: ClassVar = [
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="parties_by_name"),
            GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="parties_by_email"),
            GinIndex(OpClass("phone", "gin_trgm_ops"), name="parties_by_phone"),
        ]


class Address(models.Model):
    """Where the visit takes place; the position may be less exact than the address, `accuracy_m` says by how much."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=12, blank=True)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    region = models.CharField(max_length=10, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    floor = models.CharField(max_length=40, blank=True)
    has_lift = models.BooleanField(null=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="address_on_earth"
            )
        ]

    @property
    def point(self) -> Point:
        """The position as a point."""
        return Point(self.latitude, self.longitude)


class ServiceCall(models.Model):
    """A customer's wish for a visit, from the booking to the pay-out.

    `visit_starts_at` is the start of the arrival window of `window_minutes`; the work takes `minutes` after arrival;
    it is empty while the time is to be agreed or as soon as possible. With `only_preferred` nobody but the preferred
    helper is asked until the customer says otherwise. Only `journey.machine` writes `stage`, `since`,
    `due_at`, `due_step` and `clock_steps_taken`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_number = models.CharField(max_length=12, unique=True, default=new_order_number)
    status_key = models.CharField(max_length=40, unique=True, default=new_key)
    submission_key = models.CharField(max_length=80)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="calls")
    partner_order_id = models.CharField(max_length=80, null=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    booker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="booked_calls")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="paid_calls")
    site_contact = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="site_calls")
    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="call")
    language = models.CharField(max_length=2)
    notes = models.TextField(blank=True, max_length=2000)
    time_wish = models.CharField(max_length=10, choices=TimeWish.choices)
    visit_starts_at = models.DateTimeField(null=True)
    window_minutes = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField()
    expected_at = models.DateTimeField(null=True)
    preferred_helper = models.ForeignKey(Helper, on_delete=models.PROTECT, null=True, related_name="+")
    only_preferred = models.BooleanField(default=False)
    booked_at = models.DateTimeField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_step = models.CharField(max_length=40, blank=True)
    clock_steps_taken = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "submission_key"], name="a_submit_books_once"),
            models.UniqueConstraint(fields=["brand", "partner_order_id"], name="partner_order_once_per_brand"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="stage_known"),
            models.CheckConstraint(
                condition=~Q(time_wish="slot") | Q(visit_starts_at__isnull=False), name="a_slot_has_a_start"
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, due_step="") | (Q(due_at__isnull=False) & ~Q(due_step="")),
                name="a_deadline_names_its_step",
            ),
            models.CheckConstraint(
                condition=Q(only_preferred=False) | Q(preferred_helper__isnull=False), name="only_somebody_is_preferred"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="calls_due"),
            models.Index(fields=["stage", "since"], name="calls_by_stage"),
            models.Index(
                fields=["stage", "visit_starts_at"],
                condition=Q(stage__in=["requested", "accepted", "contacted", "confirmed", "paused", "on_the_way"]),
                name="calls_to_come",
            ),
            models.Index(
                fields=["stage", "visit_starts_at"],
                condition=Q(clock_steps_taken__overlap=MISSED_STEPS),
                name="calls_that_missed",
            ),
            models.Index(fields=["-since", "-id"], name="calls_last_to_move"),
            models.Index(Upper("partner_order_id"), name="calls_by_partners_order"),
            models.Index(fields=["brand", "-booked_at"], name="calls_of_a_brand"),
        ]

    @property
    def window_ends_at(self) -> datetime | None:
        """The end of the arrival window, None while the time is open."""
        return self.visit_starts_at + timedelta(minutes=self.window_minutes) if self.visit_starts_at else None


class WishedSlot(models.Model):
    """One of up to three preferred slots of a call; accepting picks one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.CASCADE, related_name="wished_slots")
    position = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    window_minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "position"], name="wish_positions_differ"),
            models.CheckConstraint(condition=Q(position__range=(1, 3)), name="up_to_three_wishes"),
        ]


class DiaryEntry(models.Model):
    """One thing that happened to a call, in order; the database refuses to change or delete it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="diary")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=10)
    actor = models.UUIDField(null=True)
    step = models.CharField(max_length=40)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "number"], name="diary_in_order"),
            models.CheckConstraint(condition=Q(number__gt=0) & ~Q(step=""), name="diary_names_steps"),
        ]

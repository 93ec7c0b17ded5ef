"""Looking for a helper, asking one after another, and the promise that somebody comes."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from mila.booking.models.calls import ServiceCall
from mila.crowd.models import Helper, Provider
from mila.kernel.ids import new_id, new_key
from mila.partners.models import SearchPolicy


class SearchPurpose(models.TextChoices):
    """Why a search runs."""

    FIRST = "first"
    REPLACEMENT = "replacement"


class SearchState(models.TextChoices):
    """Whether a search still runs, and how it ended."""

    RUNNING = "running"
    FOUND = "found"
    ENDED = "ended"


class Search(models.Model):
    """A search for a helper, beside the call; `rung` is its step on the ladder of its policy, from 1.

    `due_at` is when the clock takes the search up again; empty while an exclusive offer is out. `area` is 1 for the
    helpers' own areas, 2 for the second ones too; `collects_until` ends a matching round; `bonus` in minor units is
    what is offered on top; `tier_asked_at`, `tier_answered_at` and `slots_asked_at` are the questions to the customer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="searches")
    purpose = models.CharField(max_length=12, choices=SearchPurpose.choices)
    state = models.CharField(max_length=8, choices=SearchState.choices, default=SearchState.RUNNING)
    policy = models.ForeignKey(SearchPolicy, on_delete=models.PROTECT, null=True, related_name="+")
    rung = models.PositiveSmallIntegerField(default=1)
    rung_since = models.DateTimeField(null=True)
    area = models.PositiveSmallIntegerField(default=1)
    bonus = models.PositiveIntegerField(default=0)
    collects_until = models.DateTimeField(null=True)
    tier_asked_at = models.DateTimeField(null=True)
    tier_answered_at = models.DateTimeField(null=True)
    slots_asked_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    rounds = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    desk_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call"], condition=Q(state="running"), name="one_running_search"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | (~Q(state="running") & Q(ended_at__isnull=False, due_at=None)),
                name="an_ended_search_rests",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="searches_due")]


class OfferMode(models.TextChoices):
    """What a yes is worth: the offer is the helper's alone, or others are asked too."""

    EXCLUSIVE = "exclusive"
    FIRST_YES = "first_yes"
    BEST_YES = "best_yes"


class OfferState(models.TextChoices):
    """Where an offer stands; MADE and OPEN wait for an answer."""

    MADE = "made"
    OPEN = "open"
    UNREACHED = "unreached"
    EXPIRED = "expired"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    CLOSED = "closed"


WAITING = (OfferState.MADE, OfferState.OPEN)


class Offer(models.Model):
    """An invitation of one helper to one call.

    MADE waits for the device's acknowledgement until `due_at`; OPEN has `window_seconds` from then, until `due_at`. A
    yes after that is a standing yes (`standing_since`), and so is one in a matching round. `pay` is the helper's net
    pay in minor units, `bonus` the part of it that is paid on top. `link_key` opens the page on which it is answered
    without signing in, once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True, default=new_key)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="offers")
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="offers")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="offers")
    link_key = models.CharField(max_length=40, unique=True, null=True, default=new_key)
    link_used_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=10, choices=OfferMode.choices, default=OfferMode.EXCLUSIVE)
    window_seconds = models.PositiveIntegerField(default=120)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.MADE)
    made_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    rung_by_sms_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    standing_since = models.DateTimeField(null=True)
    chosen_start = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=40, blank=True)
    closed_because = models.CharField(max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField()
    pay = models.PositiveIntegerField()
    bonus = models.PositiveIntegerField(default=0)
    brand_pays_bonus = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    travel_minutes = models.PositiveSmallIntegerField()
    distance_km = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(state__in=["made", "open"], mode="exclusive"),
                name="one_exclusive_offer_per_call",
            ),
            ExclusionConstraint(
                name="exclusive_means_alone",
                expressions=[("call", RangeOperators.EQUAL), ("mode", RangeOperators.NOT_EQUAL)],
                condition=Q(state__in=["made", "open"]),
            ),
            models.UniqueConstraint(
                fields=["helper"], condition=Q(state__in=["made", "open"]), name="one_offer_at_a_time_per_helper"
            ),
            models.UniqueConstraint(fields=["search", "helper", "bonus"], name="asked_once_at_a_pay"),
            models.CheckConstraint(condition=Q(bonus__lte=models.F("pay")), name="bonus_is_part_of_the_pay"),
            models.CheckConstraint(
                condition=Q(state__in=["made", "open"], due_at__isnull=False)
                | (~Q(state__in=["made", "open"]) & Q(due_at=None)),
                name="waiting_offers_run_out",
            ),
            models.CheckConstraint(
                condition=Q(standing_since=None) | Q(state__in=["unreached", "expired"]),
                name="a_standing_yes_is_late",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="offers_due"),
            models.Index(fields=["helper", "-made_at"], name="offers_of_a_helper"),
        ]


class AssignmentState(models.TextChoices):
    """Whether a promise binds, was taken back, or was kept."""

    ACTIVE = "active"
    RELEASED = "released"
    KEPT = "kept"


class Assignment(models.Model):
    """The promise that a person comes to a call; `period` is the time it binds, empty while to be agreed.

    `promised_at` is the arrival that was promised for a call as soon as possible: its error is measured.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="assignments")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="assignments")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="assignments")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, null=True, related_name="assignment")
    state = models.CharField(max_length=8, choices=AssignmentState.choices, default=AssignmentState.ACTIVE)
    period = DateTimeRangeField(null=True)
    promised_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=40, blank=True)
    at_own_fault = models.BooleanField(default=False)
    goes_unsecured_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(state="active"), name="one_active_assignment_per_call"
            ),
            ExclusionConstraint(
                name="no_overlapping_jobs",
                expressions=[("helper", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state="active"),
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at=None) | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="an_ended_assignment_ended",
            ),
        ]


class Exclusion(models.Model):
    """One side does not wish to meet the other again; the customer is known by mail address or phone.

    `call` is the visit after which it was said, `reason` the helper's words for the community manager.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="exclusions")
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, null=True, related_name="exclusions")
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "call", "by"], name="one_exclusion_a_call_and_side"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="an_exclusion_names_somebody"),
        ]

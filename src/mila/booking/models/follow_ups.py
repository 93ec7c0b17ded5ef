"""A further visit that a helper has prepared for the client of a call: nothing is booked before the client confirms."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mila.booking.models.assignments import Assignment
from mila.booking.models.calls import ServiceCall
from mila.kernel.ids import new_id

MOST_PACKAGES = 3
MOST_STARTS = 3


class FollowUpState(models.TextChoices):
    """Where a prepared visit stands. ASKED waits for the client."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class FollowUp(models.Model):
    """A further visit prepared at the visit of `assignment`, for the same client at the same address.

    `packages` are codes of what the brand sells; the price is the platform's on the day of the yes, so that none is
    kept here. `starts` are starts of arrival windows at which the helper was free. While it waits for the client,
    `due_at` is when the clock goes on without an answer; `booked` is the call that it has become.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="follow_ups")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="follow_ups")
    packages = ArrayField(models.CharField(max_length=60))
    starts = ArrayField(models.DateTimeField())
    window_minutes = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=FollowUpState.choices, default=FollowUpState.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    booked = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, null=True, related_name="follows")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call"], condition=Q(state="asked"), name="one_open_follow_up"),
            models.CheckConstraint(
                condition=Q(state="asked", due_at__isnull=False, ended_at=None)
                | (~Q(state="asked") & Q(due_at=None, ended_at__isnull=False)),
                name="an_open_follow_up_runs_out",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", booked__isnull=False) | (~Q(state="confirmed") & Q(booked=None)),
                name="a_confirmed_follow_up_is_a_call",
            ),
            models.CheckConstraint(
                condition=Q(packages__len__gte=1, packages__len__lte=MOST_PACKAGES),
                name="a_follow_up_has_few_packages",
            ),
            models.CheckConstraint(
                condition=Q(starts__len__gte=1, starts__len__lte=MOST_STARTS), name="a_follow_up_has_few_times"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="follow_ups_due"),
            models.Index(fields=["call", "-asked_at"], name="follow_ups_of_a_call"),
        ]

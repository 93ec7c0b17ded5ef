"""Other times for a visit: asked for by the customer, or proposed by the helper while a time is to be agreed."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mila.booking.models.assignments import Assignment
from mila.booking.models.calls import ServiceCall
from mila.kernel.ids import new_id


class ProposalState(models.TextChoices):
    """Where a proposal stands. ASKED waits for the other side, REFUSED and SILENT for the customer's choice."""

    ASKED = "asked"
    REFUSED = "refused"
    SILENT = "silent"
    AGREED = "agreed"
    KEPT = "kept"
    SOUGHT = "sought"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


OPEN = (ProposalState.ASKED, ProposalState.REFUSED, ProposalState.SILENT)


class TimeProposal(models.Model):
    """Another time for a visit that a helper holds, beside the call: what was agreed before binds until it is agreed.

    `asked_by` is `customer` (one start) or `provider` (up to three, while no time is fixed); `starts` are starts of
    arrival windows. `cost` is what cancelling would have cost when the customer asked, in minor units: cancelling
    the moved visit costs no less. While it is open, `due_at` is when the clock goes on without an answer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="time_proposals")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="time_proposals")
    asked_by = models.CharField(max_length=10)
    starts = ArrayField(models.DateTimeField())
    window_minutes = models.PositiveSmallIntegerField()
    cost = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    agreed_start = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(state__in=["asked", "refused", "silent"]), name="one_open_time_proposal"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused", "silent"], due_at__isnull=False, ended_at=None)
                | (~Q(state__in=["asked", "refused", "silent"]) & Q(due_at=None, ended_at__isnull=False)),
                name="an_open_proposal_runs_out",
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", agreed_start__isnull=False) | (~Q(state="agreed") & Q(agreed_start=None)),
                name="what_is_agreed_is_a_time",
            ),
            models.CheckConstraint(
                condition=Q(asked_by="customer", starts__len=1)
                | Q(asked_by="provider", starts__len__gte=1, starts__len__lte=3),
                name="who_proposes_how_many",
            ),
            models.CheckConstraint(
                condition=Q(asked_by="customer") | ~Q(state__in=["refused", "silent", "kept", "sought"]),
                name="only_a_customer_is_left_to_choose",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="time_proposals_due")
        ]

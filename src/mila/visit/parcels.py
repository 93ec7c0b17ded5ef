"""Rows of what is brought along: the thing at a branch, and who was to fetch it with which code."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mila.accounts.models import Account
from mila.booking.models import Assignment, AssignmentState, ServiceCall
from mila.kernel.ids import new_id
from mila.partners.models import Branch
from mila.visit.rules import FAULT_WORDS, Fault, ParcelState

PICK_UP_TRIES = 5


class Delivery(models.Model):
    """What a call's helper picks up at a branch and brings along, as it was when it was booked.

    `items` are texts of the packages; `named` is what the order says it is. The order itself is the call's
    `partner_order_id`. `size_cm` are the sides of the largest piece, empty where they are not known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="delivery")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="deliveries")
    items = models.JSONField()
    named = models.CharField(max_length=120, blank=True)
    size_cm = ArrayField(models.PositiveSmallIntegerField(), default=list)
    grams = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["branch", "-id"], name="deliveries_of_a_branch")]

    @property
    def kilograms(self) -> str:
        """The weight in kilograms, with one decimal."""
        return f"{self.grams / 1000:.1f}"


class PickUp(models.Model):
    """One helper's errand to the branch, for as long as the helper holds the call (REL-27).

    `code` is shown to the helper alone, typed at the counter and good once; it is erased when it was used. Five
    wrong ones, or an ID card that shows somebody else, lock it until the desk unlocks it. Of the ID card only that
    its name was compared is kept, never what it says. Where the thing stands follows from the times: see `state`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="pick_ups")
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="pick_up")
    code = models.CharField(max_length=6, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    picked_up_at = models.DateTimeField(null=True)
    id_compared_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=12, blank=True, choices=[(fault, FAULT_WORDS[fault]) for fault in Fault])
    fault_words = models.CharField(max_length=500, blank=True)
    fault_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_sound = models.BooleanField(null=True)
    receipt_number = models.CharField(max_length=12, null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(tries__lte=PICK_UP_TRIES), name="a_pick_up_code_has_five_tries"),
            models.CheckConstraint(
                condition=Q(picked_up_at=None, id_compared_by=None)
                | Q(picked_up_at__isnull=False, id_compared_by__isnull=False, code=""),
                name="handed_out_by_somebody_who_compared_the_id",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | Q(picked_up_at__isnull=False), name="only_what_was_fetched_is_given"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, receipt_number=None, returned_sound=None)
                | Q(
                    returned_at__isnull=False,
                    receipt_number__isnull=False,
                    returned_sound__isnull=False,
                    picked_up_at__isnull=False,
                ),
                name="a_return_has_its_receipt",
            ),
            models.CheckConstraint(
                condition=Q(fault="", fault_at=None) | (~Q(fault="") & Q(fault_at__isnull=False)),
                name="a_fault_has_its_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["locked_at"], condition=Q(locked_at__isnull=False, picked_up_at=None), name="pick_ups_locked"
            ),
            models.Index(
                fields=["picked_up_at"],
                condition=Q(picked_up_at__isnull=False, handed_over_at=None, returned_at=None),
                name="parcels_on_the_road",
            ),
        ]

    @property
    def short_name(self) -> str:
        """The first name and the initial of the last one: what the counter compares with the ID card."""
        helper = self.assignment.helper
        return f"{helper.first_name} {helper.last_name[:1]}."

    @property
    def state(self) -> ParcelState:
        """Where the thing stands on this errand."""
        is_over = self.assignment.state == AssignmentState.RELEASED
        if self.returned_at:
            return ParcelState.RETURNED
        if self.picked_up_at is None:
            return self._at_branch(is_over=is_over)
        if self.fault:
            return ParcelState.TO_RETURN
        if self.handed_over_at:
            return ParcelState.HANDED_OVER
        return ParcelState.TO_RETURN if is_over else ParcelState.PICKED_UP

    def _at_branch(self, *, is_over: bool) -> ParcelState:
        if self.fault:
            return ParcelState.FAILED
        if is_over:
            return ParcelState.VOID
        return ParcelState.LOCKED if self.locked_at else ParcelState.WAITING

    @classmethod
    def to_return(cls) -> Q:
        """Return the condition of what has to go back to its branch."""
        gone = Q(assignment__state=AssignmentState.RELEASED, handed_over_at=None)
        return Q(picked_up_at__isnull=False, returned_at=None) & (gone | ~Q(fault=""))

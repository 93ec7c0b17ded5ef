"""Rows of ratings, recommendations and guarantee cases."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.kernel.ids import new_id

AXES = ("knows_product", "quality", "on_time", "friendly")


class Rating(models.Model):
    """A customer's rating of a visit: overall stars 1–5 and four optional axes 1–5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="rating")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField()
    axes = models.JSONField(default=dict)
    text = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="one_to_five_stars")]
        indexes: ClassVar = [models.Index(fields=["helper", "-at"], name="ratings_of_a_helper")]


class Recommendation(models.Model):
    """The question whether the customer would recommend the brand, 0–10, asked once per visit (product: Rate, NPS).

    `due_at` is when it is asked, empty once it was; `score` is empty until it is answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="recommendation")
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(0, 10)), name="zero_to_ten"),
            models.CheckConstraint(
                condition=Q(score=None, answered_at=None) | Q(score__isnull=False, answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, asked_at__isnull=False) | Q(due_at__isnull=False, asked_at=None),
                name="a_question_waits_or_was_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="questions_due"),
            models.Index(fields=["answered_at"], condition=Q(answered_at__isnull=False), name="questions_answered"),
        ]


class CaseState(models.TextChoices):
    """Whether a case is open or decided."""

    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")


class Outcome(models.TextChoices):
    """How a case ends."""

    REDO = "redo", _("Somebody else does it again")
    FULL = "full", _("All of the price goes back")
    PART = "part", _("A part of the price goes back")
    NONE = "none", _("Nothing is owed")


class Bearer(models.TextChoices):
    """Who carries the helper's share of what a case costs."""

    HELPER = "helper", _("The helper")
    OPERATOR = "operator", _("The house")


class GuaranteeCase(models.Model):
    """Something is not right with a visit: the customer's words, the helper's, and the desk's decision with its reason.

    `disputed` and `refunded` are parts of the price in minor units; `due_at` is when the clock notes the helper's
    silence; `decide_by` is the desk's own deadline; `redo` is the call that puts it right.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    words = models.CharField(max_length=2000)
    disputed = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    hear_by = models.DateTimeField()
    decide_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    bearer = models.CharField(max_length=8, choices=Bearer.choices, blank=True)
    refunded = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    redo = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, null=True, related_name="redo_of")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call"], condition=Q(state="open"), name="one_open_case_a_call"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", decided_at=None)
                | (Q(state="decided", decided_at__isnull=False, due_at=None) & ~Q(outcome="") & ~Q(reason="")),
                name="a_decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(refunded=0) | Q(outcome__in=["full", "part"]), name="only_refunds_give_money_back"
            ),
            models.CheckConstraint(condition=Q(redo=None) | Q(outcome="redo"), name="only_a_redo_has_its_call"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="cases_due"),
            models.Index(fields=["decide_by"], condition=Q(state="open"), name="cases_open"),
        ]


class CasePhoto(models.Model):
    """A photo in a case, of the customer or the helper: made smaller, without the camera's notes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(GuaranteeCase, on_delete=models.PROTECT, related_name="photos")
    by = models.CharField(max_length=10)
    jpeg = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

"""Rows of ratings and recommendations."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

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

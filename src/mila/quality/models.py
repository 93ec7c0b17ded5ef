"""Rows of ratings."""

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

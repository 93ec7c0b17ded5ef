"""The published weights and the log of why."""

from typing import ClassVar

from django.db import models

from mila.booking.models import Search
from mila.crowd.models import Helper
from mila.kernel.ids import new_id


class Weights(models.Model):
    """A version of the points: how much each factor counts; published, never changed after it held."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(unique=True)
    values = models.JSONField()
    holds_from = models.DateTimeField()


class Candidate(models.Model):
    """A helper looked at in a round of a search: filters with values, points, rank among the eligible."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="candidates")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="candidacies")
    round = models.PositiveIntegerField()
    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+")
    filters = models.JSONField()
    points = models.JSONField()
    total = models.IntegerField()
    rank = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "helper", "round"], name="looked_at_once_a_round")
        ]

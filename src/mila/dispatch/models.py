"""The published weights and the log of why."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mila.accounts.models import Account
from mila.booking.models import Search
from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.partners.models import Brand


class Weights(models.Model):
    """A version of the points: how much each factor counts; never changed once it was activated.

    It holds for a brand's calls in a country, or for all of them where one is left empty; the most specific wins. A
    draft has no `holds_from`; only the first version came without a drafter.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    values = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True)
    holds_from = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "country", "holds_from"],
                condition=Q(holds_from__isnull=False),
                nulls_distinct=False,
                name="one_version_begins_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(activated_by=None) | ~Q(activated_by=F("drafted_by")), name="weights_take_two_people"
            ),
            models.CheckConstraint(
                condition=Q(holds_from=None, activated_by=None, activated_at=None)
                | Q(holds_from__gt=F("activated_at"), activated_by__isnull=False, drafted_by__isnull=False)
                | Q(version=1),
                name="weights_begin_after_they_were_activated",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-holds_from"], name="weights_by_start")]


class Decision(models.Model):
    """A round of a search: everybody around the call, looked at once, in one compact row (decision 0015).

    `asked` is what the call needs, by requirement; `lines` holds each helper's values, points and rank, in the form
    that `record` writes and reads; `looked_at` and `eligible` count them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveIntegerField()
    at = models.DateTimeField()
    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+")
    looked_at = models.PositiveIntegerField()
    eligible = models.PositiveIntegerField()
    asked = models.JSONField()
    lines = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "round"], name="one_decision_a_round"),
            models.CheckConstraint(condition=Q(eligible__lte=F("looked_at")), name="eligible_were_looked_at"),
        ]
        indexes: ClassVar = [models.Index(fields=["-at"], name="decisions_by_time")]

"""The published weights and the log of why."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mila.accounts.models import Account
from mila.booking.models import Search, ServiceCall
from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.dispatch.fields import HoursOfTheWeek, TransactionNumber
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
    """A round of a search: everybody around the call, looked at once, in one compact row (decisions 0015 and 0038).

    `asked` is what the call needs, by requirement. `looked` names everybody, by number (before decision 0045 by id):
    the best, who stands behind them, the nearest of those who are not eligible, who is further away. All values of the
    best and the nearest are in `whole`, the points of all who are eligible in `points`, what those further away missed
    first in `missed`: arrays that `decided.writing` writes and `decided.log` reads. `looked_at` and `eligible` count
    them all. Rounds of before have `lines` instead, with `ranked`, `ranked_points`, `beyond` and `beyond_missed`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    round = models.PositiveIntegerField()
    at = models.DateTimeField()
    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="+", db_index=False)
    looked_at = models.PositiveIntegerField()
    eligible = models.PositiveIntegerField()
    asked = models.JSONField()
    looked = models.BinaryField(default=b"")
    points = models.BinaryField(default=b"")
    missed = models.BinaryField(default=b"")
    whole = models.BinaryField(default=b"")
    lines = models.JSONField(default=list)
    ranked = ArrayField(models.UUIDField(), default=list)
    ranked_points = ArrayField(ArrayField(models.IntegerField()), default=list)
    beyond = ArrayField(models.UUIDField(), default=list)
    beyond_missed = ArrayField(models.SmallIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "round"], name="one_decision_a_round"),
            models.CheckConstraint(condition=Q(eligible__lte=F("looked_at")), name="eligible_were_looked_at"),
        ]
        indexes: ClassVar = [models.Index(fields=["-at"], name="decisions_by_time")]


class HelperRow(models.Model):
    """What a decision needs to know of a helper, in one row that the database keeps true (decision 0025).

    Nobody writes it but the triggers of its migration, from the one function that says what the facts are
    (`dispatch_truth`). `proofs_end` is the first day on which a proof of a skill ends; `skills` and `qualifications`
    keep until when each holds; `hours` are seconds of the week on the wall clock of `zone`; `stars` the last ratings,
    the newest first, `rated_at` when, in microseconds since 1970.
    After `differs_until` no exception differs from the hours, after `booked_until` no visit is promised.
    """

    helper = models.OneToOneField(Helper, on_delete=models.CASCADE, primary_key=True, related_name="+")
    country = models.CharField(max_length=2)
    known = models.BooleanField()
    active = models.BooleanField()
    company = models.BooleanField()
    payable = models.BooleanField()
    tier = models.CharField(max_length=10)
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_km = models.PositiveSmallIntegerField()
    second_radius_km = models.PositiveSmallIntegerField(null=True)
    transport = models.CharField(max_length=10)
    zone = models.CharField(max_length=40)
    daily_cap = models.PositiveSmallIntegerField()
    available_until = models.DateTimeField(null=True)
    available_latitude = models.FloatField(null=True)
    available_longitude = models.FloatField(null=True)
    languages = ArrayField(models.TextField())
    vehicles = ArrayField(models.TextField())
    contracts = ArrayField(models.UUIDField())
    skills = models.JSONField()
    proofs_end = models.DateField(null=True)
    qualifications = models.JSONField()
    hours = HoursOfTheWeek()
    stars = ArrayField(models.SmallIntegerField())
    rated_at = ArrayField(models.BigIntegerField())
    promises = models.PositiveIntegerField()
    faults = models.PositiveIntegerField()
    differs_until = models.DateTimeField(null=True)
    booked_until = models.DateTimeField(null=True)


class HelperChange(models.Model):
    """Which transaction last wrote or took away a helper's row; the triggers of its migration keep it (decision 0038).

    It outlives the row, so that whoever keeps a copy learns that it is gone. The row of nobody (the id of zeros) says
    the same of what is offered: packages, contracts, qualifications, weights.
    """

    helper_id = models.UUIDField(primary_key=True)
    xid = TransactionNumber()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["xid"], name="changes_by_transaction")]


class HelperNumber(models.Model):
    """A helper's number in the log of why, which takes a quarter of an id's room; given once, kept for ever."""

    number = models.AutoField(primary_key=True)
    helper_id = models.UUIDField(unique=True)


class Road(models.Model):
    """How long a helper's way from home to a call takes by road, as measured; without a row it is reckoned.

    It counts while the helper's home is where the way began (`latitude`, `longitude`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.CASCADE, related_name="+")
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    minutes = models.PositiveSmallIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "helper"], name="a_way_is_measured_once_a_call")
        ]

"""A brand's branches: where something is picked up, when they are open, and who works at their counter."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mila.accounts.models import Account
from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.kernel.place import Point
from mila.partners.models.brands import Brand


class Branch(models.Model):
    """A shop of a brand at which helpers pick up what they bring to the customer.

    `region` is the canton, Land or department whose holidays it keeps; `directions` are texts for who comes to the
    counter: which door, where to stop.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="branches")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=12, blank=True)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    region = models.CharField(max_length=10, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=20, blank=True)
    directions = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "code"], name="branch_code_once_per_brand"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="branch_on_earth"
            ),
        ]

    @property
    def point(self) -> Point:
        """The position as a point."""
        return Point(self.latitude, self.longitude)


class BranchHours(models.Model):
    """Opening hours of a weekday (0 = Monday) in the country's time; closed on the holidays of the region."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "weekday", "starts"], name="branch_opens_once_at_a_time"),
            models.CheckConstraint(condition=Q(weekday__lte=6, ends__gt=F("starts")), name="branch_hours_are_hours"),
        ]


class BranchSeat(models.Model):
    """A place at the counter of one branch: its person sees what is handed over there, and nothing else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="branch_seat")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="seats")
    name = models.CharField(max_length=80)

"""The photo by which a client knows the helper at the door."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.accounts.models import Account
from mila.crowd.models.people import Helper
from mila.kernel.ids import new_id


class Face(models.Model):
    """A helper's own photo, given with consent; a new one takes the place of the one before, under another id.

    `taken_down_at` is when our team took it out of sight, with a reason that the helper reads.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.OneToOneField(Helper, on_delete=models.CASCADE, related_name="face")
    jpeg = models.BinaryField()
    consented_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True)
    taken_down_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    taken_down_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_by=None, taken_down_because="")
                | (Q(taken_down_at__isnull=False, taken_down_by__isnull=False) & ~Q(taken_down_because="")),
                name="a_photo_is_taken_down_for_a_reason",
            )
        ]

"""The photo by which a client knows the helper at the door."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.accounts.models import Account
from mila.crowd.models.people import Helper
from mila.kernel.ids import new_id


class Face(models.Model):
    """A helper's own photo, given with consent; a new one takes the place of the one before, under another id.

    `looked_at` is when somebody of our team looked at it and left it; `taken_down_at` is when they took it out of
    sight, with a reason that the helper reads.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.OneToOneField(Helper, on_delete=models.CASCADE, related_name="face")
    jpeg = models.BinaryField()
    consented_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    taken_down_at = models.DateTimeField(null=True)
    taken_down_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    taken_down_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_by=None, taken_down_because="")
                | (Q(taken_down_at__isnull=False, taken_down_by__isnull=False) & ~Q(taken_down_because="")),
                name="a_photo_is_taken_down_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(looked_at=None, looked_by=None) | Q(looked_at__isnull=False, looked_by__isnull=False),
                name="a_photo_is_looked_at_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["consented_at"], condition=Q(looked_at=None, taken_down_at=None), name="faces_to_look_at"
            )
        ]

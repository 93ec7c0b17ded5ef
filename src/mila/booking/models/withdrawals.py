"""The declaration by which a customer withdraws from the contract."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.booking.models.calls import ServiceCall
from mila.kernel.ids import new_id


class Withdrawal(models.Model):
    """That the customer withdrew from a call's contract: what was declared, when it arrived, where it is confirmed.

    `at` is the moment it arrived here; `words` is the declaration as it was shown; `owed` is what is due for the part
    of the work that was done by then, in minor units. Written once, never changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2)
    words = models.TextField(max_length=1000)
    owed = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(email="", phone=""), name="a_withdrawal_can_be_confirmed")
        ]

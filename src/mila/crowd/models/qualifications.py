"""What a brand asks its helpers to have proven, and who has."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mila.accounts.models import Account
from mila.catalog.models import Package
from mila.crowd.models.people import Helper
from mila.kernel.ids import new_id
from mila.partners.models import Brand


class Qualification(models.Model):
    """A test or certificate that a brand asks for: for one of its packages, or for all of them where none is named.

    It is asked for calls booked from `asked_from` on, until the day before `asked_until` where that is set.
    """

    code = models.SlugField(primary_key=True, max_length=40)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="qualifications")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.JSONField()
    asked_from = models.DateField()
    asked_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(asked_until=None) | Q(asked_until__gt=F("asked_from")), name="qualification_is_asked"
            )
        ]


class HeldQualification(models.Model):
    """That a helper has proven a qualification: when, until when, and who saw it where a person did.

    What was withdrawn does not count any more; it stays, with who withdrew it and why.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.CASCADE, related_name="qualifications")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="held_by")
    proven_on = models.DateField()
    valid_until = models.DateField(null=True)
    seen_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["helper", "qualification", "proven_on"],
                condition=Q(withdrawn_at=None),
                name="a_qualification_is_proven_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("proven_on")), name="a_proof_holds_a_day"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="a_withdrawal_says_who_and_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["valid_until"],
                condition=Q(valid_until__isnull=False, withdrawn_at=None),
                name="proofs_by_their_end",
            )
        ]

"""What was answered under an Idempotency-Key, so that a repeated request gets the same answer; the use of keys."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.kernel.ids import new_id
from mila.partners.models import ApiKey


class KeyUse(models.Model):
    """How often a key was used in the minute that began then: one row a key, counted by the database."""

    api_key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="+")
    began_at = models.DateTimeField()
    used = models.PositiveIntegerField()


class StoredAnswer(models.Model):
    """A request under an Idempotency-Key; `status` is empty while it is being answered.

    `fingerprint` is the SHA-256 of the request; `begun_at` is when the (last) try to answer it began.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["api_key", "idempotency_key"], name="one_answer_per_idempotency_key"),
            models.CheckConstraint(condition=Q(status=None) | ~Q(body=""), name="an_answer_has_a_body"),
        ]
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="answers_by_age")]

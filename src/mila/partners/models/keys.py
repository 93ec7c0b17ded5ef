"""Keys of programs."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mila.kernel.ids import new_id
from mila.partners.models.brands import Brand


class KeyKind(models.TextChoices):
    """What a key opens: live keys book for real, test keys only where the bank is the test bank."""

    LIVE = "live"
    TEST = "test"


class Scope(models.TextChoices):
    """What the holder of a key may do."""

    CATALOGUE = "catalogue"
    CALLS_READ = "calls:read"
    CALLS_WRITE = "calls:write"
    SALES_READ = "sales:read"
    SALES_WRITE = "sales:write"


class ApiKey(models.Model):
    """A key with which a brand's programs come in; the secret itself is not kept, only its SHA-256.

    `hint` is its beginning, by which people tell keys apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=KeyKind.choices)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="api_key_is_kept_hashed"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_may_do_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="api_key_expires_later"),
        ]

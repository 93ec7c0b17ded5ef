"""Rows of people who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from mila.kernel.ids import new_id


class Accounts(BaseUserManager["Account"]):
    """The manager that the framework asks for accounts by their e-mail address."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of the e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A person who can sign in, known by an e-mail address; the password is optional."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return str(self.id)


class SignInLink(models.Model):
    """A link sent by mail that signs its account in once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    key_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("asked_at")), name="link_lasts_a_while")
        ]


class DeskRole(models.TextChoices):
    """What a person at the desk is there for."""

    AGENT = "agent"
    COMMUNITY = "community"
    ADMIN = "admin"


class DeskSeat(models.Model):
    """A place at the operator's desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="desk_seat")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=DeskRole.choices)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=DeskRole.values), name="desk_role_known")
        ]

"""Rows of people who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from mila.kernel.ids import new_id


class Accounts(BaseUserManager["Account"]):
    """The manager that the framework asks for accounts by their e-mail address."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of the e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A person who can sign in, known by an e-mail address; the password is optional.

    `two_factors` asks for two factors, always, of somebody without a seat at the desk: staff of a brand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    two_factors = models.BooleanField(default=False)
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


class Passkey(models.Model):
    """A key on somebody's device or in their password manager; only its public half is here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(sign_count__gte=0), name="passkey_counts_up_from_zero")
        ]


class Authenticator(models.Model):
    """An app that shows a new code every 30 seconds; its secret is kept sealed."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="authenticator")
    sealed = models.TextField()
    made_at = models.DateTimeField()
    last_step = models.BigIntegerField()  # the half minute of the last code: no code works twice


class RecoveryCode(models.Model):
    """A code on paper that stands in for a second factor once; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("account", "code_hash", name="one_row_per_recovery_code")]


class Brake(models.Model):
    """How often somebody guessed wrong, by account, network or device, and until when the next try has to wait."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64)
    failures = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    opens_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("scope", "key_hash", name="one_brake_per_key")]


class Session(AbstractBaseSession):
    """A browser that came in: a visitor's, or one of an account's, which the account sees and can end."""

    number = models.UUIDField(default=new_id, unique=True, editable=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    device = models.CharField(max_length=60)
    network = models.CharField(max_length=40)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = "session"
        verbose_name_plural = "sessions"


class SecurityEventKind(models.TextChoices):
    """What happened to somebody's ways in."""

    SIGNED_IN_ELSEWHERE = "signed_in_elsewhere"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    RESET_BY_DESK = "reset_by_desk"
    SEAT_GIVEN = "seat_given"
    SEAT_TAKEN = "seat_taken"


class SecurityEvent(models.Model):
    """Something that happened to an account's ways in; or to their seat; `reason` is why the operator did it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="security_events")
    kind = models.CharField(max_length=24, choices=SecurityEventKind.choices)
    at = models.DateTimeField()
    device = models.CharField(max_length=60)
    by_operator = models.BooleanField(default=False)
    reason = models.CharField(max_length=400)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=SecurityEventKind.values), name="security_event_known")
        ]

"""Answers about accounts and their ways in."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from mila.accounts.models import Account, Authenticator, Brake, DeskSeat, Session
from mila.accounts.rules import Holds


def account_of(email: str) -> Account | None:
    """Return the active account of the address, whatever its case."""
    return Account.objects.filter(email__iexact=email, is_active=True).first()


def needs_two_factors(account: Account) -> bool:
    """Tell whether the account's roles ask for two factors, always: seats at the desk and at counters do."""
    return account.two_factors or DeskSeat.objects.filter(account=account).exists()


def holds(account: Account) -> Holds:
    """Return which second factors the account has."""
    has_app = Authenticator.objects.filter(account=account).exists()
    return Holds(passkey=account.passkeys.exists(), app=has_app)


def recovery_codes_left(account: Account) -> int:
    """Return how many recovery codes of the account were not used yet."""
    return account.recovery_codes.filter(used_at=None).count()


def sessions_of(account: Account, at: datetime) -> QuerySet[Session]:
    """Return the sessions of the account that are not over, the last used first."""
    return account.sessions.filter(expire_date__gt=at).order_by("-last_seen_at", "-signed_in_at")


def opens_at(keys: dict[str, str], at: datetime) -> datetime | None:
    """Return from when a guess is heard again, or None where it is heard now; `keys` are values by scope."""
    hashes = [key_hash(scope, value) for scope, value in keys.items()]
    shut = Brake.objects.filter(key_hash__in=hashes, opens_at__gt=at).order_by("-opens_at").first()
    return shut.opens_at if shut else None


def key_hash(scope: str, value: str) -> str:
    """Return the name of a brake, from which neither an address nor a network can be read."""
    return salted_hmac(f"mila.brake.{scope}", value.lower(), algorithm="sha256").hexdigest()

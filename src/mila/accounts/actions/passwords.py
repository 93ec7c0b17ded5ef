"""Passwords: for those who need two factors, never alone."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from mila.accounts.models import Account
from mila.accounts.queries import account_of, needs_two_factors
from mila.kernel.refusal import Refusal

LONGEST = 200


class PasswordUnfit(Refusal):
    """The new password is too short, too common or too near to the address."""

    code = "password_unfit"
    status = 422
    field = "password"


def use_password(*, email: str, password: str) -> Account | None:
    """Return the account that the address and the password belong to, or None; the answer takes the same time.

    An account whose roles do not ask for two factors has no password, whatever its row says.
    """
    account = account_of(email)
    if account is None or not account.has_usable_password() or not needs_two_factors(account):
        make_password(password[:LONGEST])
        return None
    return account if account.check_password(password[:LONGEST]) else None


def set_password(*, account: Account, password: str, at: datetime) -> None:
    """Give the account a new password, which ends its other sessions. Refuses weak ones (ASVS 5.0, 6.2)."""
    try:
        validate_password(password, account)
    except ValidationError as fault:
        raise PasswordUnfit(" ".join(fault.messages)) from fault
    account.set_password(password)
    account.save(update_fields=["password"])

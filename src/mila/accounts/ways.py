"""The ways in which a session can have begun; the framework keeps the way with the session and asks it for the account.

How strong a session is hangs on its way, so no page can forget to ask: `door.py` lets nobody to the desk by a link.
"""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet

from mila.accounts.models import Account
from mila.worded import worded


class Way(BaseBackend):
    """A way in; the account behind the session is there as long as it is active."""

    def get_user(self, user_id: UUID | str) -> Account | None:
        """Return the account of a session, or None where it is active no more."""
        try:
            known = UUID(str(user_id))
        except ValueError:
            return None
        return next(iter(_active_accounts(known)), None)


class TwoFactors(Way):
    """By passkey, or by password and code."""


class Link(Way):
    """By a link sent by mail."""


class Press(Way):
    """By one press in a demonstration; nobody comes in this way anywhere else."""

    def get_user(self, user_id: UUID | str) -> Account | None:
        """Return the account in a demonstration, and nobody elsewhere."""
        return super().get_user(user_id) if settings.DEMONSTRATION else None


@worded
def _active_accounts(account: UUID) -> QuerySet[Account]:
    return Account.objects.filter(pk=account, is_active=True)


def path_of(way: type[Way]) -> str:
    """Return the name under which the framework knows the way."""
    return f"{way.__module__}.{way.__qualname__}"


TWO_FACTORS, LINK, PRESS = path_of(TwoFactors), path_of(Link), path_of(Press)
STRONG = frozenset({TWO_FACTORS, PRESS})

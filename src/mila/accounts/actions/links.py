"""Signing in by a link that works once."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account, SignInLink
from mila.kernel.ids import new_key
from mila.kernel.refusal import Refusal

LINK_LASTS = timedelta(minutes=15)
LINKS_AT_ONCE = 5  # asked for within LINK_LASTS; a sixth is not sent


class LinkUnknown(Refusal):
    """The link was used, is over, or never was."""

    code = "link_unknown"
    status = 410
    sentence = _("This link has been used or is over. Ask for a new one.")


def make_link(*, email: str, at: datetime) -> str | None:
    """Return the secret key of a new sign-in link for the address, or None.

    None where no active account has the address, or too many links were asked for: a door answers
    the same in all cases, so that nobody learns who has an account.
    """
    account = Account.objects.filter(email__iexact=email, is_active=True).first()
    if account is None or _asked_too_often(account, at):
        return None
    key = new_key()
    SignInLink.objects.create(account=account, key_hash=_hashed(key), asked_at=at, expires_at=at + LINK_LASTS)
    return key


@transaction.atomic
def use_link(*, key: str, at: datetime) -> Account:
    """Return the account that the link signs in, and spend the link. Refuses a link that is over or spent."""
    links = SignInLink.objects.select_for_update(of=("self",), no_key=True).select_related("account")
    link = links.filter(key_hash=_hashed(key), used_at=None, expires_at__gt=at).first()
    if link is None or not link.account.is_active:
        raise LinkUnknown
    link.used_at = at
    link.save(update_fields=["used_at"])
    return link.account


def _asked_too_often(account: Account, at: datetime) -> bool:
    return account.links.filter(asked_at__gt=at - LINK_LASTS).count() >= LINKS_AT_ONCE


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

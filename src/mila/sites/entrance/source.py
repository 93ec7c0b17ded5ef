"""Whence a request comes: device and network in coarse words, and whether the browser is known to the account."""

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from mila.accounts.models import Account
from mila.accounts.rules import device_of
from mila.kernel.ids import new_key
from mila.sites.network import network

COOKIE, SALT, ACCOUNTS_AT_MOST = "mila_known", "mila.known", 5
LASTS_SECONDS = 60 * 60 * 24 * 365


def device(request: HttpRequest) -> str:
    """Return browser and system in two words."""
    return device_of(request.headers.get("User-Agent", ""))


def guess_keys(request: HttpRequest, account: Account | None, typed: str) -> dict[str, str]:
    """Return under which keys a guess counts: on a device that the account knows only the device's own.

    So whoever guesses elsewhere does not slow the owner down.
    """
    name, known = _cookie(request)
    if account is not None and str(account.pk) in known:
        return {"device": f"{name}:{account.pk}"}
    return {"account": typed, "network": network(request)}


def is_known(request: HttpRequest, account: Account) -> bool:
    """Tell whether the account has come in with this browser before."""
    return str(account.pk) in _cookie(request)[1]


def remember(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Let the browser show next time that the account came in with it."""
    name, known = _cookie(request)
    accounts = [str(account.pk), *(one for one in known if one != str(account.pk))][:ACCOUNTS_AT_MOST]
    value = signing.dumps({"name": name or new_key(), "accounts": accounts}, salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=LASTS_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        found: Mapping[str, object] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return "", []
    accounts = found.get("accounts")
    return str(found.get("name", "")), [str(one) for one in accounts] if isinstance(accounts, list) else []

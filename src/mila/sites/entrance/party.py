"""For whom passkeys are at the address in front, and the challenge that a browser has to answer."""

import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from mila.accounts.actions import RelyingParty
from mila.accounts.rules import network_of
from mila.sites.now import unpushed

LASTS = timedelta(minutes=5)
KEY = "challenge"


def party_of(request: HttpRequest) -> RelyingParty | None:
    """Return for whom a passkey is here, or None where there can be none: on a brand's host, or on a bare number.

    A browser gives a passkey to the one domain it was made for. All brands share one crowd, which signs in at the
    operator's address.
    """
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    origin = f"{request.scheme}://{request.get_host()}"
    domain: str = settings.MILA_PASSKEY_DOMAIN
    if domain and not network_of(domain) and (host == domain or host.endswith(f".{domain}")):
        return RelyingParty(domain, origin)
    if settings.MODE != "production" and host == "localhost":
        return RelyingParty("localhost", origin)
    return None


def elsewhere(request: HttpRequest) -> str:
    """Return the address at which passkeys can be used, where they cannot here."""
    public = urlsplit(settings.PUBLIC_URL)
    if settings.MODE != "production" and network_of(public.hostname or ""):
        return f"http://localhost:{public.port or 80}{request.path}"
    return f"{settings.PUBLIC_URL}{request.path_info}"


def new_challenge(request: HttpRequest) -> bytes:
    """Return a challenge for this browser's session; it is over after five minutes."""
    challenge = secrets.token_bytes(32)
    request.session[KEY] = [b64encode(challenge).decode(), unpushed().isoformat()]
    return challenge


def spend_challenge(request: HttpRequest) -> bytes:
    """Return the challenge of this browser's session, which works once; empty where there is none."""
    kept = request.session.pop(KEY, None)
    if kept is None or unpushed() - datetime.fromisoformat(kept[1]) > LASTS:
        return b""
    return b64decode(kept[0])

"""Whence a request comes, coarsely enough to be nobody's."""

from django.conf import settings
from django.http import HttpRequest

from mila.accounts.rules import network_of


def network(request: HttpRequest) -> str:
    """Return the network of the browser; of what proxies say only our own ones are believed."""
    said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.MILA_PROXIES and len(said) >= settings.MILA_PROXIES and said[0]:
        return network_of(said[-settings.MILA_PROXIES])
    return network_of(request.META.get("REMOTE_ADDR", ""))

"""Who comes in: keys of brands, with what they may do."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from mila.kernel.occasion import Occasion, Who
from mila.partners import queries as partners
from mila.partners.models import ApiKey, Brand, KeyKind, Scope
from mila.sites.api import limits
from mila.sites.api.problems import KeyExpired, KeyMissing, KeyRevoked, ScopeMissing, TestKeyOnly
from mila.sites.now import now


class KeyRequest(HttpRequest):
    """A request with a valid key."""

    auth: ApiKey


class BrandKey(HttpBearer):
    """Lets keys in that have the scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """Return the key of the secret. Refuses unknown, revoked and expired ones, those without the scope,
        and keys that have asked too often in this minute.
        """
        key = partners.key_of_secret(token)
        if key is None:
            raise KeyMissing
        if key.revoked_at is not None:
            raise KeyRevoked
        if key.expires_at <= now():
            raise KeyExpired
        if self.scope not in key.scopes:
            raise ScopeMissing
        if self.scope != Scope.CATALOGUE and key.kind == KeyKind.TEST and settings.MILA_BANK != "test":
            raise TestKeyOnly
        limits.count(request, key, now())
        return key


CATALOGUE = BrandKey(Scope.CATALOGUE)
READ = BrandKey(Scope.CALLS_READ)
WRITE = BrandKey(Scope.CALLS_WRITE)
READ_SALES = BrandKey(Scope.SALES_READ)
WRITE_SALES = BrandKey(Scope.SALES_WRITE)


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key that the request came in with."""
    return cast("KeyRequest", request).auth


def brand_of(request: HttpRequest) -> Brand:
    """Return the brand whose key the request came in with."""
    return key_of(request).brand


def by_brand(request: HttpRequest) -> Occasion:
    """Return the occasion of the brand's program acting now for the brand."""
    return Occasion(by=Who.BRAND, at=now(), actor=key_of(request).id)


def for_customer(request: HttpRequest) -> Occasion:
    """Return the occasion of the brand's program handing on what the customer wants now."""
    return Occasion(by=Who.CUSTOMER, at=now(), actor=key_of(request).id)

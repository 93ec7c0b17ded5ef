"""Making and revoking the keys of a brand's programs; writing how helpers are sought; seats at counters."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.accounts.actions import end_sessions, record_by
from mila.accounts.models import Account, SecurityEvent, SecurityEventKind
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import ApiKey, Branch, BranchSeat, Brand, KeyKind, Scope, SearchPolicy
from mila.partners.rules import HINT_LENGTH, digest_of, new_secret

LONGEST_LIFE = timedelta(days=366)


class KeyLivesTooLong(Refusal):
    """A key is to be renewed once a year."""

    code = "key_lives_too_long"
    status = 422
    sentence = _("A key lives for a year at most.")


def make_key(  # noqa: PLR0913 - everything there is to say of a key
    *,
    brand: Brand,
    name: str,
    kind: KeyKind,
    scopes: Collection[Scope],
    life: timedelta,
    now: Occasion,
    secret: str = "",
) -> tuple[ApiKey, str]:
    """Write a key and return it with its secret, which nobody can read again. Refuses a life of more than a year."""
    if not timedelta() < life <= LONGEST_LIFE:
        raise KeyLivesTooLong
    secret = secret or new_secret(kind)
    key = ApiKey.objects.create(
        brand=brand,
        name=name,
        kind=kind,
        scopes=sorted(scopes),
        digest=digest_of(secret),
        hint=secret[:HINT_LENGTH],
        made_at=now.at,
        expires_at=now.at + life,
    )
    return key, secret


def revoke_key(*, key_id: UUID, now: Occasion) -> bool:
    """Revoke a key at once and tell whether it was in force; revoking again changes nothing."""
    return ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now.at) == 1


def set_search_policy(*, country: str, brand: Brand | None, values: Mapping[str, Any], now: Occasion) -> SearchPolicy:
    """Add a version of how helpers are sought, which holds for searches opened from now on; earlier ones are kept.

    `values` are fields of `SearchPolicy`; who made it is the actor of the occasion.
    """
    return SearchPolicy.objects.create(
        country_id=country, brand=brand, holds_from=now.at, made_at=now.at, made_by_id=now.actor, **values
    )


@transaction.atomic
def give_seat(*, branch: Branch, email: str, name: str, now: Occasion) -> SecurityEvent:
    """Give the person of the address a place at the branch's counter; from then on they come in by two factors."""
    account = Account.objects.filter(email__iexact=email).first()
    account = account or Account.objects.create(email=email, created_at=now.at)
    account.two_factors = True
    account.save(update_fields=["two_factors"])
    BranchSeat.objects.update_or_create(account=account, defaults={"branch": branch, "name": name[:80]})
    end_sessions(account=account)
    return record_by(account=account, kind=SecurityEventKind.SEAT_GIVEN, reason=branch.name, at=now.at)


@transaction.atomic
def take_seat(*, seat: BranchSeat, reason: str, now: Occasion) -> SecurityEvent:
    """Take the place at the counter away, and end its person's sessions at once."""
    account = seat.account
    seat.delete()
    end_sessions(account=account)
    return record_by(account=account, kind=SecurityEventKind.SEAT_TAKEN, reason=reason, at=now.at)

"""Slowing guessers down, by account, network and device, without ever locking the owner out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Brake
from mila.accounts.queries import key_hash, opens_at
from mila.accounts.rules import FORGOTTEN_AFTER, FREE_TRIES, wait_after
from mila.kernel.refusal import Refusal


class TooOften(Refusal):
    """Too many wrong guesses: the next one has to wait, while a passkey or a link always works."""

    code = "too_often"
    status = 429
    sentence = _(
        "That was wrong too often. Wait a quarter of an hour, or use a passkey or a link by e-mail: they always work."
    )


def must_not_be_too_often(keys: dict[str, str], *, at: datetime) -> None:
    """Refuse a guess that has to wait; `keys` are values by scope, such as the address and the network."""
    if opens_at(keys, at) is not None:
        raise TooOften


@transaction.atomic
def note_failure(keys: Mapping[str, str], *, at: datetime) -> None:
    """Count a wrong guess under every key: the more there were, the longer the next one waits."""
    # In one order for everybody, so that two guesses at once do not wait for each other.
    for scope, hashed in sorted((scope, key_hash(scope, value)) for scope, value in keys.items()):
        new = {"failures": 0, "last_at": at, "opens_at": at}
        Brake.objects.bulk_create([Brake(scope=scope, key_hash=hashed, **new)], ignore_conflicts=True)
        brake = Brake.objects.select_for_update().get(scope=scope, key_hash=hashed)
        brake.failures = 1 if at - brake.last_at > FORGOTTEN_AFTER else brake.failures + 1
        brake.last_at = at
        brake.opens_at = at + wait_after(brake.failures, free=FREE_TRIES[scope])
        brake.save()


def forgive(keys: Mapping[str, str]) -> None:
    """Forget the wrong guesses after a right one; those of the network stay."""
    own = {scope: value for scope, value in keys.items() if scope != "network"}
    Brake.objects.filter(key_hash__in=[key_hash(scope, value) for scope, value in own.items()]).delete()

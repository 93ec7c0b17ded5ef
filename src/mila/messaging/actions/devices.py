"""The devices that a person wants to be rung on."""

import os
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.kernel.ids import new_id
from mila.kernel.refusal import Refusal
from mila.messaging.adapters.push.encryption import pack, public_bytes, unpack
from mila.messaging.adapters.push.line import NotPublic, host_of
from mila.messaging.models import PushSubscription

DEVICES_AT_MOST = 10
ENDPOINT_AT_MOST = 1000
KEY_AT_MOST = 100
AUTH_BYTES = 16


class DeviceUnfit(Refusal):
    """What the browser gave cannot be used to ring it."""

    code = "device_unfit"
    status = 422
    sentence = _("This device cannot be rung: what its browser says of itself cannot be used.")


def add_device(*, account: Account, endpoint: str, p256dh: str, auth: str, at: datetime) -> PushSubscription:
    """Ring this device from now on; a device that another person had is this person's now. Refuses unfit ones.

    Of many devices the ones added last are kept.
    """
    _must_be_fit(endpoint, p256dh, auth)
    given = {"account": account, "p256dh": p256dh, "auth": auth, "made_at": at}
    device, _made = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=given)
    kept = account.devices.order_by("-made_at", "-id").values_list("id", flat=True)[:DEVICES_AT_MOST]
    account.devices.exclude(id__in=list(kept)).delete()
    return device


def add_stand_in_device(*, account: Account, at: datetime) -> PushSubscription:
    """Add a device as the demonstration has them: nothing rings, and its words are read in the mailbox."""
    return add_device(account=account, endpoint=_stand_in_endpoint(), at=at, **_stand_in_keys())


def add_stand_in_devices(*, accounts: Iterable[Account], at: datetime) -> None:
    """Add a device as the demonstration has them to each of many accounts, in one statement."""
    PushSubscription.objects.bulk_create(
        PushSubscription(account=account, endpoint=_stand_in_endpoint(), made_at=at, **_stand_in_keys())
        for account in accounts
    )


def remove_device(*, account: Account, device_id: UUID) -> None:
    """Ring this device no more; nothing happens where it is not one of the person's."""
    account.devices.filter(pk=device_id).delete()


def _stand_in_endpoint() -> str:
    return f"https://push.mila.example/{new_id()}"


def _stand_in_keys() -> dict[str, str]:
    public = public_bytes(ec.generate_private_key(ec.SECP256R1()))
    return {"p256dh": pack(public), "auth": pack(os.urandom(AUTH_BYTES))}


def _must_be_fit(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        host_of(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpack(p256dh))
        secret = unpack(auth)
    except (NotPublic, ValueError) as fault:
        raise DeviceUnfit from fault
    if len(secret) != AUTH_BYTES or len(endpoint) > ENDPOINT_AT_MOST or len(p256dh) > KEY_AT_MOST or len(auth) > 40:
        raise DeviceUnfit

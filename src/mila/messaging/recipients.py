"""Who of a call is told: each person once, in their own language, over the channel that reaches them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet

from mila.accounts.models import Account
from mila.booking.models import Party, ServiceCall
from mila.crowd.models import Helper
from mila.messaging.models import Channel, PushSubscription
from mila.worded import worded


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told: `id` is that of the party or the account, `to` a mail address or a phone number."""

    id: UUID
    channel: Channel
    to: str
    language: str
    account: Account | None = None
    device: PushSubscription | None = None


def who_booked(call: ServiceCall) -> list[Recipient]:
    """Return the booker, and the payer where that is somebody else."""
    return _each_once([call.booker, call.payer])


def who_waits(call: ServiceCall) -> list[Recipient]:
    """Return the site contact, and the booker where that is somebody else."""
    return _each_once([call.site_contact, call.booker])


def who_may_sign(call: ServiceCall) -> list[Recipient]:
    """Return the payer, and the site contact where that is somebody else: both may sign off the agreed total."""
    return _each_once([call.payer, call.site_contact])


def everybody(call: ServiceCall) -> list[Recipient]:
    """Return booker, site contact and payer, each person once."""
    return _each_once([call.booker, call.site_contact, call.payer])


def payer(call: ServiceCall) -> Recipient:
    """Return the payer."""
    return party(call.payer)


def account(person: Account) -> Recipient:
    """Return the person who signs in, reached by mail."""
    return Recipient(person.id, Channel.MAIL, person.email, person.language[:2], person)


def phone(helper: Helper) -> Recipient:
    """Return the helper, reached on the phone."""
    person = helper.account
    return Recipient(person.id, Channel.SMS, helper.phone, person.language[:2], person)


def devices(helper: Helper) -> list[Recipient]:
    """Return the devices that the helper wants to be rung on."""
    person = helper.account
    return [
        Recipient(device.id, Channel.PUSH, device.label, person.language[:2], person, device)
        for device in person.devices.select_related("account").order_by("made_at", "id")
    ]


def devices_of(helpers: Sequence[UUID]) -> dict[UUID, list[Recipient]]:
    """Return the devices that each of the helpers wants to be rung on, read at once."""
    found: dict[UUID, list[Recipient]] = {}
    for device in _devices_of(list(helpers)):
        person, helper = device.account, device.helper  # type: ignore[attr-defined]  # annotated
        reached = Recipient(person.id, Channel.PUSH, device.label, person.language[:2], person, device)
        found.setdefault(helper, []).append(reached)
    return found


@worded
def _devices_of(helpers: list[UUID]) -> QuerySet[PushSubscription]:
    rung = PushSubscription.objects.filter(account__helper__pk__among=helpers).annotate(helper=F("account__helper"))
    return rung.select_related("account").order_by("made_at", "id")


def _each_once(parties: Iterable[Party]) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for recipient in map(party, parties):
        found.setdefault(recipient.to.lower(), recipient)
    return list(found.values())


def party(person: Party) -> Recipient:
    """Return a person of a call, by mail where there is an address, else by SMS."""
    if person.email:
        return Recipient(person.id, Channel.MAIL, person.email, person.language)
    return Recipient(person.id, Channel.SMS, person.phone, person.language)

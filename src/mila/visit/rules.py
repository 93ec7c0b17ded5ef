"""What an unsuccessful check-out means, what a step of a checklist asks for, what no note should hold, when a tap was
that a phone kept, and what can be wrong with a thing that is fetched at a branch.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from mila.kernel.money import typed_number


class Cause(StrEnum):
    """Why a helper leaves without having done the work."""

    CLIENT_ABSENT = "client_absent"
    CLIENT_NOT_READY = "client_not_ready"
    BRAND_FAULT = "brand_fault"
    WRONG_PACKAGE = "wrong_package"
    UNSAFE = "unsafe"
    HELPER_UNABLE = "helper_unable"
    PARCEL_WRONG = "parcel_wrong"
    PARCEL_DAMAGED = "parcel_damaged"


CAUSE_WORDS = MappingProxyType(
    {
        Cause.CLIENT_ABSENT: _("Nobody opened the door"),
        Cause.CLIENT_NOT_READY: _("The client’s device or material is missing, or is the wrong one"),
        Cause.BRAND_FAULT: _("The brand’s connection, delivery or information is at fault"),
        Cause.WRONG_PACKAGE: _("The wrong package was booked for what is needed"),
        Cause.UNSAFE: _("It is not safe to work there"),
        Cause.HELPER_UNABLE: _("The helper lacks the tools or the knowledge"),
        Cause.PARCEL_WRONG: _("What was fetched at the branch is the wrong item"),
        Cause.PARCEL_DAMAGED: _("What was fetched at the branch was damaged on the way"),
    }
)

# What a helper taps during a visit, as the page calls it.
TAP_WORDS = MappingProxyType(
    {
        "set-out": _("I am on my way"),
        "arrive": _("I have arrived"),
        "client-code": _("The client’s code"),
        "badge": _("Photo and badge shown"),
        "closed": _("Nobody opens the door"),
        "opened": _("Somebody has opened"),
        "contact": _("Call to the client"),
        "say": _("Message to the client"),
        "begin-work": _("Begin the work"),
        "tick": _("A step of the checklist"),
        "photo": _("Photo"),
        "note": _("Note"),
        "change": _("Change of scope and price"),
        "agree": _("The client’s yes to the change"),
        "take-back": _("Take the change back"),
        "give": _("Handed over to the client"),
        "faulty": _("Something is wrong with it"),
        "finish": _("Work done"),
        "check-out": _("Check out without the work"),
        "sign": _("Signature of the client"),
        "sign-off": _("The client’s yes"),
    }
)


# What to do where it could not be applied.
TAP_ADVICE = MappingProxyType(
    {
        "client-code": _("Ask for the code again and type it, or show your photo and badge."),
        "begin-work": _("Type the client’s code or show your badge first; then try again."),
        "photo": _("Send it again, or take another photo."),
        "note": _("Write it anew without what is said here, and put this away."),
        "say": _("Write it anew without what is said here, or call the client."),
        "change": _("Ask again for what is possible, or call our support. Until then do what was booked."),
        "agree": _("Let the client approve it with the code that is sent to them. Until then do what was booked."),
        "finish": _("Tick what is open, or wait for the answer to the change; then try again."),
        "check-out": _("Do first what the page asks for, such as a call to the client; then try again."),
        "sign": _("Let the client sign again for the price that stands now, or send them a code."),
        "sign-off": _("Let the client type the code again, or send a new one."),
    }
)
ADVICE = _("Look where the visit stands now, and do it again if it is still needed.")


class Bearer(StrEnum):
    """Who bears the cost of a journey in vain."""

    CUSTOMER = "customer"
    BRAND = "brand"
    HOUSE = "house"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a cause: `bearer` pays for the journey; `at_fault` counts against the helper's reliability;
    `closes` ends the call, else the desk and the customer look for another visit.
    """

    bearer: Bearer
    at_fault: bool
    closes: bool


CONSEQUENCES = MappingProxyType(
    {
        Cause.CLIENT_ABSENT: Consequence(Bearer.CUSTOMER, at_fault=False, closes=True),
        Cause.CLIENT_NOT_READY: Consequence(Bearer.CUSTOMER, at_fault=False, closes=True),
        Cause.BRAND_FAULT: Consequence(Bearer.BRAND, at_fault=False, closes=False),
        Cause.WRONG_PACKAGE: Consequence(Bearer.HOUSE, at_fault=False, closes=False),
        Cause.UNSAFE: Consequence(Bearer.HOUSE, at_fault=False, closes=False),
        Cause.HELPER_UNABLE: Consequence(Bearer.NOBODY, at_fault=True, closes=False),
        Cause.PARCEL_WRONG: Consequence(Bearer.BRAND, at_fault=False, closes=False),
        Cause.PARCEL_DAMAGED: Consequence(Bearer.HOUSE, at_fault=False, closes=False),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a step asks for beside its tick: a `photo`, or a `number` in a unit between two bounds."""

    kind: str
    unit: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(999_999)


def asked(step: Mapping[str, object]) -> Asked | None:
    """Return what a step of a package's checklist asks for, as the catalogue writes it; None for nothing."""
    asks = step.get("asks")
    if not isinstance(asks, Mapping) or asks.get("kind") not in ("photo", "number"):
        return None
    bounds = (Decimal(str(asks.get("low", 0))), Decimal(str(asks.get("high", 999_999))))
    return Asked(str(asks["kind"]), str(asks.get("unit", "")), *bounds)


def number_of(said: str) -> Decimal | None:
    """Return the number that somebody typed, with point or comma, to one place; None where it is none."""
    number = typed_number(said)
    return number.quantize(Decimal("0.1")) if number is not None and abs(number) < 1_000_000 else None


# Written so that Python and a browser read them alike: the phone warns by the same rule before anything is kept.
_WORDS = (
    r"(pass ?wor[dt]|kennwort|passphrase|mot de passe|parola|schl[u\u00fc]ssel|wi-?fi key|wpa\d?|psk|\bpin\b|\bpwd?\b)"
)
SAID = _WORDS + r"([^\n]{0,12}?(:|=|\b(is|ist|lautet|est)\b)\s*\S{6,}|\W{1,3}\S*\d\S*)"
SHAPED = r"(^|\s)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d\S*[A-Za-z]\S*\d)(?!\S*(://|@))\S{8,64}(?=\s|$)|(\d{4}[ -]?){4,}"


def looks_like_password(words: str) -> bool:
    """Tell whether a text seems to hold a password: after a word for one, or by its shape (product: stored nowhere)."""
    return bool(re.search(SAID, words, re.IGNORECASE) or re.search(SHAPED, words))


JITTER = timedelta(minutes=2)  # by which a phone that knows the time may still be wrong


@dataclass(frozen=True, slots=True)
class Heard:
    """When a tap was, as the house counts it, and whether the phone's own word was believed."""

    at: datetime
    is_believed: bool


def heard(claims: Iterable[datetime], *, earliest: datetime, latest: datetime) -> Heard:
    """Return when a tap was: the first of the phone's claims that can be true, else the bound nearest to the first.

    A claim can be true between `earliest` (what must have been before it) and `latest` (when it was received).
    """
    claimed = list(claims)
    for claim in claimed:
        if earliest - JITTER <= claim <= latest + JITTER:
            return Heard(min(max(claim, earliest), latest), is_believed=True)
    if not claimed:
        return Heard(latest, is_believed=False)
    return Heard(earliest if claimed[0] < earliest else latest, is_believed=False)


class ParcelState(StrEnum):
    """Where a thing stands that is fetched at a branch."""

    WAITING = "waiting"
    LOCKED = "locked"
    FAILED = "failed"
    VOID = "void"
    PICKED_UP = "picked_up"
    HANDED_OVER = "handed_over"
    TO_RETURN = "to_return"
    RETURNED = "returned"


class Fault(StrEnum):
    """What can be wrong with a thing that is fetched."""

    NOT_THERE = "not_there"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"


FAULT_WORDS = MappingProxyType(
    {
        Fault.NOT_THERE: _("It is not there"),
        Fault.DAMAGED: _("It is damaged"),
        Fault.WRONG_ITEM: _("It is the wrong item"),
    }
)

# Found at the client's door: what was packed wrong is the brand's fault; what broke on the way the house makes good,
# for it was whole when the branch handed it out. At the branch, every fault is the brand's.
CAUSE_AT_DOOR = MappingProxyType({Fault.DAMAGED: Cause.PARCEL_DAMAGED, Fault.WRONG_ITEM: Cause.PARCEL_WRONG})

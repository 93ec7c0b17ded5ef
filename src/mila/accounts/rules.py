"""Pure judgements about coming in: what is still to be proved, how long to wait, when a session is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

FREE_TRIES = {"account": 5, "network": 20, "device": 5, "code": 5, "asking": 100, "writing": 10}
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
FRESH_FOR = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)


class Proof(StrEnum):
    """What a person has shown on the way in."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - the name of a proof
    PASSKEY = "passkey"
    APP = "app"
    RECOVERY = "recovery"


class Step(StrEnum):
    """What comes next on the way in."""

    START = "start"
    CODE = "code"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    IN = "in"


@dataclass(frozen=True, slots=True)
class Holds:
    """Which ways in an account has."""

    passkey: bool
    app: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without being used, and at most."""

    idle: timedelta
    absolute: timedelta


FOR_STAFF = Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
FOR_COUNTERS = Limits(idle=timedelta(hours=4), absolute=timedelta(hours=12))  # a tablet in a shop, for a working day
FOR_HELPERS = Limits(idle=timedelta(days=30), absolute=timedelta(days=90))


def next_step(*, needs_two: bool, proofs: frozenset[Proof], holds: Holds) -> Step:
    """Return what comes next for somebody who has shown the proofs.

    A passkey is two factors by itself, since the device asks for a finger or a PIN. Who needs two factors comes in by
    password and code; a link stands in for a forgotten password, after which a new one is set.
    """
    if Proof.PASSKEY in proofs:
        return Step.IN
    if not needs_two:
        return Step.IN if Proof.LINK in proofs else Step.START
    return _next_of_two(proofs, holds)


def _next_of_two(proofs: frozenset[Proof], holds: Holds) -> Step:
    if not proofs & {Proof.LINK, Proof.PASSWORD}:
        return Step.START
    if not proofs & {Proof.APP, Proof.RECOVERY}:
        if holds.app or holds.passkey:
            return Step.CODE
        return Step.ENROL if Proof.LINK in proofs else Step.START
    if Proof.PASSWORD in proofs:
        return Step.IN
    return Step.PASSWORD if holds.app else Step.ENROL


def wait_after(failures: int, *, free: int) -> timedelta:
    """Return how long the next try waits after so many wrong ones: nothing at first, then double each time."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_over(*, signed_in_at: datetime, last_seen_at: datetime, at: datetime, limits: Limits) -> bool:
    """Tell whether a session was unused for too long, or lasted too long."""
    return at - last_seen_at > limits.idle or at - signed_in_at > limits.absolute


def is_fresh(*, signed_in_at: datetime, at: datetime) -> bool:
    """Tell whether somebody proved who they are lately enough to change their ways in."""
    return at - signed_in_at <= FRESH_FOR


def network_of(address: str) -> str:
    """Return the network of an internet address, coarse enough to be nobody's: `203.0.113.0/24`."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    wide = 48 if isinstance(known, IPv6Address) else 24
    return str(ip_network(f"{known}/{wide}", strict=False))


MARKS = tuple[tuple[str, str], ...]
BROWSERS: MARKS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"))
BROWSERS += (("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS: MARKS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))


def device_of(agent: str) -> str:
    """Return browser and system in two words, as `Firefox · Linux`, from what a browser says of itself."""
    found = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found))

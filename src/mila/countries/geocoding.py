"""From what a customer typed to a position: the operator's geocoder where there is one, else the gazetteer.

`settings.MILA_GEOCODER` is "gazetteer" (the default), "photon:<url>" or "nominatim:<url>".
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mila.countries.adapters.http import GeocoderAwayError
from mila.countries.adapters.nominatim import Nominatim
from mila.countries.adapters.photon import Photon
from mila.countries.gazetteer import queries
from mila.countries.gazetteer.rules import Address, Placed
from mila.kernel.place import distance_km

log = logging.getLogger(__name__)
REST_SECONDS = 30  # a geocoder that was away is left alone so long: nobody else waits for it meanwhile
RESTS_UNTIL: dict[str, float] = {}  # by setting, in seconds that only ever grow; each process finds out for itself
BESIDE_M = 3000  # how far outside the gazetteer's circle a door is still believed


class Geocoder(Protocol):
    """Whoever knows where an address is."""

    def find(self, address: Address) -> list[Placed]:
        """Return the positions an address may have, best first; nothing for an address nobody knows."""


class Gazetteer:
    """The built-in geocoder: knows every postcode with its towns, no streets."""

    def find(self, address: Address) -> list[Placed]:
        """Return the one position of the postcode and town, or nothing where they do not belong together."""
        found = queries.place(country=address.country, postcode=address.postcode, town=address.town)
        return [found] if found else []


ABROAD: dict[str, Callable[[str], Geocoder]] = {"photon": Photon, "nominatim": Nominatim}


def geocoder() -> Geocoder:
    """Return the geocoder that the settings name; a name nobody knows is a fault of the installation."""
    name, _, url = getattr(settings, "MILA_GEOCODER", "gazetteer").partition(":")
    if name == "gazetteer":
        return Gazetteer()
    if name not in ABROAD or not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured("MILA_GEOCODER is gazetteer, photon:<url> or nominatim:<url>")
    return ABROAD[name](url)


def find(address: Address) -> list[Placed]:
    """Return where an address may be, best first; empty where even postcode and town are unknown.

    Never waits longer than the adapters' few seconds and never fails: a geocoder that is away,
    knows nothing or answers with another region is replaced by the gazetteer's circle. One that is away is not asked
    for the next half minute.
    Not to be called in a transaction.
    """
    circle = Gazetteer().find(address)
    return _doors(address, circle) or circle


def _doors(address: Address, circle: list[Placed]) -> list[Placed]:
    asked = geocoder()
    if isinstance(asked, Gazetteer) or not address.street:
        return []
    if monotonic() < RESTS_UNTIL.get(settings.MILA_GEOCODER, 0):
        return []
    try:
        found = asked.find(address)
    except GeocoderAwayError as reason:
        log.warning("geocoder away: %s", reason)
        RESTS_UNTIL[settings.MILA_GEOCODER] = monotonic() + REST_SECONDS
        return []
    return [_named(door, circle) for door in found if _is_believed(door, circle)]


def _is_believed(door: Placed, circle: list[Placed]) -> bool:
    return all(distance_km(door.point, known.point) * 1000 <= known.accuracy_m + BESIDE_M for known in circle)


def _named(door: Placed, circle: list[Placed]) -> Placed:
    return replace(door, region=circle[0].region, town=circle[0].town) if circle else door

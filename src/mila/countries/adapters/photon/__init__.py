"""Photon: a geocoder for OpenStreetMap's addresses that an operator can run alone."""

from collections.abc import Mapping

from mila.countries.adapters.http import GeocoderAwayError, ask, mapping, position, sequence
from mila.countries.gazetteer.rules import Address, Placed

ACCURACY_M = {"house": 30, "street": 400}
MOST = 5


class Photon:
    """Asks a Photon server at a base address such as `http://127.0.0.1:2322`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def find(self, address: Address) -> list[Placed]:
        """Return houses and streets of that postcode, best first; raises `GeocoderAwayError`."""
        line = f"{address.street} {address.house_number}, {address.postcode} {address.town}"
        answer = mapping(ask(self.base, "api", {"q": line, "limit": str(MOST)}))
        features = [mapping(feature) for feature in sequence(answer.get("features"))[:MOST]]
        found = [_placed(feature) for feature in features if _is_meant(feature, address)]
        return sorted(found, key=lambda placed: placed.accuracy_m)


def _is_meant(feature: Mapping[str, object], address: Address) -> bool:
    named = mapping(feature.get("properties"))
    return (
        named.get("type") in ACCURACY_M
        and named.get("postcode") == address.postcode
        and str(named.get("countrycode", address.country)).upper() == address.country
    )


def _placed(feature: Mapping[str, object]) -> Placed:
    named = mapping(feature.get("properties"))
    coordinates = sequence(mapping(feature.get("geometry")).get("coordinates"))
    if len(coordinates) != 2:
        raise GeocoderAwayError("no position in the answer")
    latitude, longitude = position(coordinates[1], coordinates[0])
    town = str(named.get("city") or named.get("locality") or named.get("name") or "")
    return Placed(latitude, longitude, ACCURACY_M[str(named["type"])], "", town)

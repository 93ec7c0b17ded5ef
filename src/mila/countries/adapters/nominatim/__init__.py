"""Nominatim: OpenStreetMap's own geocoder; the public server's rules allow one question a second."""

from collections.abc import Mapping

from mila.countries.adapters.http import ask, mapping, position, sequence
from mila.countries.gazetteer.rules import Address, Placed

HOUSE_M, STREET_M = 30, 400
MOST = 5


class Nominatim:
    """Asks a Nominatim server at a base address such as `http://127.0.0.1:8080`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def find(self, address: Address) -> list[Placed]:
        """Return houses and streets of that postcode, best first; raises `GeocoderAwayError`."""
        question = {
            "street": f"{address.house_number} {address.street}".strip(),
            "postalcode": address.postcode,
            "city": address.town,
            "countrycodes": address.country.lower(),
            "format": "jsonv2",
            "addressdetails": "1",
            "limit": str(MOST),
        }
        results = [mapping(result) for result in sequence(ask(self.base, "search", question))[:MOST]]
        found = [_placed(result) for result in results if _is_meant(result, address)]
        return sorted(found, key=lambda placed: placed.accuracy_m)


def _is_meant(result: Mapping[str, object], address: Address) -> bool:
    parts = mapping(result.get("address"))
    return parts.get("postcode") == address.postcode and ("house_number" in parts or "road" in parts)


def _placed(result: Mapping[str, object]) -> Placed:
    parts = mapping(result.get("address"))
    latitude, longitude = position(result.get("lat"), result.get("lon"))
    town = next((str(parts[kind]) for kind in ("city", "town", "village", "hamlet") if kind in parts), "")
    return Placed(latitude, longitude, HOUSE_M if "house_number" in parts else STREET_M, "", town)

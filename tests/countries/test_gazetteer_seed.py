"""The localities that ship with Mila."""

from itertools import groupby

import pytest

from mila.countries.gazetteer import seed
from mila.countries.gazetteer.rules import CANTONS, Spot, is_postcode
from mila.kernel.place import Point, distance_km

BOXES = {  # south, west, north, east, with Corsica and the North Sea islands
    "CH": (45.8, 5.9, 47.85, 10.55),
    "DE": (47.2, 5.8, 55.1, 15.1),
    "FR": (41.3, -5.3, 51.2, 9.7),
}
COUNTS = {"CH": 3300, "DE": 8200, "FR": 6000}
DOORS = [  # real addresses, measured on public maps
    ("Bahnhofstrasse 1", "8001", "Zürich", 47.3670, 8.5396),
    ("Altstetterstrasse 142", "8048", "Zürich", 47.3868, 8.4862),
    ("Oerlikon station", "8050", "Zürich", 47.4115, 8.5441),
    ("Bundesplatz 3", "3011", "Bern", 46.9466, 7.4441),
    ("Piazza della Riforma", "6900", "Lugano", 46.0037, 8.9511),
    ("Rue du Mont-Blanc 18", "1201", "Genève", 46.2090, 6.1440),
    ("Marktplatz 9", "4051", "Basel", 47.5584, 7.5878),
    ("Place de la Palud 2", "1003", "Lausanne", 46.5218, 6.6334),
    ("Bahnhofstrasse, station", "9000", "St. Gallen", 47.4232, 9.3698),
    ("Marktgasse", "8400", "Winterthur", 47.4995, 8.7290),
    ("Bahnhofplatz", "6003", "Luzern", 47.0502, 8.3102),
    ("Bahnhofstrasse", "3920", "Zermatt", 46.0225, 7.7475),
    ("Dorfplatz", "9050", "Appenzell", 47.3311, 9.4093),
    ("Village", "1789", "Lugnorre", 46.9490, 7.1080),
]


def spots_of(country: str) -> list[Spot]:
    return list(seed.spots(country))


@pytest.mark.parametrize("country", seed.SHIPPED)
def test_every_locality_lies_in_its_country(country: str) -> None:
    south, west, north, east = BOXES[country]
    outside = [
        spot for spot in spots_of(country) if not (south <= spot.latitude <= north and west <= spot.longitude <= east)
    ]
    assert outside == []


@pytest.mark.parametrize("country", seed.SHIPPED)
def test_every_locality_is_whole_and_there_once(country: str) -> None:
    spots = spots_of(country)
    assert len({(spot.postcode, spot.name) for spot in spots}) == len(spots)
    assert len({spot.postcode for spot in spots}) >= COUNTS[country]
    assert all(is_postcode(spot.postcode, country=country) and spot.name and spot.region for spot in spots)
    assert all(2000 <= spot.accuracy_m <= 60_000 for spot in spots)


def test_every_canton_is_there() -> None:
    assert {spot.region for spot in spots_of("CH")} == CANTONS


@pytest.mark.parametrize(("street", "postcode", "town", "latitude", "longitude"), DOORS)
def test_a_known_door_lies_within_the_stated_accuracy(
    street: str, postcode: str, town: str, latitude: float, longitude: float
) -> None:
    spot = next(spot for spot in spots_of("CH") if (spot.postcode, spot.name) == (postcode, town))
    away_m = distance_km(Point(spot.latitude, spot.longitude), Point(latitude, longitude)) * 1000
    assert away_m <= spot.accuracy_m, street


def test_most_swiss_postcodes_are_known_to_six_kilometres() -> None:
    by_code = groupby(spots_of("CH"), key=lambda spot: spot.postcode)
    best = [min(spot.accuracy_m for spot in spots) for _, spots in by_code]
    assert sum(accuracy <= 6000 for accuracy in best) > len(best) * 0.7


def test_a_country_that_does_not_ship_has_no_localities() -> None:
    assert spots_of("IT") == []

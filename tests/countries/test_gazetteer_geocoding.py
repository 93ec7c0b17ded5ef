"""Street-level positions from a geocoder outside, here played on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from mila.countries import geocoding
from mila.countries.gazetteer import actions
from mila.countries.gazetteer.rules import Address, Spot

pytestmark = pytest.mark.django_db

DOOR = Address(country="CH", postcode="3011", town="Bern", street="Bundesplatz", house_number="3")
SPOTS = [Spot("3011", "Bern", "BE", 46.948, 7.447, 4000), Spot("3012", "Bern", "BE", 46.95, 7.43, 4000)]
HOUSE = {"type": "house", "postcode": "3011", "city": "Berna", "countrycode": "CH"}


def photon(latitude: float = 46.9466, longitude: float = 7.4441, **said: object) -> object:
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"features": [{"geometry": geometry, "properties": HOUSE | said}]}


class FakeGeocoder(ThreadingHTTPServer):
    """A server on this machine that answers everything with `answer` and remembers what it was asked."""

    daemon_threads = True
    answer: bytes = b"{}"
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: FakeGeocoder

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, parse_qs(parts.query), self.headers["User-Agent"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def fake() -> Iterator[FakeGeocoder]:
    with FakeGeocoder() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def bern() -> None:
    actions.take_over(SPOTS, country="CH", source="test")


def test_without_a_geocoder_the_postcode_is_the_answer() -> None:
    (found,) = geocoding.find(DOOR)
    assert (found.latitude, found.accuracy_m, found.town) == (46.948, 4000, "Bern")


def test_photon_knows_the_door(fake: FakeGeocoder, settings: Settings) -> None:
    settings.MILA_GEOCODER = f"photon:{fake.url}"
    fake.answer = json.dumps(photon()).encode()
    (found,) = geocoding.find(DOOR)
    assert (found.latitude, found.longitude, found.accuracy_m) == (46.9466, 7.4441, 30)
    assert (found.town, found.region) == ("Bern", "BE")
    path, query, agent = fake.asked[0]
    assert (path, query["q"]) == ("/api", ["Bundesplatz 3, 3011 Bern"])
    assert agent.startswith("Mila")


def test_nominatim_knows_the_street(fake: FakeGeocoder, settings: Settings) -> None:
    settings.MILA_GEOCODER = f"nominatim:{fake.url}"
    parts = {"road": "Bundesplatz", "postcode": "3011", "city": "Bern"}
    fake.answer = json.dumps([{"lat": "46.9470", "lon": "7.4440", "address": parts}]).encode()
    (found,) = geocoding.find(DOOR)
    assert (found.latitude, found.accuracy_m) == (46.947, 400)
    assert fake.asked[0][1]["countrycodes"] == ["ch"]


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(photon(latitude=47.37, longitude=8.54)).encode(),
        json.dumps(photon(postcode="8001")).encode(),
        json.dumps(photon(type="city")).encode(),
        json.dumps(photon(latitude=700)).encode(),
        json.dumps({"features": [{"geometry": {"coordinates": ["x"]}, "properties": HOUSE}]}).encode(),
        json.dumps({"features": "none"}).encode(),
        b"[]",
        b"<html>",
        b"\xff\xfe",
        b"[" + b" " * 300_000 + b"]",
    ],
)
def test_a_strange_answer_leaves_the_postcode(fake: FakeGeocoder, settings: Settings, answer: bytes) -> None:
    settings.MILA_GEOCODER = f"photon:{fake.url}"
    fake.answer = answer
    assert [found.accuracy_m for found in geocoding.find(DOOR)] == [4000]


def test_a_geocoder_that_is_away_leaves_the_postcode(settings: Settings) -> None:
    settings.MILA_GEOCODER = "nominatim:http://127.0.0.1:9"
    assert [found.accuracy_m for found in geocoding.find(DOOR)] == [4000]


def test_a_geocoder_in_trouble_leaves_the_postcode(fake: FakeGeocoder, settings: Settings) -> None:
    settings.MILA_GEOCODER = f"photon:{fake.url}"
    fake.status = 503
    assert [found.accuracy_m for found in geocoding.find(DOOR)] == [4000]


@pytest.mark.parametrize("name", ["google", "photon", "photon:file:///etc/passwd"])
def test_an_unknown_geocoder_is_a_fault_of_the_installation(settings: Settings, name: str) -> None:
    settings.MILA_GEOCODER = name
    with pytest.raises(ImproperlyConfigured):
        geocoding.find(DOOR)

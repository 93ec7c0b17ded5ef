"""A visitor on a phone; the times are those of today, since the doors read the clock."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import set_script_prefix
from tests.factories import BUNDESPLATZ, a_helper, a_price

from mila.countries.models import Locality
from mila.crowd.models import Helper
from mila.sites.now import now

ADDRESS = {
    "street": "Kanarienweg",
    "house_number": "7",
    "postcode": "3011",
    "town": "Bern",
    "floor": "2",
    "lift": "yes",
    "notes": "Hund heisst Zitrone",
}
CONTACT = {"name": "Anna Canary", "email": "anna@customers.example", "phone": ""}


@pytest.fixture
def anna() -> Client:
    set_script_prefix("/")
    a_price()
    Locality.objects.create(
        country="CH",
        postcode="3011",
        name="Bern",
        region="BE",
        latitude=BUNDESPLATZ[0],
        longitude=BUNDESPLATZ[1],
        accuracy_m=900,
        source="test",
    )
    return Client()


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


def in_three_days() -> datetime:
    """Return an afternoon that lies in everybody's weekly hours."""
    return datetime.combine(now().date() + timedelta(days=3), time(13), UTC)


def to_the_time(client: Client) -> None:
    client.post("/book/service/wifi-setup/")
    client.post("/booking/address/", ADDRESS)


def to_the_check(client: Client) -> None:
    to_the_time(client)
    client.post("/booking/time/", {"slot": first_slot(client)})
    client.post("/booking/contact/", CONTACT)


def first_slot(client: Client) -> str:
    page = client.get("/booking/time/").content.decode()
    found = re.search(r'name="slot" value="(\d[^"]+)"', page)
    assert found, "no slot is offered"
    return found[1]


def the_order(client: Client) -> dict[str, str]:
    """Return what the order button of the summary sends."""
    page = client.get("/booking/check/").content.decode()
    return {name: re.findall(f'name="{name}" value="([^"]+)"', page)[0] for name in ("key", "total")}

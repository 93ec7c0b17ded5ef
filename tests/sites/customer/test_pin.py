"""An address that nobody knows is placed by the customer, with a pin."""

import pytest
from django.test import Client
from tests.sites.customer.conftest import ADDRESS

from mila.sites.maps import kept_sheet

pytestmark = pytest.mark.django_db


def test_an_address_nobody_knows_is_placed_by_a_pin_with_its_accuracy(anna: Client) -> None:
    anna.post("/book/service/wifi-setup/")
    unknown = {**ADDRESS, "postcode": "3099", "town": "Neudorf"}
    page = anna.post("/booking/address/", unknown).content.decode()
    assert "Or set a pin on the map" in page
    there = page.split('name="map" value="')[1].split('"')[0]
    looked_at = anna.post("/booking/address/", {**unknown, "map": there, "pin.x": "100", "pin.y": "100"})
    assert looked_at.status_code == 200
    there = looked_at.content.decode().split('name="map" value="')[1].split('"')[0]
    anna.post("/booking/address/", {**unknown, "map": there, "place": "pin"})
    kept = anna.session["draft:mila:CH"]["address"]
    sheet = kept_sheet({"map": there}, country="CH", width=288, height=240)
    assert sheet
    assert (kept["latitude"], kept["accuracy_m"]) == (sheet.centre.latitude, sheet.accuracy_m)
    assert (kept["postcode"], kept["town"], kept["region"]) == ("3099", "Neudorf", "BE")


def test_a_pin_abroad_places_nothing(anna: Client) -> None:
    anna.post("/book/service/wifi-setup/")
    unknown = {**ADDRESS, "postcode": "3099", "town": "Neudorf", "place": "pin", "map": "0,0,12"}
    assert anna.post("/booking/address/", unknown).status_code == 422

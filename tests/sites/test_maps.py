"""Maps on pages: drawn here, pins set by pointing or by keys."""

import pytest
from django.test import override_settings
from tests.factories import BUNDESPLATZ

from mila.countries.gazetteer.drawing import Sheet, sheet_around, sheet_of
from mila.countries.models import Locality
from mila.kernel.place import Point, distance_km
from mila.sites.maps import carried, drawn, kept_sheet, looked

BERN = Point(*BUNDESPLATZ)
TILES = "https://tiles.example/{z}/{x}/{y}.png"


def a_sheet(zoom: int = 12) -> Sheet:
    return Sheet("CH", BERN, zoom, 288, 240)


def test_a_point_of_the_sheet_is_found_again() -> None:
    assert a_sheet().project(BERN) == (144, 120)
    there = a_sheet().locate(200, 30)
    assert a_sheet().project(there) == pytest.approx((200, 30), abs=0.2)


def test_distances_are_drawn_true_within_a_percent() -> None:
    sheet = a_sheet()
    km = distance_km(BERN, sheet.locate(244, 120))
    assert sheet.across(1000 * km) == pytest.approx(100, rel=0.01)


def test_an_area_fits_on_its_sheet() -> None:
    sheet = sheet_around("CH", BERN, radius_m=20_000, width=343, height=260)
    assert 60 < sheet.across(20_000) <= 130


@pytest.mark.parametrize("country", ["CH", "DE", "FR"])
def test_a_whole_country_fits_and_its_border_is_drawn(country: str) -> None:
    sheet = sheet_of(country, width=343, height=300)
    assert sheet.border.startswith("M")
    assert len(a_sheet().border) < len(sheet.border)


@pytest.mark.parametrize(("look", "axis", "sign"), [("north", 0, 1), ("south", 0, -1), ("east", 1, 1), ("west", 1, -1)])
def test_buttons_move_the_map(look: str, axis: int, sign: int) -> None:
    moved = looked(a_sheet(), {"look": look}).centre
    way = (moved.latitude - BERN.latitude, moved.longitude - BERN.longitude)
    assert way[axis] * sign > 0.01
    assert abs(way[1 - axis]) < 0.001


def test_pointing_moves_the_middle_there_and_comes_nearer() -> None:
    sheet = looked(a_sheet(), {"pin.x": "10", "pin.y": "20"})
    assert sheet.centre == a_sheet().locate(10, 20)
    assert sheet.zoom == 14
    assert sheet.accuracy_m < a_sheet().accuracy_m


@pytest.mark.parametrize("typed", ["", "x", "1,2", "1,2,99", "99,0,10", "nan,0,10", "1,2,3,4", "1e999,0,10"])
def test_a_map_that_cannot_be_read_is_none(typed: str) -> None:
    assert kept_sheet({"map": typed}, country="CH", width=288, height=240) is None


def test_a_map_is_carried_by_its_form() -> None:
    assert kept_sheet({"map": carried(a_sheet())}, country="CH", width=288, height=240) == a_sheet()


@pytest.mark.django_db
def test_nobody_elses_server_is_asked_unless_the_installation_names_one() -> None:
    assert drawn(a_sheet()).pictures == []
    with override_settings(MILA_TILES=TILES):
        shown = drawn(a_sheet())
    assert shown.pictures[0].url.startswith("https://tiles.example/12/")
    assert "OpenStreetMap" in shown.attribution


@pytest.mark.django_db
def test_two_names_are_written_only_where_both_can_be_read() -> None:
    rows = [("Bern", 0.0), ("Bern", 0.0), ("Oberwangen bei Bern", 0.03), ("Worb", 0.06)]
    always = {"country": "CH", "region": "BE", "latitude": BERN.latitude, "accuracy_m": 100, "source": "test"}
    for number, (name, east) in enumerate(rows):
        where = BERN.longitude - 0.03 + east
        Locality.objects.create(postcode=f"30{number:02}", name=name, longitude=where, **always)
    written = {name.name: round(name.x) for name in Sheet("CH", BERN, 12, 400, 240).names}
    assert set(written) == {"Bern", "Worb"}, "Oberwangen would run into Bern"

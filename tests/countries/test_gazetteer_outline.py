"""The outline of a country, and positions in it."""

import pytest

from mila.countries.gazetteer import seed
from mila.countries.gazetteer.outline import outline


@pytest.mark.parametrize("country", seed.SHIPPED)
def test_an_outline_is_closed_and_small(country: str) -> None:
    assert all(ring[0] == ring[-1] for ring in seed.rings(country))
    assert outline(country).path.startswith("M")
    assert len(outline(country).path) < 30_000


@pytest.mark.parametrize("country", seed.SHIPPED)
def test_every_locality_can_be_drawn(country: str) -> None:
    drawing = outline(country)
    for spot in seed.spots(country):
        x, y = drawing.project(latitude=spot.latitude, longitude=spot.longitude)
        assert -30 <= x <= drawing.width + 30
        assert -30 <= y <= drawing.height + 30


def test_switzerland_is_wider_than_high() -> None:
    assert 0.55 < outline("CH").height / outline("CH").width < 0.75


def test_a_pin_set_in_the_drawing_is_the_position_it_was_drawn_at() -> None:
    drawing = outline("CH")
    x, y = drawing.project(latitude=46.948, longitude=7.447)
    latitude, longitude = drawing.locate(x=x, y=y)
    assert (latitude, longitude) == pytest.approx((46.948, 7.447), abs=0.001)


def test_a_hundred_kilometres_are_over_a_quarter_of_switzerland() -> None:
    assert 250 < outline("CH").across(100_000) < 320

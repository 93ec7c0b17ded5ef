"""The demonstration's clock is pushed ahead, never back, and only in the demonstration."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_brand

from mila.sites import now as clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: Settings, tmp_path: Path) -> None:
    settings.DEMONSTRATION, settings.STATE = True, tmp_path


@pytest.mark.usefixtures("demonstration")
def test_the_clock_is_pushed_ahead_for_all() -> None:
    clock.push(timedelta(days=1))
    clock.push(timedelta(hours=-5))
    assert timedelta(hours=23) < clock.now() - datetime.now(UTC) < timedelta(hours=25)


@pytest.mark.usefixtures("demonstration")
def test_a_press_on_the_page_pushes_the_clock() -> None:
    a_brand()
    assert Client().post("/clock/", {"by": "60"}).status_code == 302
    assert clock.pushed_by() == timedelta(hours=1)
    Client().post("/clock/", {"by": "rubbish"})
    assert clock.pushed_by() == timedelta(hours=1)


def test_outside_the_demonstration_time_is_what_it_is(settings: Settings, tmp_path: Path) -> None:
    settings.STATE = tmp_path
    clock.push(timedelta(days=1))
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)

"""Today's visits in order: the way between them, whether they fit, and what each needs."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client, RequestFactory
from tests.factories import BUNDESPLATZ, an_accepted_call
from tests.sites.provider.conftest import in_three_days

from mila.booking.models import Address, Assignment, ServiceCall
from mila.catalog.models import Package
from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.kernel.place import Point, Transport
from mila.sites.now import now
from mila.sites.provider.day import Fit, navigation, todays

HOME = Point(*BUNDESPLATZ)
NOON = datetime.fromisoformat("2026-11-23T11:00:00+00:00")
HELPER = cast("Helper", SimpleNamespace(home=HOME, transport=Transport.CAR))


def a_visit(starts_at: datetime | None, *, at: Point = HOME, minutes: int = 60) -> Assignment:
    quote = SimpleNamespace(version=1, lines=SimpleNamespace(all=list))
    call = SimpleNamespace(
        visit_starts_at=starts_at,
        window_minutes=30,
        minutes=minutes,
        country=Country(code="CH", currency="CHF", zone="Europe/Zurich"),
        address=SimpleNamespace(point=at, accuracy_m=0),
        quotes=SimpleNamespace(all=lambda: [quote]),
    )
    return cast("Assignment", SimpleNamespace(call=call))


def fits(*starts: timedelta) -> list[Fit]:
    return [stop.leg.fit for stop in todays([a_visit(NOON + one) for one in starts], HELPER, NOON)]


def test_the_way_between_visits_says_gap_or_conflict() -> None:
    hour = timedelta(hours=1)
    assert fits(0 * hour) == [Fit.FIRST]
    assert fits(0 * hour, 3 * hour) == [Fit.FIRST, Fit.EASY]
    assert fits(0 * hour, 1 * hour) == [Fit.FIRST, Fit.TIGHT], "eight minutes on the road, within the window"
    assert fits(0 * hour, 0.6 * hour) == [Fit.FIRST, Fit.CONFLICT]


def test_the_minutes_to_spare_are_those_after_the_way() -> None:
    first, second = todays([a_visit(NOON), a_visit(NOON + timedelta(hours=2))], HELPER, NOON)
    assert first.leg.leave_at == NOON - timedelta(minutes=first.leg.minutes)
    assert second.leg.spare == 60 - second.leg.minutes


def test_only_today_in_the_place_s_own_day() -> None:
    late = NOON.replace(hour=23)  # midnight in Zürich: tomorrow there
    assert todays([a_visit(None), a_visit(late), a_visit(NOON + timedelta(days=1))], HELPER, NOON) == []


@pytest.mark.parametrize(
    ("browser", "begins"), [("iPhone; CPU iPhone OS 19", "https://maps.apple.com/"), ("Linux; Android 16", "geo:46.9")]
)
def test_each_phone_opens_its_own_navigation(browser: str, begins: str) -> None:
    asked = RequestFactory().get("/", headers={"user-agent": browser})
    place = Address(street="Rue d’Été", house_number="1&2", postcode="3011", town="Bern", latitude=46.9, longitude=7.4)
    found = navigation(asked, place)
    assert found.startswith(begins)
    assert "1%262" in found


@pytest.mark.django_db
def test_the_day_shows_the_way_the_tools_and_the_training(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    Package.objects.update(training_url="https://academy.example/wifi")
    assert "min from home" not in phone.get("/app/").content.decode()
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now())
    page = phone.get("/app/", headers={"accept-language": "en"}).content.decode()
    for shown in ("Today", "min from home", "Laptop", "https://academy.example/wifi", "geo:", "Router set up"):
        assert shown in page

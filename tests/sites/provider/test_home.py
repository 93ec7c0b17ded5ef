"""The first page, the switch, the profile, and who may come in."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.factories import a_brand, a_helper, an_accepted_call, an_account
from tests.sites.provider.conftest import in_three_days

from mila.crowd import actions as crowd
from mila.crowd.models import Helper, HelperState
from mila.kernel.place import Point, distance_km
from mila.sites.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _brand() -> None:
    a_brand()


@pytest.mark.parametrize("page", ["", "offers/", "earnings/", "me/"])
def test_every_tab_shows_also_without_anything_in_it(phone: Client, page: str) -> None:
    answer = phone.get(f"/app/{page}")
    assert answer.status_code == 200
    assert answer.content.count(b'aria-current="page"') >= 1


@pytest.mark.parametrize("page", ["", "live/", "offers/", "earnings/", "me/"])
def test_strangers_sign_in_first_and_others_find_nothing(page: str) -> None:
    assert Client().get(f"/app/{page}").headers["Location"] == f"/sign-in/?next=/app/{page}"
    other = Client()
    other.force_login(an_account("desk@mila.example"))
    assert other.get(f"/app/{page}").status_code == 404


def test_being_available_lasts_two_hours_and_knows_a_kilometre(phone: Client, luca: Helper) -> None:
    here = Point(46.95123, 7.43871)
    phone.post("/app/available/", {"latitude": here.latitude, "longitude": here.longitude})
    luca.refresh_from_db()
    assert luca.available_until
    assert timedelta(hours=1, minutes=59) < luca.available_until - now() <= timedelta(hours=2)
    assert luca.available_latitude
    assert luca.available_longitude
    kept = Point(luca.available_latitude, luca.available_longitude)
    assert kept != here
    assert distance_km(kept, here) < 0.75
    assert "until" in phone.get("/app/").content.decode()


def test_switching_off_erases_the_position(phone: Client, luca: Helper) -> None:
    phone.post("/app/available/", {"latitude": "46.95", "longitude": "7.44"})
    phone.post("/app/unavailable/")
    luca.refresh_from_db()
    assert (luca.available_until, luca.available_latitude, luca.available_longitude) == (None, None, None)


@pytest.mark.parametrize(
    "place", [{}, {"latitude": "nan", "longitude": "7"}, {"latitude": "91", "longitude": "x" * 999}]
)
def test_without_a_position_home_counts(phone: Client, luca: Helper, place: dict[str, str]) -> None:
    answer = phone.post("/app/available/", place, follow=True)
    luca.refresh_from_db()
    assert luca.available_until
    assert luca.available_latitude is None
    assert "from your home" in answer.content.decode()


def test_who_is_suspended_is_told(phone: Client, luca: Helper) -> None:
    Helper.objects.filter(pk=luca.pk).update(state=HelperState.SUSPENDED)
    answer = phone.post("/app/available/", follow=True).content.decode()
    assert "not active" in answer
    luca.refresh_from_db()
    assert luca.available_until is None


def test_a_position_is_forgotten_when_its_time_is_over(luca: Helper) -> None:
    crowd.go_available(helper=luca, until=now(), position=Point(46.9, 7.4))
    assert crowd.forget_positions(at=now()) == 1
    luca.refresh_from_db()
    assert luca.available_latitude is None


def test_the_first_page_names_the_next_thing_and_stays_cheap(
    phone: Client, luca: Helper, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(4):
        an_accepted_call(luca, now(), starts_at=in_three_days() + timedelta(days=day))
    with django_assert_max_num_queries(13):
        page = phone.get("/app/").content.decode()
    assert page.count("Call the client") == 4


def test_the_profile_explains_the_points(phone: Client, luca: Helper) -> None:
    page = phone.get("/app/me/").content.decode()
    for shown in ("Wi-Fi", "level 3 of 5", "20 km", "hours, days off", "declining is free", "/sign-out/"):
        assert shown in page


@pytest.mark.parametrize("month", ["2026-11", "0000-99", "9999-12", "<script>", "x" * 900])
def test_any_month_can_be_asked_for(phone: Client, month: str) -> None:
    assert phone.get("/app/earnings/", {"month": month}).status_code == 200


def test_the_app_describes_itself_for_the_phone() -> None:
    described = json.loads(Client().get("/app/manifest.webmanifest").content)
    assert described["start_url"] == "/app/"
    assert described["display"] == "standalone"


def test_each_helper_sees_only_his_own(phone: Client, luca: Helper) -> None:
    an_accepted_call(luca, now(), starts_at=in_three_days())
    theirs = Client()
    theirs.force_login(a_helper("Sara").account)
    assert "Kanarienweg" in phone.get("/app/").content.decode()
    assert "Kanarienweg" not in theirs.get("/app/").content.decode()

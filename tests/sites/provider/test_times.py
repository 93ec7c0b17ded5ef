"""When and where a helper works, set on the phone."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import BUNDESPLATZ, a_brand, a_helper, an_accepted_call
from tests.sites.provider.conftest import in_three_days

from mila.countries.models import Locality
from mila.crowd.models import AvailabilityException, CalendarFeed, CalendarSubscription, Helper
from mila.sites.now import now

pytestmark = pytest.mark.django_db
WEEK = {"from_0_0": "08:00", "to_0_0": "12:00", "from_0_1": "13:00", "to_0_1": "18:30"}


@pytest.fixture(autouse=True)
def mila() -> None:
    a_brand()


@pytest.fixture
def bern() -> Locality:
    return Locality.objects.create(
        country="CH",
        postcode="3011",
        name="Bern",
        region="BE",
        latitude=BUNDESPLATZ[0],
        longitude=BUNDESPLATZ[1],
        accuracy_m=900,
        source="test",
    )


def hours(luca: Helper) -> list[tuple[int, str, str]]:
    return [
        (one.weekday, f"{one.starts:%H:%M}", f"{one.ends:%H:%M}") for one in luca.hours.order_by("weekday", "starts")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "week/",
        "week/?ahead=3",
        "week/?ahead=x",
        "hours/",
        "exceptions/",
        "area/",
        "area/home/",
        "limits/",
        "calendars/",
    ],
)
def test_every_page_of_the_settings_opens(phone: Client, bern: Locality, path: str) -> None:
    assert phone.get(f"/app/me/{path}").status_code == 200


def test_a_day_with_a_lunch_break_is_saved(phone: Client, luca: Helper) -> None:
    assert phone.post("/app/me/hours/", WEEK).status_code == 302
    assert hours(luca) == [(0, "08:00", "12:00"), (0, "13:00", "18:30")]


def test_a_day_is_copied_before_it_is_saved(phone: Client, luca: Helper) -> None:
    before = hours(luca)
    page = phone.post("/app/me/hours/", {**WEEK, "copy": "1", "copy_from": "0", "copy_onto": ["1", "4"]})
    assert page.content.decode().count('value="18:30"') == 3
    assert hours(luca) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to_0_0": ""}, "Give both times, or leave both empty."),
        ({"to_0_0": "07:00"}, "The end has to be after the start."),
        ({"from_0_1": "11:00"}, "These times overlap with others of the same day."),
        ({"from_0_0": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_is_wrong_with_hours_is_said_at_its_day(phone: Client, typed: dict[str, str], said: str) -> None:
    page = phone.post("/app/me/hours/", WEEK | typed)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_an_end_at_midnight_is_the_end_of_the_day(phone: Client, luca: Helper) -> None:
    phone.post("/app/me/hours/", {"from_6_0": "20:00", "to_6_0": "00:00"})
    assert hours(luca) == [(6, "20:00", "23:59")]


def test_a_vacation_shows_the_visits_promised_in_it(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    day = in_three_days().date().isoformat()
    page = phone.post("/app/me/exceptions/vacation/", {"first": day, "last": day}, follow=True).content.decode()
    assert "You have promised 1 visit in this time." in page
    assert f"/app/visits/{call.id}/" in page
    assert call.assignments.get().state == "active"


def test_an_exception_is_added_once_and_removed(phone: Client, luca: Helper) -> None:
    said = {"kind": "free", "day": in_three_days().date().isoformat(), "starts": "22:00", "ends": "23:00"}
    for _ in range(2):
        assert phone.post("/app/me/exceptions/add/", said).status_code == 302
    one = luca.exceptions.get()
    assert (one.ends_at - one.starts_at, one.kind) == (timedelta(hours=1), "free")
    phone.post(f"/app/me/exceptions/{one.id}/remove/")
    assert not AvailabilityException.objects.exists()


def test_nobody_removes_another_helpers_exception(phone: Client) -> None:
    from_other = AvailabilityException.objects.create(
        helper=a_helper("Mia"), kind="busy", starts_at=now(), ends_at=now() + timedelta(hours=1)
    )
    phone.post(f"/app/me/exceptions/{from_other.id}/remove/")
    assert AvailabilityException.objects.exists()


def test_a_vacation_in_the_past_is_refused_beside_the_day(phone: Client) -> None:
    page = phone.post("/app/me/exceptions/vacation/", {"first": "2020-01-01", "last": "2020-01-02"})
    assert (page.status_code, "next two years" in page.content.decode()) == (422, True)


def test_the_second_area_is_larger(phone: Client, luca: Helper) -> None:
    assert phone.post("/app/me/area/", {"radius_km": "20", "second_radius_km": "10"}).status_code == 422
    assert phone.post("/app/me/area/", {"radius_km": "15", "second_radius_km": "40"}).status_code == 302
    luca.refresh_from_db()
    assert (luca.radius_km, luca.second_radius_km) == (15, 40)
    phone.post("/app/me/area/", {"radius_km": "15", "second_radius_km": ""})
    luca.refresh_from_db()
    assert luca.second_radius_km is None


def test_the_middle_is_moved_by_name(phone: Client, luca: Helper, bern: Locality) -> None:
    assert "3011 Bern" in phone.post("/app/me/area/home/", {"words": "bern"}).content.decode()
    phone.post("/app/me/area/home/", {"place": "3011|Bern"})
    luca.refresh_from_db()
    assert (luca.latitude, luca.longitude) == BUNDESPLATZ


def test_the_middle_is_moved_by_the_pin_with_keys_alone(phone: Client, luca: Helper, bern: Locality) -> None:
    before = luca.latitude
    page = phone.post("/app/me/area/home/", {"map": "46.9469,7.4442,12", "look": "north"}).content.decode()
    there = page.split('name="map" value="')[1].split('"')[0]
    assert float(there.split(",")[0]) > before
    phone.post("/app/me/area/home/", {"map": there, "here": "1"})
    luca.refresh_from_db()
    assert luca.latitude == float(there.split(",")[0])


def test_a_pin_abroad_is_refused(phone: Client, bern: Locality) -> None:
    assert phone.post("/app/me/area/home/", {"map": "0,0,12", "here": "1"}).status_code == 422


def test_limits_are_saved_with_quiet_hours_over_midnight(phone: Client, luca: Helper) -> None:
    said = {"transport": "bicycle", "vehicles": ["cargo_bike"], "languages": ["de", "fr"], "daily_cap": "3"}
    assert phone.post("/app/me/limits/", {**said, "quiet_from": "21:00"}).status_code == 422
    assert phone.post("/app/me/limits/", {**said, "quiet_from": "21:00", "quiet_until": "07:00"}).status_code == 302
    luca.refresh_from_db()
    assert (luca.transport, luca.vehicles, luca.languages, luca.daily_cap) == (
        "bicycle",
        ["cargo_bike"],
        ["de", "fr"],
        3,
    )
    assert luca.quiet_from
    assert luca.quiet_from.hour == 21


def test_a_helper_without_a_language_is_refused(phone: Client) -> None:
    assert phone.post("/app/me/limits/", {"transport": "car", "daily_cap": "3"}).status_code == 422


def test_a_calendar_is_added_shown_and_removed(phone: Client, luca: Helper) -> None:
    for typed, status in (
        ("http://localhost/x", 422),
        ("ftp://x.example/", 422),
        ("webcal://x.example/secret.ics", 302),
    ):
        assert phone.post("/app/me/calendars/", {"address": typed}).status_code == status
    row = luca.calendars.get()
    page = phone.get("/app/me/calendars/").content.decode()
    assert "x.example" in page
    assert "secret.ics" not in page
    phone.post(f"/app/me/calendars/{row.id}/remove/")
    assert not CalendarSubscription.objects.exists()


def test_own_visits_are_given_out_without_a_word_about_the_client(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    phone.post("/app/me/calendars/feed/")
    address = f"/app/calendar/{CalendarFeed.objects.get().key}.ics"
    answer = Client().get(address)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert call.order_number in text
    assert "LOCATION:Bern" in text
    assert "Anna" not in text
    assert "Kanarienweg" not in text
    phone.post("/app/me/calendars/feed/revoke/")
    assert Client().get(address).status_code == 404

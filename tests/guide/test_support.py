"""Guide: support is one tap away."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.countries.abroad import BERLIN, LYON, Place, a_call_in, a_local_helper, open_for_business, signed_off
from tests.factories import a_brand, a_confirmed_call, a_country, a_helper, a_requested_call, an_account
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import fresh, told

from mila.accounts.models import DeskSeat
from mila.messaging.models import Message
from mila.quality.models import Inquiry
from mila.sites.now import now

pytestmark = pytest.mark.django_db

PHONE, MAIL = "tel:+41435080192", "info@mila.example"


def test_support_is_one_tap_away() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    page = a_phone(luca).get(f"/app/visits/{call.id}/").content.decode()
    assert PHONE in page
    assert f"mailto:{MAIL}" in page
    assert "8–\u206020" in page, "on one line"


def test_customer_service_has_a_mail_address() -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert MAIL in Client().get(f"/s/{call.status_key}/").content.decode()
    assert MAIL in Client().get("/book/").content.decode()
    assert MAIL in told(call, "confirm_booking")[0].text


def test_the_swiss_phone_number_is_on_the_page() -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert PHONE in Client().get(f"/s/{call.status_key}/").content.decode()


def test_the_desk_finds_a_call_by_its_order_number() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    dana = an_account("dana@mila.example")
    DeskSeat.objects.create(account=dana, name="Dana", role="agent")
    desk = Client()
    desk.force_login(dana)
    found = desk.get("/desk/", {"q": call.order_number}, follow=True).content.decode()
    assert str(call.id) in found
    page = desk.get(f"/desk/calls/{call.id}/").content.decode()
    assert call.order_number in page
    assert "Luca" in page
    for stranger in (Client(), a_phone(luca)):
        assert stranger.get(f"/desk/calls/{call.id}/").status_code in (302, 403, 404)


@pytest.mark.parametrize("place", [BERLIN, LYON], ids=lambda place: place.code)
def test_each_country_has_its_phone_number(place: Place) -> None:
    a_country()
    open_for_business(place)
    call = a_call_in(place, in_three_days(), now())
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert f"tel:{place.support}" in page
    assert PHONE not in page
    helper = a_local_helper(place)
    visit = fresh(signed_off(a_call_in(place, in_three_days() + timedelta(days=1), now()), helper, now()))
    assert f"tel:{place.support}" in a_phone(helper).get(f"/app/visits/{visit.id}/").content.decode()


def test_the_app_installs_on_ios_and_android() -> None:
    a_brand()
    phone = a_phone(a_helper())
    page = phone.get("/app/").content.decode()
    assert 'rel="manifest" href="/app/manifest.webmanifest" data-worker="/app/worker.js"' in page
    assert 'rel="apple-touch-icon"' in page
    described = phone.get("/app/manifest.webmanifest").json()
    assert (described["start_url"], described["scope"], described["display"]) == ("/app/", "/app/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in described["icons"]}
    assert all(finders.find(icon["src"].split("/static/")[1]) for icon in described["icons"])
    worker = phone.get("/app/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert '"/app/offline/"' in worker.content.decode()
    assert Client().get("/app/offline/").status_code == 200


def test_a_message_to_the_help_center_becomes_a_case() -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    Client().post(f"/s/{call.status_key}/help/", {"words": "May I bring my own router?"})
    row = Inquiry.objects.get()
    assert row.answer_by == row.opened_at + timedelta(days=1)
    dana = an_account("dana@mila.example")
    DeskSeat.objects.create(account=dana, name="Dana", role="agent")
    desk = Client()
    desk.force_login(dana)
    assert f"/desk/help/{row.id}/" in desk.get("/desk/help/").content.decode()
    desk.post(f"/desk/help/{row.id}/take/")
    desk.post(f"/desk/help/{row.id}/", {"words": "Gladly.", "seen": str(row.lines.get().pk), "close": "1"})
    row.refresh_from_db()
    assert (row.owner, row.state) == (dana, "closed")
    assert "Gladly." in Message.objects.get(template="answer_inquiry").text

"""Guide: support is one tap away."""

import pytest
from django.test import Client
from tests.factories import a_confirmed_call, a_helper, a_requested_call, an_account
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import told

from mila.accounts.models import DeskSeat
from mila.sites.now import now

pytestmark = pytest.mark.django_db

PHONE, MAIL = "tel:+41435080192", "info@mila.example"


def test_support_is_one_tap_away() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    page = a_phone(luca).get(f"/app/visits/{call.id}/").content.decode()
    assert PHONE in page
    assert f"mailto:{MAIL}" in page
    assert "8–20" in page


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

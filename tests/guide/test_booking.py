"""Guide: how a client books."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_booking,
    a_brand,
    a_confirmed_call,
    a_helper,
    a_package,
    a_price,
    a_requested_call,
    by,
)
from tests.sites.customer.conftest import (
    ADDRESS,
    CONTACT,
    anna,
    first_slot,
    in_three_days,
    the_order,
    to_the_check,
    to_the_time,
)
from tests.sites.provider.conftest import a_phone
from tests.story import accepted_by, told

from mila.booking.actions import PersonGiven
from mila.booking.models import ServiceCall, Stage, TimeWish
from mila.crowd.models import ExceptionKind
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now

pytestmark = pytest.mark.django_db

__all__ = ["anna"]


def book_as(anna: Client, **contact: str) -> str:
    to_the_time(anna)
    anna.post("/booking/time/", {"slot": first_slot(anna)})
    return anna.post("/booking/contact/", {**CONTACT, **contact}).content.decode()


def offered(anna: Client) -> list[datetime]:
    page = anna.get("/booking/time/").content.decode()
    return [datetime.fromisoformat(value) for value in re.findall(r'name="slot" value="(\d[^"]+)"', page)]


def test_booking_starts_from_what_is_wrong(anna: Client) -> None:
    page = anna.get("/book/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'href="/book/internet/"' in page
    family = anna.get("/book/internet/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "93.90" in family
    service = anna.get("/book/service/wifi-setup/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for text in ("Wi-Fi set-up", "93.90", "Router set up"):
        assert text in service, text
    assert a_package().needs.get().level == 2


def test_a_guest_books_with_an_email_address_or_a_phone_number(anna: Client) -> None:
    a_helper("Luca")
    a_helper("Mia")
    for contact in ({"email": "", "phone": "+41791234567"}, {"phone": ""}):
        book_as(anna, **contact)
        anna.post("/booking/check/", the_order(anna))
    assert ServiceCall.objects.count() == 2
    page = book_as(Client(), email="", phone="")
    assert "aria-invalid" in page or "error" in page
    assert ServiceCall.objects.count() == 2


def test_the_secret_link_is_enough_to_follow() -> None:
    call = a_requested_call()
    assert Client().get(f"/s/{call.status_key}/").status_code == 200
    for guess in (str(call.id), call.order_number, "x" * 32):
        assert Client().get(f"/s/{guess}/").status_code == 404


def test_booker_payer_and_site_contact_may_be_three_people() -> None:
    luca, brand = a_helper(), a_brand()
    a_price(brand, model="partner_principal", payer="brand", provider_pay=6000)
    given = replace(
        a_booking(brand=brand, starts_at=in_three_days()),
        payer=PersonGiven("Paul Payer", "paul@customers.example", "", "en"),
        site_contact=PersonGiven("Silvia Site", "", "+41790000001", "de"),
    )
    call = journey.book(given=given, now=by(Who.CUSTOMER, now()))
    names = [call.booker.name, call.payer.name, call.site_contact.name]
    assert names == ["Anna Canary", "Paul Payer", "Silvia Site"]
    accepted_by(luca, call, now())
    page = a_phone(luca).get(f"/app/visits/{call.id}/").content.decode()
    assert "tel:+41790000001" in page
    assert "paul@customers.example" not in page


def test_a_service_is_booked_on_mila_s_website(anna: Client) -> None:
    a_helper("Luca")
    to_the_check(anna)
    answer = anna.post("/booking/check/", the_order(anna))
    call = ServiceCall.objects.get()
    assert answer.status_code == 302
    assert call.brand == a_brand()
    assert call.quotes.get().total == 9390
    assert call.stage == Stage.DRAFTED  # until a means of payment is saved
    assert anna.get(f"/s/{call.status_key}/").status_code == 200


def test_a_repeated_submit_books_once(anna: Client) -> None:
    a_helper("Luca")
    to_the_check(anna)
    order = the_order(anna)
    answers = [anna.post("/booking/check/", order) for _ in range(2)]
    assert ServiceCall.objects.count() == 1
    assert answers[0].status_code == answers[1].status_code == 302


def test_the_client_sets_date_and_time() -> None:
    call = a_requested_call()
    assert call.visit_starts_at == IN_THREE_DAYS
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    (letter,) = told(call, "confirm_booking")
    for text in (page, letter.text):
        assert "14:00" in text


def test_as_soon_as_possible_is_a_wish_too() -> None:
    call = a_requested_call(starts_at=None)
    assert (call.stage, call.time_wish, call.visit_starts_at) == (Stage.REQUESTED, TimeWish.ASAP, None)
    page = Client().get(f"/s/{call.status_key}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "s soon as possible" in page


def test_every_call_has_a_readable_order_number() -> None:
    one, other = a_requested_call(), a_requested_call(NOON)
    assert one.order_number != other.order_number
    for call in (one, other):
        assert len(call.order_number) <= 12
        assert call.order_number in Client().get(f"/s/{call.status_key}/").content.decode()
        assert call.order_number in told(call, "confirm_booking")[0].text
    luca = a_helper()
    visit = a_confirmed_call(luca, now(), starts_at=in_three_days())
    assert visit.order_number in a_phone(luca).get(f"/app/visits/{visit.id}/").content.decode()


def test_a_slot_without_a_free_helper_is_not_offered(anna: Client) -> None:
    luca = a_helper()
    to_the_time(anna)
    before = offered(anna)
    hour = timedelta(hours=1)
    first = next(slot for slot in before if slot - hour not in before and slot + hour in before)
    luca.exceptions.create(kind=ExceptionKind.BUSY, starts_at=first, ends_at=first + timedelta(minutes=10))
    assert offered(anna) == [slot for slot in before if slot != first]
    answer = anna.post("/booking/time/", {"slot": first.isoformat()})
    assert answer.status_code == 422
    assert not anna.session["draft:mila:CH"]["time"]


def test_an_open_call_takes_one_helper_from_the_supply(anna: Client) -> None:
    a_helper("Luca")
    to_the_time(anna)
    slot = in_three_days()
    assert slot in offered(anna)
    a_requested_call(now(), starts_at=slot)
    left = offered(anna)
    assert slot not in left
    assert slot + timedelta(hours=4) in left
    a_helper("Mia")
    assert slot in offered(anna)


def test_an_address_nobody_can_place_is_not_refused(anna: Client) -> None:
    a_helper()
    anna.post("/book/service/wifi-setup/")
    unknown = {**ADDRESS, "postcode": "3012", "town": "Entenhausen"}
    answer = anna.post("/booking/address/", unknown)
    assert b'value="3011|Bern"' in answer.content
    anna.post("/booking/address/", {**unknown, "place": "3011|Bern", "near": "on"})
    anna.post("/booking/time/", {"slot": first_slot(anna)})
    anna.post("/booking/contact/", CONTACT)
    anna.post("/booking/check/", the_order(anna))
    address = ServiceCall.objects.get().address
    assert (address.street, address.postcode, address.town) == ("Kanarienweg", "3012", "Entenhausen")
    assert address.accuracy_m == 5900

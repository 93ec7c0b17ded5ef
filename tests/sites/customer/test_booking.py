"""Booking: one question a page, in plain HTML."""

import gzip
import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import BUNDESPLATZ, a_brand, a_helper, a_price
from tests.sites.customer.conftest import ADDRESS, CONTACT, first_slot, the_order, to_the_check, to_the_time
from tests.story import clock_runs, clock_runs_until

from mila.booking.models import ServiceCall, Stage, TimeWish
from mila.crowd.models import Helper, WeeklyHours
from mila.partners.models import Price
from mila.payments.models import Means
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def test_the_first_price_shown_is_the_price_asked_for(anna: Client, luca: Helper) -> None:
    for page in ("/book/", "/book/internet/", "/book/service/wifi-setup/"):
        assert "93.90" in anna.get(page).content.decode(), page
    to_the_check(anna)
    assert "93.90" in anna.get("/booking/check/").content.decode()
    assert the_order(anna)["total"] == "9390"


def test_a_booking_goes_from_what_is_wrong_to_the_bank(anna: Client, luca: Helper) -> None:
    assert anna.post("/book/service/wifi-setup/").headers["Location"] == "/booking/address/"
    assert anna.post("/booking/address/", ADDRESS).headers["Location"] == "/booking/time/"
    assert anna.post("/booking/time/", {"slot": first_slot(anna)}).headers["Location"] == "/booking/contact/"
    assert anna.post("/booking/contact/", CONTACT).headers["Location"] == "/booking/check/"
    answer = anna.post("/booking/check/", the_order(anna))
    assert "/bank/pay/" in answer.headers["Location"]
    call = ServiceCall.objects.get()
    assert (call.stage, call.booker.email, call.address.has_lift) == (Stage.DRAFTED, CONTACT["email"], True)
    assert Means.objects.get().call == call


def test_a_repeated_order_books_once(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    order = the_order(anna)
    for _press in range(3):
        assert "/bank/pay/" in anna.post("/booking/check/", order).headers["Location"]
    assert ServiceCall.objects.count() == 1


def test_going_back_after_ordering_leads_to_the_status_page(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    anna.post("/booking/check/", the_order(anna))
    status = f"/s/{ServiceCall.objects.get().status_key}/"
    for page in ("address", "time", "contact", "check"):
        assert anna.get(f"/booking/{page}/").headers["Location"] == status


def test_a_new_booking_keeps_address_and_contact(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    anna.post("/booking/check/", the_order(anna))
    assert anna.post("/book/service/wifi-setup/").headers["Location"] == "/booking/time/"


@pytest.mark.parametrize("page", ["address", "time", "contact", "check"])
def test_without_a_draft_every_question_leads_to_the_first(anna: Client, page: str) -> None:
    assert anna.get(f"/booking/{page}/").headers["Location"] == "/book/"
    assert anna.post(f"/booking/{page}/", {"key": "x" * 30}).headers["Location"] == "/book/"


def test_nobody_skips_a_question(anna: Client, luca: Helper) -> None:
    anna.post("/book/service/wifi-setup/")
    assert anna.get("/booking/time/").headers["Location"] == "/booking/address/"
    assert anna.get("/booking/contact/").headers["Location"] == "/booking/address/"
    assert anna.get("/booking/check/").headers["Location"] == "/booking/address/"


@pytest.mark.parametrize("path", ["/book/nothing/", "/book/service/nothing/"])
def test_what_is_not_sold_is_not_found(anna: Client, path: str) -> None:
    assert anna.get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("street", ""),
        ("postcode", "banana"),
        ("postcode", ""),
        ("town", "x" * 200),
        ("notes", "x" * 3000),
        ("lift", "?"),
        ("street", "a\x00"),
    ],
)
def test_a_bad_address_gets_its_word_beside_the_field(anna: Client, field: str, typed: str) -> None:
    anna.post("/book/service/wifi-setup/")
    answer = anna.post("/booking/address/", ADDRESS | {field: typed})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"'.encode() in answer.content


def test_an_address_nobody_knows_is_placed_by_the_customer(anna: Client, luca: Helper) -> None:
    anna.post("/book/service/wifi-setup/")
    answer = anna.post("/booking/address/", ADDRESS | {"postcode": "3012", "town": "Entenhausen"})
    assert answer.status_code == 422
    assert b'value="3011|Bern"' in answer.content
    typed = ADDRESS | {"postcode": "3012", "town": "Entenhausen", "place": "3011|Bern", "near": "on"}
    assert anna.post("/booking/address/", typed).headers["Location"] == "/booking/time/"
    kept = anna.session["draft:mila:CH"]["address"]
    assert (kept["town"], kept["accuracy_m"]) == ("Entenhausen", 5900)


def test_a_suggested_place_corrects_the_address(anna: Client) -> None:
    anna.post("/book/service/wifi-setup/")
    anna.post("/booking/address/", ADDRESS | {"postcode": "3012", "town": "Bärn", "place": "3011|Bern"})
    kept = anna.session["draft:mila:CH"]["address"]
    assert (kept["postcode"], kept["town"], kept["accuracy_m"]) == ("3011", "Bern", 900)


@pytest.mark.parametrize("typed", ["", "30", "Ber", "\x00", "'; --", "x" * 500])
def test_places_complete_whatever_is_typed(anna: Client, typed: str) -> None:
    assert anna.get("/booking/places/", {"postcode": typed, "town": typed}).status_code == 200


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", {"name": ""}),
        ("email", {"email": ""}),
        ("email", {"email": "not an address"}),
        ("phone", {"phone": "123"}),
        ("phone", {"phone": "<script>"}),
        ("site_phone", {"site_name": "Ben"}),
        ("payer_name", {"payer_email": "ben@customers.example"}),
    ],
)
def test_a_bad_contact_gets_its_word_beside_the_field(
    anna: Client, luca: Helper, field: str, said: dict[str, str]
) -> None:
    to_the_time(anna)
    anna.post("/booking/time/", {"slot": first_slot(anna)})
    answer = anna.post("/booking/contact/", CONTACT | said)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"'.encode() in answer.content


def test_a_phone_number_alone_is_enough(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    anna.post("/booking/contact/", {"name": "Anna", "email": "", "phone": "079 123 45 67"})
    anna.post("/booking/check/", the_order(anna))
    assert ServiceCall.objects.get().booker.phone == "+41791234567"


def test_somebody_else_may_be_there_and_pay(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    others = {
        "site_name": "Ben",
        "site_phone": "0791234568",
        "payer_name": "Cleo",
        "payer_email": "cleo@customers.example",
    }
    anna.post("/booking/contact/", CONTACT | others)
    anna.post("/booking/check/", the_order(anna))
    call = ServiceCall.objects.get()
    assert (call.site_contact.name, call.payer.email) == ("Ben", "cleo@customers.example")


def test_a_slot_that_was_taken_meanwhile_is_said_so(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    order = the_order(anna)
    WeeklyHours.objects.all().delete()
    assert anna.post("/booking/check/", order).headers["Location"] == "/booking/time/"
    assert b"just been taken" in anna.get("/booking/time/").content
    assert not ServiceCall.objects.exists()


def test_a_price_that_has_changed_is_shown_before_it_binds(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    order = the_order(anna)
    Price.objects.update(amount=9900)
    assert anna.post("/booking/check/", order).headers["Location"] == "/booking/check/"
    page = anna.get("/booking/check/").content.decode()
    assert "Something has changed" in page
    assert "103.90" in page
    assert not ServiceCall.objects.exists()


def test_a_service_that_is_not_sold_any_more_leads_to_the_start(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    Price.objects.all().delete()
    assert anna.get("/booking/check/").headers["Location"] == "/book/"


@pytest.mark.parametrize("slot", ["", "asap", "yesterday", "2026-01-01T08:00:00+00:00", "<script>", "\x00"])
def test_a_time_that_nobody_offered_is_refused_in_words(anna: Client, luca: Helper, slot: str) -> None:
    to_the_time(anna)
    answer = anna.post("/booking/time/", {"slot": slot})
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content


def test_where_nobody_is_free_the_page_says_so_and_leads_on(anna: Client) -> None:
    to_the_time(anna)
    page = anna.get("/booking/time/").content.decode()
    assert "Nobody is free in the next two weeks" in page
    assert "tel:+41435080192" in page
    assert re.findall('name="slot" value="([^"]+)"', page) == ["to_agree"]


def test_where_nobody_is_free_a_wish_is_left_and_whoever_comes_later_is_asked(anna: Client) -> None:
    a_price(a_brand("swisscom", is_own=False), model="partner_principal", payer="brand", provider_pay=6000)
    front = "/b/swisscom"
    anna.post(f"{front}/book/service/wifi-setup/")
    anna.post(f"{front}/booking/address/", ADDRESS)
    assert anna.post(f"{front}/booking/time/", {"slot": "to_agree"}).headers["Location"] == f"{front}/booking/contact/"
    anna.post(f"{front}/booking/contact/", CONTACT)
    order = re.findall(r'name="(key|total)" value="([^"]+)"', anna.get(f"{front}/booking/check/").content.decode())
    anna.post(f"{front}/booking/check/", dict(order))
    call = ServiceCall.objects.get()
    assert (call.time_wish, call.visit_starts_at, call.stage) == (TimeWish.TO_AGREE, None, Stage.REQUESTED)
    clock_runs(now())
    leo = a_helper("Leo")
    clock_runs_until(now() + timedelta(hours=1))
    assert call.offers.get().helper == leo


def test_hostile_words_stay_words(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    evil = '"><script>alert(1)</script>'
    anna.post("/booking/address/", ADDRESS | {"street": evil[:100], "notes": evil})
    anna.post("/booking/time/", {"slot": first_slot(anna)})
    anna.post("/booking/contact/", CONTACT | {"name": evil})
    assert b"<script>alert" not in anna.get("/booking/check/").content


def test_a_brand_in_front_keeps_its_address_on_every_page(anna: Client) -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="partner_principal", payer="brand", tiers=("pro",), provider_pay=6000)
    a_helper("Sara", tier="pro")
    page = anna.get("/b/swisscom/book/").content.decode()
    assert 'href="/b/swisscom/book/internet/"' in page
    assert "/theme/swisscom.css" in page
    assert anna.post("/b/swisscom/book/service/wifi-setup/").headers["Location"] == "/b/swisscom/booking/address/"


def test_where_the_brand_pays_the_search_begins_without_a_bank(anna: Client) -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="partner_principal", payer="brand", tiers=("pro",), provider_pay=6000)
    a_helper("Sara", tier="pro")
    at = "/b/swisscom"
    anna.post(f"{at}/book/service/wifi-setup/")
    anna.post(f"{at}/booking/address/", ADDRESS)
    page = anna.get(f"{at}/booking/time/").content.decode()
    slot = page.split('name="slot" value="')[1].split('"')[0]
    anna.post(f"{at}/booking/time/", {"slot": slot})
    anna.post(f"{at}/booking/contact/", CONTACT)
    check = anna.get(f"{at}/booking/check/").content.decode()
    assert "obligation to pay" not in check
    key = check.split('name="key" value="')[1].split('"')[0]
    answer = anna.post(f"{at}/booking/check/", {"key": key, "total": "8900"})
    call = ServiceCall.objects.get()
    assert answer.headers["Location"] == f"{at}/s/{call.status_key}/"
    assert (call.stage, call.time_wish) == (Stage.REQUESTED, TimeWish.SLOT)


def test_the_order_button_says_in_german_what_the_law_wants(anna: Client, luca: Helper) -> None:
    to_the_check(anna)
    anna.cookies["django_language"] = "de"
    assert "ahlungspflichtig bestellen" in anna.get("/booking/check/").content.decode()


def test_the_first_page_is_light(anna: Client) -> None:
    assert len(gzip.compress(anna.get("/book/").content)) < 10_000


def test_the_start_asks_the_database_the_same_few_questions_whatever_is_sold(
    anna: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert anna.get("/book/").status_code == 200


def test_as_soon_as_possible_is_offered_while_somebody_is_available(anna: Client, luca: Helper) -> None:
    luca.available_until = now() + timedelta(hours=1)
    luca.available_latitude, luca.available_longitude = BUNDESPLATZ
    luca.save()
    to_the_time(anna)
    assert "in 20 to 40 minutes" in anna.get("/booking/time/").content.decode()
    anna.post("/booking/time/", {"slot": "asap"})
    anna.post("/booking/contact/", CONTACT)
    anna.post("/booking/check/", the_order(anna))
    call = ServiceCall.objects.get()
    assert (call.time_wish, call.visit_starts_at) == (TimeWish.ASAP, None)

"""Switzerland, Germany, France: each booking in the words, prices and taxes of its own country."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import set_script_prefix
from tests.countries.abroad import (
    AMOUNT,
    BERLIN,
    LYON,
    Place,
    a_booking_in,
    a_call_in,
    a_local_helper,
    open_for_business,
    signed_off,
)
from tests.factories import NOON, a_done_call, a_helper, a_price, by

from mila.booking.actions import price_booking
from mila.booking.lines import NotSold
from mila.booking.models import DiaryEntry, ServiceCall
from mila.booking.withdrawal import NotDeclared
from mila.countries import queries as countries
from mila.countries.actions import open_country
from mila.countries.files import FILES, is_holiday
from mila.journey import actions as journey
from mila.kernel.money import CurrencyMixed, Money
from mila.kernel.occasion import Who
from mila.kernel.texts import LANGUAGES
from mila.partners.models import Price
from mila.payments import queries as payment
from mila.payments.models import Account, Entry

pytestmark = pytest.mark.django_db
ABROAD = pytest.mark.parametrize("place", [BERLIN, LYON], ids=["Berlin", "Lyon"])
LATER = datetime(2026, 12, 15, 13, tzinfo=UTC)  # more than 14 days after the order


@pytest.fixture
def anna() -> Client:
    set_script_prefix("/")
    a_price()
    return Client()


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def to_the_check(client: Client, place: Place) -> str:
    """Answer every question of a booking and return the page that asks for the order."""
    client.post("/book/country/", {"country": place.code})
    client.post("/book/service/wifi-setup/")
    typed = {"street": "Place", "house_number": "7", "postcode": place.postcode, "town": place.town}
    client.post("/booking/address/", typed)
    slot = re.search(r'name="slot" value="(\d[^"]+)"', text_of(client, "/booking/time/"))
    assert slot, "no slot is offered"
    client.post("/booking/time/", {"slot": slot[1]})
    client.post("/booking/contact/", {"name": "Anna Canary", "email": "anna@customers.example", "phone": place.phone})
    return text_of(client, "/booking/check/")


def the_order(page: str) -> dict[str, str]:
    return {name: re.findall(f'name="{name}" value="([^"]+)"', page)[0] for name in ("key", "total", "early_start")}


@ABROAD
def test_a_visit_abroad_is_booked_in_its_own_currency_places_and_phones(anna: Client, place: Place) -> None:
    open_for_business(place)
    a_local_helper(place)
    page = to_the_check(anna, place)
    assert re.search(r"€\s?76[.,]90|76[.,]90\s?€", page)
    assert re.search(rf"incl\. (€\s?0[.,]{place.fee_tax}|0[.,]{place.fee_tax}\s?€) VAT", page)
    assert "CHF" not in page
    assert place.support in page
    assert f"Mila {place.code}" in page
    assert "within 14 days of ordering" in page
    assert "Order with obligation to pay" in page
    answer = anna.post("/booking/check/", the_order(page))
    assert "/bank/pay/" in answer.headers["Location"]
    call = ServiceCall.objects.get()
    quote = call.quotes.get()
    assert (call.country_id, quote.currency, quote.total) == (place.code, "EUR", AMOUNT + 290)
    assert call.booker.phone == place.phone_abroad
    assert call.address.region == place.region
    assert call.visit_starts_at is not None
    local = call.visit_starts_at.astimezone(countries.zone(call.country))
    assert f"{local:%H:%M}–" in text_of(anna, f"/s/{call.status_key}/")


@ABROAD
def test_a_visit_within_the_withdrawal_period_is_wished_for_expressly(anna: Client, place: Place) -> None:
    open_for_business(place)
    a_local_helper(place)
    page = to_the_check(anna, place)
    box = re.search(r'<input type="checkbox" name="early_start"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    order = the_order(page)
    silent = anna.post("/booking/check/", {name: order[name] for name in ("key", "total")})
    assert silent.status_code == 422
    assert 'id="early_start_error"' in silent.content.decode()
    assert not ServiceCall.objects.exists()
    anna.post("/booking/check/", order)
    kept = DiaryEntry.objects.get(step="early_start")
    assert kept.facts == {"version": "2026-1", "language": "en"}


def test_only_an_order_under_eu_law_within_14_days_needs_the_declaration() -> None:
    open_for_business(BERLIN)
    with pytest.raises(NotDeclared):
        journey.book(given=a_booking_in(BERLIN, early_start=""), now=by(Who.CUSTOMER))
    assert journey.book(given=a_booking_in(BERLIN, LATER, ""), now=by(Who.CUSTOMER)).diary.count() == 1
    assert a_done_call(a_helper()).diary.filter(step="early_start").count() == 0


@pytest.mark.parametrize(("code", "typed"), [("DE", "1234"), ("FR", "75A01"), ("CH", "10115"), ("CH", "0800")])
def test_a_postcode_of_another_country_is_refused_beside_its_field(anna: Client, code: str, typed: str) -> None:
    for place in (BERLIN, LYON):
        open_for_business(place)
    anna.post("/book/country/", {"country": code})
    anna.post("/book/service/wifi-setup/")
    answer = anna.post("/booking/address/", {"street": "Place", "postcode": typed, "town": "Somewhere"})
    assert answer.status_code == 422
    assert f"such as {FILES[code].sample_postcode}." in answer.content.decode()


def test_the_country_is_chosen_where_there_is_a_choice(anna: Client) -> None:
    assert 'name="country"' not in text_of(anna, "/book/")
    open_for_business(BERLIN)
    assert re.search(r'value="CH" aria-current', text_of(anna, "/book/"))
    anna.post("/book/country/", {"country": "FR"})
    assert re.search(r'value="CH" aria-current', text_of(anna, "/book/")), "the brand does not sell in France"
    anna.post("/book/country/", {"country": "DE"})
    assert re.search(r'value="DE" aria-current', text_of(anna, "/book/"))


def test_the_browsers_language_gives_the_first_guess(anna: Client) -> None:
    open_for_business(BERLIN)
    page = anna.get("/book/", headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}).content.decode()
    assert re.search(r'value="DE" aria-current', page)
    page = anna.get("/book/", headers={"Accept-Language": "it-IT,x,-,fr-"}).content.decode()
    assert re.search(r'value="CH" aria-current', page)


def test_each_country_has_its_own_draft(anna: Client) -> None:
    open_for_business(BERLIN)
    anna.post("/book/service/wifi-setup/")
    anna.post("/book/country/", {"country": "DE"})
    assert anna.get("/booking/address/").headers["Location"] == "/book/"
    anna.post("/book/country/", {"country": "CH"})
    assert "Switzerland" in text_of(anna, "/booking/address/")


@ABROAD
def test_the_ledger_of_a_visit_abroad_is_right_to_the_cent(place: Place) -> None:
    open_for_business(place)
    kim = a_local_helper(place)
    signed_off(a_call_in(place), kim)
    commission, fee = 1480, 290
    books = payment.trial_balance()
    assert books[Account.RECEIVABLE_CUSTOMER, "EUR"] == AMOUNT + fee
    assert books[Account.PAYABLE_PROVIDER, "EUR"] == -(AMOUNT - commission)
    assert books[Account.VAT_OUTPUT, "EUR"] == -{BERLIN: 236 + 46, LYON: 247 + 48}[place]  # a line at a time
    assert sum(books.values()) == 0


def test_two_currencies_never_meet_in_one_posting() -> None:
    open_for_business(BERLIN)
    signed_off(a_call_in(BERLIN), a_local_helper(BERLIN))
    bern = a_done_call(a_helper("Luca"))
    assert bern.quotes.get().currency == "CHF"
    by_posting: dict[object, set[str]] = {}
    for posting, currency in Entry.objects.values_list("posting", "currency"):
        by_posting.setdefault(posting, set()).add(currency)
    assert by_posting
    assert all(len(found) == 1 for found in by_posting.values())
    with pytest.raises(CurrencyMixed):
        Money(1, "CHF") + Money(1, "EUR")


def test_prices_of_two_countries_are_not_booked_together() -> None:
    germany = open_for_business(BERLIN)
    a_price()
    Price.objects.filter(country="DE").update(currency="CHF")
    sold = price_booking(brand=Price.objects.all()[0].brand, country=germany, packages=("wifi-setup",), on=NOON.date())
    assert sold.total == AMOUNT + 290
    with pytest.raises(NotSold):
        price_booking(brand=Price.objects.all()[0].brand, country=germany, packages=("wifi-setup", "x"), on=NOON.date())


def test_withdrawing_within_14_days_costs_nothing_abroad() -> None:
    open_for_business(LYON)
    call = a_call_in(LYON)
    assert payment.cancellation_cost(call, NOON).is_free
    assert countries.withdrawal("CH", NOON.date()).days == 0


@pytest.mark.parametrize("language", LANGUAGES)
@ABROAD
def test_a_call_abroad_is_shown_in_every_language(client: Client, place: Place, language: str) -> None:
    open_for_business(place)
    call = a_call_in(place)
    client.cookies["django_language"] = language
    page = client.get(f"/s/{call.status_key}/")
    assert (page.status_code, page.headers["Content-Language"]) == (200, language)


@pytest.mark.parametrize("code", FILES)
def test_every_country_has_the_texts_of_the_law_in_four_languages(code: str) -> None:
    open_country(FILES[code])
    today = NOON.date()
    for texts in (countries.order_button(code, today), countries.withdrawal(code, today).information):
        assert set(texts) == set(LANGUAGES)
    assert all(initial.source for initial in FILES[code].values)


@pytest.mark.parametrize(
    ("country", "region", "day", "expected"),
    [
        ("CH", "BE", date(2027, 1, 2), True),
        ("CH", "GE", date(2027, 1, 2), False),
        ("DE", "BY", date(2027, 1, 6), True),
        ("DE", "HH", date(2027, 1, 6), False),
        ("DE", "BE", date(2027, 3, 8), True),
        ("DE", "", date(2027, 10, 3), True),
        ("FR", "67", date(2027, 12, 26), True),
        ("FR", "57", date(2027, 3, 26), True),
        ("FR", "75", date(2027, 3, 26), False),
        ("FR", "75", date(2027, 7, 14), True),
    ],
)
def test_holidays_are_those_of_the_canton_land_or_department(
    country: str, region: str, day: date, *, expected: bool
) -> None:
    assert is_holiday(country, region, day) == expected

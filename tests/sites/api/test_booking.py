"""A program does what the booking site does, through the same verbs."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import a_booking, a_brand, a_helper, a_package, a_price, an_accepted_call, by
from tests.sites.api.conftest import ADDRESS, Program, a_key, an_order, bookable, problem
from tests.story import fail

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.partners.models import ContractText
from mila.sites.now import now
from mila.visit import actions as visit
from mila.visit.models import CodePurpose

pytestmark = pytest.mark.django_db


def test_the_catalogue_names_the_whole_price(program: Program) -> None:
    (package,) = program.get("/catalogue?country=CH").json()["packages"]
    assert package["code"] == "wifi-setup"
    assert package["total"] == {"amount_minor": 9390, "currency": "CHF"}  # 89.00 and the guarantee


def test_the_catalogue_speaks_the_language_asked_for(program: Program) -> None:
    (package,) = program.get("/catalogue?country=CH", **{"Accept-Language": "de"}).json()["packages"]
    assert package["name"] == "WLAN einrichten"


def test_a_quote_is_what_a_booking_freezes(program: Program) -> None:
    quote = program.post("/quote", {"country": "CH", "packages": ["wifi-setup"]}, key="").json()
    call = program.post("/calls", an_order(total=quote["total"])).json()
    assert (call["total"], call["lines"]) == (quote["total"], quote["lines"])


def test_slots_are_offered_where_somebody_could_come(program: Program) -> None:
    asked = {"packages": ["wifi-setup"], "address": ADDRESS}
    supply = program.post("/slots", asked, key="").json()
    assert an_order()["time"]["starts_at"] in [slot["starts_at"] for slot in supply["slots"]]
    assert supply["asap_minutes"] is None


def test_what_the_customer_pays_waits_for_a_means_of_payment(program: Program) -> None:
    response = program.post("/calls", an_order(partner_order_id="shop-7"))
    call = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/calls/{call['id']}"
    assert (call["stage"], call["paid_by"], call["partner_order_id"]) == ("drafted", "customer", "shop-7")
    assert program.client.get(call["payment_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_what_the_brand_pays_is_searched_for_at_once() -> None:
    bookable()
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, a_package(), model="principal", payer="brand", provider_pay=6000)
    a_helper("Sara", tier="pro")
    program = Program(a_key(brand))
    quote = program.post("/quote", {"country": "CH", "packages": ["wifi-setup"]}, key="").json()
    call = program.post("/calls", an_order(total=quote["total"])).json()
    assert (call["stage"], call["paid_by"], call["payment_url"]) == ("requested", "brand", None)
    assert call["search"] is None
    sweep(at=now(), on_fault=fail)
    again = program.get(f"/calls/{call['id']}").json()
    assert again["search"] == {"looked_at": 1, "eligible": 1, "asked": 1, "declined": 0, "no_answer": 0}
    assert ContractText.objects.count() == 0


def test_the_brand_is_written_down_as_who_booked(program: Program) -> None:
    call = program.post("/calls", an_order()).json()
    (event,) = program.get(f"/calls/{call['id']}/events").json()["events"]
    assert (event["step"], event["by"], event["stage"]) == ("book", "brand", "drafted")


def test_a_booking_repeats_nothing_about_the_customer(program: Program) -> None:
    said = program.post("/calls", an_order(notes="Hund heisst Zitrone")).content.decode()
    assert not [secret for secret in ("Canary", "anna@", "Kanarienweg", "Zitrone") if secret in said]


def test_a_time_that_nobody_could_keep_is_a_conflict(program: Program) -> None:
    night = an_order()["time"]["starts_at"].replace("T13", "T02")
    refused = program.post("/calls", an_order(time={"wish": "slot", "starts_at": night}))
    assert problem(refused, 409) == "slot_taken"
    assert problem(program.post("/calls", an_order(time={"wish": "asap"})), 409) == "slot_taken"
    assert not ServiceCall.objects.exists()


def test_another_price_than_the_named_one_is_a_conflict(program: Program) -> None:
    cheaper = {"amount_minor": 9389, "currency": "CHF"}
    assert problem(program.post("/calls", an_order(total=cheaper)), 409) == "price_changed"


def test_a_partner_order_is_booked_once(program: Program) -> None:
    a_helper("Mia")
    program.post("/calls", an_order(partner_order_id="shop-7"))
    assert problem(program.post("/calls", an_order(partner_order_id="shop-7")), 409) == "order_known"


def test_an_address_nobody_knows_needs_a_position(program: Program) -> None:
    nowhere = {**ADDRESS, "postcode": "9999", "town": "Nirgendwo"}
    assert problem(program.post("/calls", an_order(address=nowhere)), 422) == "place_unknown"
    pinned = {**nowhere, "position": {"latitude": 46.9469, "longitude": 7.4442}}
    assert program.post("/calls", an_order(address=pinned)).status_code == 201


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("customer", {"name": "Anna"}, "/customer/email"),
        ("customer", {"name": "Anna", "phone": "12"}, "/customer/phone"),
        ("customer", {"name": "Anna", "email": "no mail"}, "/customer/email"),
        ("address", {**ADDRESS, "postcode": "30"}, "/address/postcode"),
        ("packages", ["wifi-setup", "wifi-setup"], "/packages"),
        ("packages", [], "/packages"),
        ("notes", "\x00", "/notes"),
        ("wish", "anything", "/wish"),
        ("total", {"amount_minor": "9390", "currency": "CHF"}, "/total/amount_minor"),
    ],
)
def test_what_is_wrong_is_named_beside_its_place(program: Program, member: str, value: object, pointer: str) -> None:
    refused = program.post("/calls", an_order(**{member: value}))
    assert problem(refused, 422) == "invalid"
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_cancelling_before_anybody_is_assigned_is_free(program: Program) -> None:
    call = program.post("/calls", an_order()).json()
    cost = program.get(f"/calls/{call['id']}/cancellation").json()
    assert cost == {"possible": True, "cost": {"amount_minor": 0, "currency": "CHF"}, "code_needed": False}
    cancelled = program.post(f"/calls/{call['id']}/cancellation", {"cost": cost["cost"]})
    assert (cancelled.status_code, cancelled.json()["stage"]) == (200, "cancelled")
    assert program.get(f"/calls/{call['id']}/cancellation").json()["possible"] is False


def test_cancelling_at_a_cost_needs_the_code_of_who_pays(program: Program) -> None:
    call = an_accepted_call(Helper.objects.get(), now() - timedelta(minutes=30), starts_at=within_a_day())
    path = f"/calls/{call.id}/cancellation"
    cost = program.get(path).json()
    assert cost["code_needed"] is True
    assert problem(program.post(path, {"cost": {"amount_minor": 0, "currency": "CHF"}}), 409) == "cost_changed"
    assert program.post(f"{path}/code", "").json() == {"channel": "mail"}
    assert problem(program.post(path, {"cost": cost["cost"], "code": "000"}), 422) == "code_wrong"
    code = visit.make_code(call=call, purpose=CodePurpose.CANCEL, sent_to="mail", now=by(Who.CUSTOMER, now()))
    assert program.post(path, {"cost": cost["cost"], "code": code}).json()["stage"] == "cancelled"


def test_pages_neither_skip_nor_repeat_while_calls_are_booked(program: Program) -> None:
    booked = [a_call_of_the_brand(minutes) for minutes in range(5)]
    seen, path = [], "/calls?limit=2"
    while path:
        page = program.get(path)
        seen += [call["id"] for call in page.json()["calls"]]
        a_call_of_the_brand(60 + len(seen))
        onward = page.json()["next_cursor"]
        assert ('rel="next"' in page.headers.get("Link", "")) == bool(onward)
        path = f"/calls?limit=2&cursor={onward}" if onward else ""
    assert seen == [str(call) for call in reversed(booked)]


def test_a_page_of_calls_takes_a_fixed_number_of_queries(program: Program) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            program.get("/calls")
        return len(taken)

    a_call_of_the_brand(1)
    few = queries()
    for minutes in range(2, 6):
        a_call_of_the_brand(minutes)
    assert queries() == few


def test_events_come_in_order_page_by_page(program: Program) -> None:
    call = program.post("/calls", an_order()).json()
    program.post(f"/calls/{call['id']}/cancellation", {"cost": {"amount_minor": 0, "currency": "CHF"}})
    first = program.get(f"/calls/{call['id']}/events?limit=1").json()
    second = program.get(f"/calls/{call['id']}/events?limit=1&cursor={first['next_cursor']}").json()
    assert [page["events"][0]["step"] for page in (first, second)] == ["book", "cancel"]
    assert second["next_cursor"] is None


def test_a_cursor_of_another_list_is_refused(program: Program) -> None:
    for minutes in range(2):
        a_call_of_the_brand(minutes)
    cursor = program.get("/calls?limit=1").json()["next_cursor"]
    assert problem(program.get(f"/calls?limit=1&stage=closed&cursor={cursor}"), 400) == "cursor_invalid"
    assert problem(program.get("/calls?cursor=AAAA"), 400) == "cursor_invalid"
    assert problem(program.get("/calls?limit=201"), 400) == "parameter_invalid"


def a_call_of_the_brand(minutes: int) -> object:
    from_then = by(Who.CUSTOMER, now() + timedelta(minutes=minutes))
    return journey.book(given=a_booking(), now=from_then).id


def within_a_day() -> datetime:
    """Return a full hour of the day, less than 24 hours ahead."""
    hours = (now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=ahead) for ahead in range(4, 23))
    return next(hour for hour in hours if 9 <= hour.hour <= 17)

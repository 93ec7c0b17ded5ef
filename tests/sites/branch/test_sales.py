"""The brand's word at the counter: an order is noted, confirmed once, and taken back; another brand's is not there."""

import pytest
from django.test import Client
from tests.factories import a_branch, a_brand, a_counter
from tests.sales import a_recommendation, the_shop_says
from tests.sites.branch.test_counter import browser_of
from tests.story import books_balance

from mila.booking.models import ServiceCall
from mila.payments.models import Claim, Posting, Sale, SaleState
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Suggestion:
    return a_recommendation()


@pytest.fixture
def counter(row: Suggestion) -> Client:
    return browser_of(a_counter(a_branch(brand=row.product.brand)))


def number_of(row: Suggestion) -> str:
    return ServiceCall.objects.get(pk=row.assignment.call_id).order_number


def says(counter: Client, sale: Sale, step: str, **more: str) -> int:
    status = counter.post(f"/branch/sales/{sale.pk}/", {"step": step, **more}).status_code
    sale.refresh_from_db()
    return status


def test_who_comes_with_the_visit_s_number_has_the_order_noted(counter: Client, row: Suggestion) -> None:
    found = counter.get("/branch/sales/", {"number": number_of(row).lower()}).content.decode()
    address = f"/branch/recommendations/{row.pk}/"
    assert address in found
    assert counter.post(address, {"order_id": "", "total": "x"}).status_code == 422
    assert counter.post(address, {"order_id": "4711", "total": "49,90"}).status_code == 302
    sale = Sale.objects.get()
    assert (sale.state, sale.amount, sale.order_id) == (SaleState.ORDERED, 4990, "4711")
    assert counter.get(address).headers["Location"] == f"/branch/sales/{sale.pk}/"
    assert counter.get("/branch/sales/", {"number": "4711"}).headers["Location"] == f"/branch/sales/{sale.pk}/"


def test_a_confirmed_sale_is_booked_once_however_often_it_is_pressed(counter: Client, row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    assert "4711" in counter.get("/branch/sales/").content.decode()
    for _ in range(2):
        assert says(counter, sale, "confirmed", total="49.90") == 302
    assert (sale.state, sale.commission) == (SaleState.CONFIRMED, 499)
    assert Posting.objects.filter(event__startswith="sale").count() == 2
    assert Claim.objects.filter(purpose="sale").count() == 1
    assert books_balance()


def test_another_total_than_the_confirmed_one_is_refused_beside_its_field(counter: Client, row: Suggestion) -> None:
    sale = the_shop_says(row, "confirmed")
    answer = counter.post(f"/branch/sales/{sale.pk}/", {"step": "confirmed", "total": "99.80"})
    assert answer.status_code == 409
    assert says(counter, sale, "invented") == 422
    assert sale.amount == 4990


def test_a_part_and_then_the_whole_comes_back(counter: Client, row: Suggestion) -> None:
    sale = the_shop_says(row, "confirmed")
    assert says(counter, sale, "returned", returned="60") == 422
    assert says(counter, sale, "returned", returned="20") == 302
    assert (sale.state, sale.returned) == (SaleState.CONFIRMED, 2000)
    assert says(counter, sale, "returned", returned="49.90") == 302
    assert (sale.state, sale.commission_left) == (SaleState.RETURNED, 0)
    assert books_balance()


def test_who_confirms_what_was_cancelled_meanwhile_reads_it(counter: Client, row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    assert says(counter, sale, "cancelled") == 302
    answer = counter.post(f"/branch/sales/{sale.pk}/", {"step": "confirmed", "total": "49.90"}, follow=True)
    assert "Somebody was faster" in answer.content.decode()
    assert not Claim.objects.filter(purpose="sale").exists()


def test_another_brand_s_sale_is_not_there(row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    stranger = browser_of(a_counter(a_branch(brand=a_brand("conrad", is_own=False)), "stranger"))
    for address in (f"/branch/sales/{sale.pk}/", f"/branch/recommendations/{row.pk}/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"step": "confirmed", "total": "49.90"}).status_code == 404
    for number in (number_of(row), "4711"):
        assert stranger.get("/branch/sales/", {"number": number}).status_code == 404
    assert "4711" not in stranger.get("/branch/sales/").content.decode()


def test_the_page_shows_nothing_of_the_client(counter: Client, row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    pages = [counter.get(f"/branch/sales/{sale.pk}/").content.decode(), counter.get("/branch/sales/").content.decode()]
    assert not any(secret in page for page in pages for secret in ("Anna", "Canary", "Kanarienweg"))

"""The demonstration's shop, where one can really order; and the door at which any brand's shop tells of orders."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from tests.factories import a_brand, a_country, a_product, by
from tests.sales import a_recommendation, call_of, the_shop_says

from mila.kernel.occasion import Who
from mila.kernel.signatures import sign
from mila.partners import shops
from mila.partners.adapters.shops.test.models import Order
from mila.partners.models import Product, SalesCommission
from mila.payments.models import Claim, ClaimState, Sale, SaleState
from mila.sites.now import now
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Suggestion:
    """A product of Swisscom's, whose shop is the stand-in, recommended at a visit of Mila's."""
    row = a_recommendation()
    shops.open_shop(brand=row.product.brand, adapter=shops.STAND_IN, now=by(Who.DESK, now()))
    return row


def way(row: Suggestion) -> str:
    """Return the address in the shop that the status page leads to, without the host."""
    page = Client().get(f"/s/{call_of(row).status_key}/").content.decode()
    found = page.split('id="products"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    parts = urlsplit(found)
    return f"{parts.path}?{parts.query}"


def orders(client: Client, row: Suggestion, pieces: str = "1", key: str = "") -> Any:
    return client.post(way(row), {"pieces": pieces, "key": key or str(uuid4())}, follow=True)


def test_the_client_orders_and_the_shop_tells_mila(client: Client, row: Suggestion) -> None:
    page = client.get(way(row)).content.decode()
    assert "Order with obligation to pay" in page
    assert "This is a demonstration shop" in page
    page = orders(client, row, "2").content.decode()
    assert "Thank you for your order" in page
    sale = Sale.objects.get()
    assert (sale.state, sale.amount, sale.order_id) == (SaleState.ORDERED, 9980, Order.objects.get().number)
    status = client.get(f"/s/{call_of(row).status_key}/").content.decode()
    assert sale.order_id in status
    assert "Ordered" in status


def test_the_shop_confirms_and_takes_back(client: Client, row: Suggestion) -> None:
    order = urlsplit(orders(client, row).redirect_chain[-1][0]).path
    client.post(order, {"step": "confirmed"})
    assert Claim.objects.get(purpose="sale").state == ClaimState.EARNED
    assert "Order confirmed" in client.get(f"/s/{call_of(row).status_key}/").content.decode()
    client.post(order, {"step": "confirmed"})
    client.post(order, {"step": "cancelled"})
    assert Sale.objects.get().state == SaleState.CONFIRMED
    client.post(order, {"step": "returned"})
    assert Claim.objects.get(purpose="sale").state == ClaimState.VOID
    page = client.get(f"/s/{call_of(row).status_key}/").content.decode()
    assert "Returned" in page
    assert "/shop/products/" in page, "who sent it back may order again"


def test_one_piece_of_two_comes_back(client: Client, row: Suggestion) -> None:
    order = urlsplit(orders(client, row, "2").redirect_chain[-1][0]).path
    assert "one_piece_back" not in client.get(order).content.decode()
    client.post(order, {"step": "confirmed"})
    for _ in range(2):
        client.post(order, {"step": "one_piece_back"})
    assert (Sale.objects.get().state, Sale.objects.get().returned) == (SaleState.CONFIRMED, 4990)
    page = client.get(f"/s/{call_of(row).status_key}/").content.decode()
    assert "Order confirmed" in page
    assert "Partly returned" in page
    client.post(order, {"step": "returned"})
    assert Sale.objects.get().state == SaleState.RETURNED


def test_a_form_sent_twice_is_one_order(client: Client, row: Suggestion) -> None:
    key = str(uuid4())
    orders(client, row, key=key)
    client.post(f"/shop/products/{row.product_id}/?mila={row.pk}", {"pieces": "1", "key": key})
    assert Order.objects.count() == Sale.objects.count() == 1


def test_a_second_order_stands_in_the_shop_alone(client: Client, row: Suggestion) -> None:
    address = way(row)
    orders(client, row)
    page = client.post(address, {"pieces": "1", "key": str(uuid4())}, follow=True).content.decode()
    assert "Another order counts for this recommendation" in page
    assert (Order.objects.count(), Sale.objects.count()) == (2, 1)


def test_without_a_number_the_page_asks_for_one(client: Client, row: Suggestion) -> None:
    address = way(row)
    for pieces in ("", "0", "4", "1.5", "x"):
        answer = client.post(address, {"pieces": pieces, "key": str(uuid4())})
        assert answer.status_code == 422
        assert "Please choose how many" in answer.content.decode()


def test_who_comes_by_himself_orders_without_a_word_to_mila(client: Client, row: Suggestion) -> None:
    client.post(f"/shop/products/{row.product_id}/", {"pieces": "1", "key": str(uuid4())})
    assert Order.objects.get().recommendation is None
    assert not Sale.objects.exists()


def test_the_way_back_leads_nowhere_else(client: Client, row: Suggestion) -> None:
    for back in (
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "x",
        "/\\elsewhere.example/",
    ):
        page = client.get(f"/shop/products/{row.product_id}/", {"back": back}).content.decode()
        assert "Back without ordering" not in page


def test_the_way_back_leads_to_the_visit(client: Client, row: Suggestion) -> None:
    assert f'href="/s/{call_of(row).status_key}/"' in orders(client, row).content.decode()


def test_a_real_installation_has_no_such_shop(client: Client, row: Suggestion, settings: Settings) -> None:
    address = way(row)
    settings.MODE = "production"
    assert client.get(address).status_code == 404


def test_a_brand_with_a_shop_of_its_own_has_none_here(client: Client, row: Suggestion) -> None:
    shops.open_shop(brand=row.product.brand, adapter=shops.PLAIN, now=by(Who.DESK, now()))
    assert client.get(f"/shop/products/{row.product_id}/").status_code == 404


def test_another_firm_is_told_the_recommendation_and_not_whose_it_is(row: Suggestion) -> None:
    Product.objects.update(shop_url="https://shop.swisscom.example/p?id=7")
    shops.open_shop(brand=row.product.brand, adapter=shops.PLAIN, now=by(Who.DESK, now()))
    product = Product.objects.select_related("brand").get()
    found = urlsplit(shops.way_into(product, recommendation=row.pk, back="https://mila.example/s/secret/"))
    assert parse_qs(found.query) == {"id": ["7"], "mila": [str(row.pk)]}
    assert found.hostname == "shop.swisscom.example"


def a_message(row: Suggestion, **more: object) -> bytes:
    total = {"amount_minor": 4990, "currency": "CHF"}
    said = {"recommendation": str(row.pk), "order_id": "4711", "total": total, "state": "confirmed"}
    return json.dumps({**said, **more}).encode()


def send(body: bytes, *, secret: str, age_s: int = 0, slug: str = "swisscom") -> int:
    signature = sign(body=body, secret=secret, at=now() - timedelta(seconds=age_s))
    address = f"/hooks/shop/{slug}/"
    answer = Client().post(address, body, content_type="application/json", headers={"shop-signature": signature})
    return answer.status_code


def test_a_signed_message_books_the_commission_and_once(row: Suggestion) -> None:
    secret = shops.secret_of(row.product.brand)
    assert [send(a_message(row), secret=secret) for _ in range(3)] == [204] * 3
    assert Claim.objects.get(purpose="sale").amount == 299


def test_what_the_shop_did_not_say_changes_nothing(row: Suggestion) -> None:
    right = shops.secret_of(row.product.brand)
    assert send(a_message(row), secret="wrong") == 400
    assert send(a_message(row), secret=right, age_s=400) == 400
    assert send(a_message(row, state="stands"), secret=right) == 422
    assert send(a_message(row, total={"amount_minor": 1, "currency": "EUR"}), secret=right) == 422
    assert not Sale.objects.exists()


def test_another_brand_s_shop_finds_nothing(row: Suggestion) -> None:
    conrad = a_brand("conrad", is_own=False)
    secret = shops.open_shop(brand=conrad, adapter=shops.PLAIN, now=by(Who.DESK, now()))
    assert send(a_message(row), secret=secret, slug="conrad") == 404
    assert send(a_message(row), secret=secret, slug="nobody") == 404
    assert send(b" " * 70_000, secret=secret, slug="conrad") == 413
    assert not Sale.objects.exists()


def test_a_secret_is_changed_without_a_gap(row: Suggestion) -> None:
    brand, out = row.product.brand, StringIO()
    first = shops.secret_of(brand)
    call_command("shop_secret", "swisscom", stdout=out, stderr=StringIO())
    second = out.getvalue().strip()
    assert [send(a_message(row), secret=one) for one in (first, second)] == [204, 204]
    call_command("shop_secret", "swisscom", stdout=StringIO(), stderr=StringIO())
    assert [send(a_message(row), secret=one) for one in (first, second)] == [400, 204]
    brand.shop.refresh_from_db()
    assert second not in (brand.shop.secret, brand.shop.former)
    with pytest.raises(CommandError):
        call_command("shop_secret", "nobody")


def test_rates_are_set_from_a_day_on_and_earlier_ones_stay() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_product("cable", brand=brand)
    out = StringIO()
    call_command("sales_commission", "swisscom", "CH", "10", "60", "--since", "2099-01-01", stdout=out)
    call_command("sales_commission", "swisscom", "CH", "7.5", "50", "--since", "2099-06-01", stdout=out)
    call_command("sales_commission", "swisscom", "CH", "5", "50", "--since", "2099-03-01", stdout=out)
    call_command(
        "sales_commission", "swisscom", "CH", "20", "50", "--since", "2099-01-01", "--product", "cable", stdout=out
    )
    rows = SalesCommission.objects.filter(product=None, country=a_country()).order_by("holds")
    assert [(row.basis_points, str(row.holds.lower), str(row.holds.upper)) for row in rows] == [
        (1000, "2099-01-01", "2099-03-01"), (500, "2099-03-01", "2099-06-01"), (750, "2099-06-01", "None"),
    ]  # fmt: skip
    assert "7.5 % from 2099-06-01, 50 % of it" in out.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        ("nobody", "CH", "10", "60"), ("swisscom", "XX", "10", "60"), ("swisscom", "CH", "101", "60"),
        ("swisscom", "CH", "ten", "60"), ("swisscom", "CH", "NaN", "60"), ("swisscom", "CH", "0.001", "60"),
        ("swisscom", "CH", "10", "60", "--product", "no"), ("swisscom", "CH", "10", "60", "--since", "2020-01-01"),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_refused(said: tuple[str, ...]) -> None:
    a_brand("swisscom", is_own=False)
    with pytest.raises(CommandError):
        call_command("sales_commission", *said)
    assert not SalesCommission.objects.exists()


def test_two_rates_from_one_day_are_refused() -> None:
    a_brand("swisscom", is_own=False)
    call_command("sales_commission", "swisscom", "CH", "10", "60", "--since", "2099-01-01", stdout=StringIO())
    with pytest.raises(CommandError, match="begins on this day already"):
        call_command("sales_commission", "swisscom", "CH", "12", "60", "--since", "2099-01-01")


def test_the_shop_says_who_is_not_known_to_it(client: Client, row: Suggestion) -> None:
    address = f"/shop/products/{row.product_id}/?mila={uuid4()}"
    page = client.post(address, {"pieces": "1", "key": str(uuid4())}, follow=True).content.decode()
    assert "Nobody has recommended" in page
    assert the_shop_says(row, "ordered").order_id == "4711"

"""A brand's program tells how orders of recommended products stand, and reads its sales."""

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import a_brand, a_helper, a_product
from tests.sales import a_recommendation, the_shop_says
from tests.sites.api.conftest import Program, a_key, problem

from mila.partners.models import Scope
from mila.payments.models import Claim, Posting, Sale
from mila.sites.now import now
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db
FRANCS = {"amount_minor": 4990, "currency": "CHF"}


@pytest.fixture
def row() -> Suggestion:
    return a_recommendation()


@pytest.fixture
def shop(row: Suggestion) -> Program:
    return Program(a_key(row.product.brand))


def an_order(row: Suggestion, state: str = "confirmed", **more: object) -> dict[str, Any]:
    return {"recommendation": str(row.pk), "order_id": "4711", "total": FRANCS, "state": state, **more}


def test_a_brand_tells_an_order_from_beginning_to_end(shop: Program, row: Suggestion) -> None:
    said = shop.post("/sales", an_order(row, "ordered")).json()
    assert (said["state"], said["commission"]["amount_minor"], said["stands_at"]) == ("ordered", 0, None)
    said = shop.post("/sales", an_order(row)).json()
    assert (said["state"], said["commission"], said["product"]) == (
        "confirmed", {"amount_minor": 499, "currency": "CHF"}, "repeater",
    )  # fmt: skip
    assert said["stands_at"] is not None
    assert said["call_id"] is None, "it was Mila's own call"
    said = shop.post("/sales", an_order(row, "returned")).json()
    assert (said["state"], said["commission"]["amount_minor"]) == ("returned", 0)
    assert Sale.objects.count() == 1


def test_the_same_word_again_is_the_same_answer_with_any_key(shop: Program, row: Suggestion) -> None:
    first = shop.post("/sales", an_order(row), key="a")
    again = shop.post("/sales", an_order(row), key="a")
    anew = shop.post("/sales", an_order(row), key="b")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json() == again.json() == anew.json()
    assert Claim.objects.filter(purpose="sale").count() == 1
    assert Posting.objects.filter(event__startswith="sale").count() == 2


def test_another_brand_s_key_finds_nothing(shop: Program, row: Suggestion) -> None:
    sale = the_shop_says(row, "ordered")
    stranger = Program(a_key(a_brand("conrad", is_own=False)))
    assert problem(stranger.post("/sales", an_order(row)), 404) == "no_recommendation"
    assert problem(stranger.get(f"/sales/{sale.id}"), 404) == "not_found"
    assert stranger.get("/sales").json()["sales"] == []
    assert shop.get(f"/sales/{sale.id}").json()["order_id"] == "4711"


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"recommendation": "01890000-0000-7000-8000-000000000000"}, 404, "no_recommendation"),
    ({"recommendation": "x"}, 422, "invalid"),
    ({"order_id": " "}, 422, "invalid"),
    ({"order_id": "x" * 81}, 422, "invalid"),
    ({"state": "stands"}, 422, "invalid"),
    ({"total": {"amount_minor": 0, "currency": "CHF"}}, 422, "total_unfit"),
    ({"total": {"amount_minor": 1, "currency": "EUR"}}, 422, "total_unfit"),
]


def test_what_does_not_fit_is_said(shop: Program, row: Suggestion) -> None:
    for wrong, status, code in WRONG:
        assert problem(shop.post("/sales", an_order(row, **wrong)), status) == code, wrong
    assert not Sale.objects.exists()


def test_conflicts_have_their_names(shop: Program, row: Suggestion) -> None:
    shop.post("/sales", an_order(row))
    assert problem(shop.post("/sales", an_order(row, order_id="4712")), 409) == "ordered_already"
    assert (
        problem(shop.post("/sales", an_order(row, total={"amount_minor": 1, "currency": "CHF"})), 409) == "sale_differs"
    )


def test_a_key_may_read_without_telling(row: Suggestion) -> None:
    reader = Program(a_key(row.product.brand, Scope.SALES_READ))
    assert reader.get("/sales").status_code == 200
    assert problem(reader.post("/sales", an_order(row)), 403) == "scope_missing"
    assert problem(Program(a_key(row.product.brand, Scope.CALLS_READ)).get("/sales"), 403) == "scope_missing"


def test_sales_come_in_pages_newest_first(row: Suggestion) -> None:
    brand = row.product.brand
    shop = Program(a_key(brand))
    for number in range(3):
        at = now() + timedelta(seconds=number)
        the_shop_says(row, "returned", at, order=f"S-{number}")
    first = shop.get("/sales?limit=2").json()
    assert [one["order_id"] for one in first["sales"]] == ["S-2", "S-1"]
    rest = shop.get(f"/sales?limit=2&cursor={first['next_cursor']}").json()
    assert [one["order_id"] for one in rest["sales"]] == ["S-0"]
    assert rest["next_cursor"] is None
    assert len(shop.get("/sales?state=returned&order_id=S-1").json()["sales"]) == 1
    assert shop.get("/sales?state=confirmed").json()["sales"] == []
    assert problem(shop.get(f"/sales?state=returned&cursor={first['next_cursor']}"), 400) == "cursor_invalid"


def test_at_its_own_call_a_brand_reads_which_it_was() -> None:
    mila = a_brand()
    own = a_recommendation(a_helper("Sara"), product=a_product("cable", brand=mila))
    sale = the_shop_says(own, "ordered")
    assert Program(a_key(mila)).get(f"/sales/{sale.id}").json()["call_id"] == str(sale.call_id)


def test_a_part_that_came_back_is_told_in_all_and_billed_no_more(shop: Program, row: Suggestion) -> None:
    two = {"amount_minor": 9980, "currency": "CHF"}
    shop.post("/sales", an_order(row, total=two))
    part = an_order(row, "returned", returned=FRANCS, total=two)
    for said in (shop.post("/sales", part).json(), shop.post("/sales", part).json()):
        assert (said["state"], said["returned"], said["commission"]["amount_minor"]) == ("confirmed", FRANCS, 499)
    assert shop.get(f"/sales/{said['id']}").json()["returned"] == FRANCS
    said = shop.post("/sales", an_order(row, "returned", total=two)).json()
    assert (said["state"], said["commission"]["amount_minor"]) == ("returned", 0)


def test_what_comes_back_is_a_part_of_the_order(shop: Program, row: Suggestion) -> None:
    shop.post("/sales", an_order(row))
    more = shop.post("/sales", an_order(row, "returned", returned={"amount_minor": 4991, "currency": "CHF"}))
    assert problem(more, 422) == "return_unfit"
    assert shop.post("/sales", an_order(row, returned=FRANCS)).status_code == 422, "confirmed is not returned"

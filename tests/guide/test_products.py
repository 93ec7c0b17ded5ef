"""Guide, "Sales opportunities": the helper recommends what helps, the client orders."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_confirmed_call,
    a_done_call,
    a_helper,
    a_product,
    a_requested_call,
    by_helper,
)
from tests.story import signed_off, told

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.partners.models import Product
from mila.visit.actions import SuggestingClosed, TooManyProducts
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db
LATER = IN_THREE_DAYS + timedelta(hours=1)


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


def recommends(helper: Helper, call: ServiceCall, product: Product) -> Suggestion:
    return journey.suggest_product(call_id=call.id, product_id=product.id, now=by_helper(helper, LATER))


def names(call: ServiceCall) -> list[str]:
    rows = Suggestion.objects.filter(assignment__call=call).order_by("position")
    return list(rows.values_list("product__code", flat=True))


def test_a_helper_recommends_and_the_client_orders(luca: Helper) -> None:
    product, call = a_product("repeater"), a_done_call(luca)
    recommends(luca, call, product)
    recommends(luca, call, product)
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert page.count("https://shop.mila.example/repeater") == 1
    assert told(call, "tell_of_products") == []
    signed_off(call, LATER)
    letter = told(call, "tell_of_products")[0]
    assert "https://shop.mila.example/repeater" in letter.text
    assert "49.90" in letter.text


def test_the_client_is_told_once_however_much_is_recommended(luca: Helper) -> None:
    call = signed_off(a_done_call(luca), LATER)
    for code in ("one", "two", "three"):
        recommends(luca, call, a_product(code))
    assert len(told(call, "tell_of_products")) == 1
    assert names(call) == ["one", "two", "three"]


def test_nothing_recommended_nothing_told(luca: Helper) -> None:
    assert told(signed_off(a_done_call(luca), LATER), "tell_of_products") == []


def test_on_a_brand_s_call_only_its_products(luca: Helper) -> None:
    swisscom = a_brand("swisscom", is_own=False)
    own, foreign = a_product(brand=swisscom), a_product(brand=a_brand("conrad", is_own=False))
    a_brand()
    call = a_confirmed_call(luca, brand=swisscom)
    with pytest.raises(journey.NotForThisCall):
        recommends(luca, call, foreign)
    with pytest.raises(journey.NotForThisCall):
        recommends(luca, call, a_product("milas"))
    recommends(luca, call, own)
    assert names(call) == ["repeater"]


def test_on_mila_s_own_call_any_brand(luca: Helper) -> None:
    call = a_confirmed_call(luca)
    for slug in ("swisscom", "conrad"):
        recommends(luca, call, a_product(slug, brand=a_brand(slug, is_own=False)))
    assert names(call) == ["swisscom", "conrad"]


def test_not_sold_any_more_is_not_recommended(luca: Helper) -> None:
    product, call = a_product(), a_confirmed_call(luca)
    Product.objects.update(is_open=False)
    with pytest.raises(journey.NotForThisCall):
        recommends(luca, call, product)


def test_three_are_enough_and_one_can_be_taken_back(luca: Helper) -> None:
    call, products = a_done_call(luca), [a_product(f"p{number}") for number in range(4)]
    for product in products[:3]:
        recommends(luca, call, product)
    with pytest.raises(TooManyProducts):
        recommends(luca, call, products[3])
    journey.take_product_back(call_id=call.id, product_id=products[0].id, now=by_helper(luca, LATER))
    recommends(luca, call, products[3])
    assert names(call) == ["p3", "p1", "p2"]
    signed_off(call, LATER)
    with pytest.raises(journey.ClientKnows):
        journey.take_product_back(call_id=call.id, product_id=products[1].id, now=by_helper(luca, LATER))


def test_the_database_knows_no_fourth_place(luca: Helper) -> None:
    held = a_confirmed_call(luca).assignments.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.create(assignment=held, product=a_product(), position=4, at=NOON)


def test_not_before_the_yes(luca: Helper) -> None:
    with pytest.raises(journey.NotYourVisit):
        recommends(luca, a_requested_call(), a_product())


def test_not_by_somebody_else(luca: Helper) -> None:
    call = a_confirmed_call(luca)
    with pytest.raises(journey.NotYourVisit):
        recommends(a_helper("Sara"), call, a_product())


def test_not_for_ever(luca: Helper) -> None:
    product, call = a_product(), signed_off(a_done_call(luca), LATER)
    later = by_helper(luca, LATER + timedelta(days=4))
    with pytest.raises(SuggestingClosed):
        journey.suggest_product(call_id=call.id, product_id=product.id, now=later)


def test_the_list_shows_first_what_fits_the_visit(luca: Helper) -> None:
    a_product("aaa-cable")
    a_product("repeater", packages=("wifi-setup",))
    call, phone = a_confirmed_call(luca), Client()
    phone.force_login(luca.account)
    address = f"/app/visits/{call.id}/products/"
    page = phone.get(address).content.decode()
    assert page.index("repeater") < page.index("aaa-cable")
    phone.post(address, {"product": str(Product.objects.get(code="repeater").id)})
    assert names(call) == ["repeater"]
    phone.post(f"{address}take-back/", {"product": str(Product.objects.get(code="repeater").id)})
    assert names(call) == []
    assert "Please choose a product" in phone.post(address, {"product": "x"}, follow=True).content.decode()


def test_a_long_list_is_searched_by_name(luca: Helper) -> None:
    a_product("cable")
    a_product("repeater")
    call, phone = a_confirmed_call(luca), Client()
    phone.force_login(luca.account)
    page = phone.get(f"/app/visits/{call.id}/products/", {"q": "REPEAT"}).content.decode()
    assert "Mila repeater" in page
    assert "Mila cable" not in page
    assert "No product has this name" in phone.get(f"/app/visits/{call.id}/products/", {"q": "x%"}).content.decode()


def test_what_is_not_sold_any_more_has_no_link(luca: Helper) -> None:
    call = a_done_call(luca)
    recommends(luca, call, a_product())
    Product.objects.update(is_open=False)
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert "shop.mila.example" not in page
    assert "Mila repeater" in page
    signed_off(call, LATER)
    assert told(call, "tell_of_products") == []

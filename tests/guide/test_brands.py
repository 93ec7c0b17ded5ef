"""Guide: calls come from brands, and are worked alike."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.factories import IN_THREE_DAYS, NOON, a_booking, a_brand, a_helper, a_package, a_price, a_requested_call, by
from tests.sites.customer.conftest import anna, the_order, to_the_check
from tests.story import bank_runs, clock_runs, done_by, fresh, signed_off, stage, told

from mila.booking.actions import BookingGiven
from mila.booking.lines import NotSold
from mila.booking.models import ServiceCall, Stage
from mila.journey import actions as journey
from mila.journey.actions.bookings import OrderKnown
from mila.kernel.occasion import Who
from mila.partners.models import Brand, Price
from mila.payments.models import Claim, ClaimState

pytestmark = pytest.mark.django_db

__all__ = ["anna"]


def ordered(brand: Brand, order: str) -> ServiceCall:
    given = a_booking(brand=brand)
    given = BookingGiven(**{**{name: getattr(given, name) for name in given.__slots__}, "partner_order_id": order})
    return journey.book(given=given, now=by(Who.CUSTOMER))


def test_every_call_belongs_to_a_brand() -> None:
    brand = a_brand("swisscom", is_own=False)
    call = a_requested_call(brand=brand)
    assert call.brand == brand
    with pytest.raises(IntegrityError, match="brand_id"), transaction.atomic():
        ServiceCall.objects.filter(pk=call.pk).update(brand=None)


def test_mila_itself_is_a_brand_like_any_other() -> None:
    call = a_requested_call()
    assert call.brand.is_own
    assert Price.objects.filter(brand=call.brand).exists()
    with pytest.raises(NotSold):
        journey.book(given=a_booking(packages=("another-brand-s",)), now=by(Who.CUSTOMER))


def test_a_partner_s_call_is_worked_like_any_other() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="partner_principal", payer="brand", amount=9_900, provider_pay=6_000)
    luca = a_helper()
    call = journey.book(given=a_booking(brand=brand), now=by(Who.CUSTOMER))
    assert stage(call) == Stage.REQUESTED
    call = signed_off(done_by(luca, call, NOON), IN_THREE_DAYS + timedelta(hours=2))
    bank_runs(call.since)
    clock_runs(call.since)
    assert stage(call) == Stage.CHARGED
    clock_runs(fresh(call).since + timedelta(days=3))
    assert stage(call) == Stage.CLOSED
    claim = Claim.objects.get(call=call)
    assert (claim.amount, claim.state) == (6_000, ClaimState.RELEASED)
    assert not call.charges.exists()


def test_a_partner_s_order_id_is_unique_within_the_brand() -> None:
    brand, other = a_brand("swisscom", is_own=False), a_brand("salt", is_own=False)
    first = ordered(brand, "4711")
    with pytest.raises(OrderKnown) as refused:
        ordered(brand, "4711")
    assert refused.value.field == "partner_order_id"
    assert ordered(other, "4711") != first
    assert ServiceCall.objects.filter(partner_order_id="4711").count() == 2


def test_booking_on_a_brand_s_host_makes_that_brand_s_call(anna: Client) -> None:
    a_helper()
    brand = a_brand("swisscom", is_own=False)
    Brand.objects.filter(pk=brand.pk).update(host="friends.swisscom.example", colour="#0445c8")
    a_price(brand)
    a_price(a_brand(), a_package("only-at-mila"))
    there = Client(headers={"host": "friends.swisscom.example"})
    page = there.get("/book/").content.decode()
    assert "Swisscom" in page
    assert 'content="#0445c8"' in page
    assert "#0445c8" in there.get("/theme/swisscom.css").content.decode()
    assert there.get("/book/service/only-at-mila/").status_code == 404
    assert anna.get("/book/service/only-at-mila/").status_code == 200
    to_the_check(there)
    there.post("/booking/check/", the_order(there))
    assert ServiceCall.objects.get().brand == brand


def test_a_brand_is_powered_by_mila(anna: Client) -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand)
    theirs = anna.get("/b/swisscom/book/", headers={"accept-language": "en"}).content.decode()
    ours = anna.get("/book/", headers={"accept-language": "en"}).content.decode()
    assert "Swisscom<small>powered by Mila</small>" in theirs
    assert "powered by" not in ours
    (letter,) = told(a_requested_call(brand=brand), "confirm_booking")
    assert "powered by Mila" in letter.html
    (own,) = told(a_requested_call(), "confirm_booking")
    assert "powered by" not in own.html

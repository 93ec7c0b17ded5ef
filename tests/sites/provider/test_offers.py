"""An offer on the phone: the two minutes, yes, no, and how it ends."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.factories import a_helper, a_requested_call, an_offer, by, by_helper
from tests.sites.provider.conftest import a_phone, in_three_days

from mila.booking.models import Offer, ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now

pytestmark = pytest.mark.django_db
SECRETS = ("Canary", "Kanarienweg", "anna@customers", "1234567", "Zitrone")


@pytest.fixture
def offer(luca: Helper) -> Offer:
    return an_offer(a_requested_call(now(), starts_at=in_three_days()), now())


def test_looking_changes_nothing_and_the_open_app_starts_the_two_minutes(phone: Client, offer: Offer) -> None:
    page = phone.get(f"/app/offers/{offer.key}/").content.decode()
    assert 'hx-trigger="load, submit"' in page
    offer.refresh_from_db()
    assert offer.state == "made"
    shown = phone.post(f"/app/offers/{offer.key}/seen/", headers={"HX-Request": "true", "HX-Target": "offer"})
    offer.refresh_from_db()
    assert offer.state == "open"
    assert b"data-countdown" in shown.content


def test_the_offer_shows_what_counts_and_nothing_of_the_customer(phone: Client, offer: Offer) -> None:
    phone.post(f"/app/offers/{offer.key}/seen/")
    page = phone.get(f"/app/offers/{offer.key}/").content.decode()
    pay = "71.20"
    per_hour = f"{71.20 * 60 / (60 + 2 * offer.travel_minutes):.2f}"
    for shown in (
        "Wi\u2011Fi set\u2011up",
        "3011 Bern",
        pay,
        per_hour,
        "Router set up",
        "Laptop",
        "Mila",
        "Between you and the client",
    ):
        assert shown in page
    for hidden in SECRETS:
        assert hidden not in page
        assert hidden not in phone.get("/app/").content.decode()
        assert hidden not in phone.get("/app/offers/").content.decode()


def test_a_yes_in_time_makes_it_yours(phone: Client, offer: Offer) -> None:
    phone.post(f"/app/offers/{offer.key}/seen/")
    answer = phone.post(f"/app/offers/{offer.key}/accept/", follow=True)
    assert "It is yours!" in answer.content.decode()
    visit = phone.get(f"/app/visits/{offer.call_id}/").content.decode()
    assert "tel:+41791234567" in visit
    assert "Kanarienweg" in visit
    again = phone.post(f"/app/offers/{offer.key}/accept/", follow=True)
    assert "It is yours!" in again.content.decode()


def test_declining_needs_no_reason(phone: Client, offer: Offer) -> None:
    answer = phone.post(f"/app/offers/{offer.key}/decline/", {"reason": "<b>nonsense"}, follow=True)
    assert "no consequence" in answer.content.decode()
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", "")


def test_a_late_yes_stands_and_can_be_taken_back(phone: Client, luca: Helper) -> None:
    long_ago = now() - timedelta(minutes=10)
    offer = an_offer(a_requested_call(long_ago, starts_at=in_three_days()), long_ago)
    assert "Your time is over" in phone.get(f"/app/offers/{offer.key}/").content.decode()
    standing = phone.post(f"/app/offers/{offer.key}/accept/", follow=True).content.decode()
    assert "Your yes stands" in standing
    phone.post(f"/app/offers/{offer.key}/withdraw/")
    offer.refresh_from_db()
    assert offer.standing_since is None


def test_a_cancelled_call_says_so_on_the_card(phone: Client, offer: Offer) -> None:
    home = phone.get("/app/").content.decode()
    was = re.search(r"live/\?was=([^\"]+)\"", home)
    assert was
    assert phone.get(f"/app/live/?was={was[1]}").status_code == 204
    journey.cancel(call_id=offer.call_id, shown_cost=0, code="", now=by(Who.CUSTOMER, now()))
    ended = phone.get(f"/app/live/?was={was[1]}")
    assert "The service call was cancelled." in ended.content.decode()
    late = phone.post(f"/app/offers/{offer.key}/accept/", follow=True)
    assert "This offer is over" in late.content.decode()


def test_a_new_offer_appears_by_itself_on_the_first_page(phone: Client, luca: Helper) -> None:
    a_call = a_requested_call(now(), starts_at=in_three_days())
    assert phone.get("/app/live/?was=").status_code == 204
    offer = an_offer(a_call, now())
    assert f"/app/offers/{offer.key}/seen/" in phone.get("/app/live/?was=").content.decode()
    assert b'class="count">1<' in phone.get("/app/me/").content


def test_somebody_else_has_taken_it(phone: Client, luca: Helper) -> None:
    start = now() - timedelta(minutes=10)
    first = an_offer(a_requested_call(start, starts_at=in_three_days()), start)
    sara = a_helper("Sara")
    second = an_offer(ServiceCall.objects.get(), now())
    assert second.helper_id == sara.id
    journey.accept(offer_key=second.key, now=by_helper(sara, now()))
    assert "Somebody else has taken it." in phone.get(f"/app/offers/{first.key}/").content.decode()


@pytest.mark.parametrize("act", ["", "live/"])
def test_another_s_offer_is_not_there(offer: Offer, act: str) -> None:
    stranger = a_phone(a_helper("Sara"))
    assert stranger.get(f"/app/offers/{offer.key}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["seen", "accept", "decline", "withdraw"])
def test_nobody_answers_for_another(offer: Offer, act: str) -> None:
    stranger = a_phone(a_helper("Sara"))
    assert stranger.post(f"/app/offers/{offer.key}/{act}/").status_code == 404
    offer.refresh_from_db()
    assert offer.state == "made"
    assert stranger.get(f"/app/offers/{offer.key}/{act}/").status_code == 405


@pytest.mark.parametrize("key", ["nonsense", "x" * 500, "%00", "..%2f"])
def test_a_key_that_never_was_is_not_there(phone: Client, offer: Offer, key: str) -> None:
    journey.decline(offer_key=offer.key, reason="", now=by_helper(offer.helper, now()))
    assert phone.get(f"/app/offers/{key}/").status_code == 404
    assert phone.get(f"/app/live/?was={key}.open").status_code == 200


def test_the_list_of_offers_stays_cheap(
    phone: Client, luca: Helper, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(4):
        offer = an_offer(a_requested_call(now(), starts_at=in_three_days() + timedelta(days=day)), now())
        journey.decline(offer_key=offer.key, reason="", now=by_helper(luca, now()))
    with django_assert_max_num_queries(9):
        page = phone.get("/app/offers/").content.decode()
    assert page.count("/app/offers/") > 4

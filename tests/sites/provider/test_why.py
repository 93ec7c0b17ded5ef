"""A helper asks why: own values in sentences, nobody else's, and nothing about the customer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import a_brand, a_helper, a_requested_call, an_offer, by_helper
from tests.sites.provider.conftest import a_phone, in_three_days

from mila.booking.models import Offer, ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.sites.now import now

pytestmark = pytest.mark.django_db

OF_THE_CUSTOMER = ("Canary", "anna@customers.example", "79 123", "Bundesplatz")


def an_offer_to(helper: Helper) -> Offer:
    at = now() - timedelta(hours=1)
    offer = an_offer(a_requested_call(at, starts_at=in_three_days()), at)
    assert offer.helper_id == helper.id
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    return offer


def shown(phone: Client, name: str, *args: object) -> str:
    answer = phone.get(reverse(f"provider:{name}", args=args))
    assert answer.status_code == 200
    said = answer.content.decode()
    assert not [word for word in OF_THE_CUSTOMER if word in said]
    return said


def test_the_offers_page_says_rank_and_own_points(phone: Client, luca: Helper) -> None:
    offer = an_offer_to(luca)
    said = shown(phone, "offer_why", offer.key)
    assert "number 1 of 1" in said
    assert "How near you are" in said
    assert "Your stars" in said


def test_another_helpers_offer_is_not_there(luca: Helper) -> None:
    offer = an_offer_to(luca)
    assert a_phone(a_helper("Sara")).get(reverse("provider:offer_why", args=[offer.key])).status_code == 404


def test_who_was_not_asked_reads_what_was_missing_and_no_other_name(luca: Helper) -> None:
    marco = a_helper("Marco", level=1)
    offer = an_offer_to(luca)
    at = now() - timedelta(hours=1)
    journey.accept(offer_key=offer.key, now=by_helper(luca, at))
    said = shown(a_phone(marco), "why")
    assert "A skill or its level was missing: Wi-Fi: level 2 asked, you had 1." in said
    assert "It was the only reason for 1 call." in said
    assert "Luca" not in said
    assert ServiceCall.objects.get().order_number not in said


def test_who_met_everything_reads_his_place(luca: Helper) -> None:
    a_helper("Marco")
    at = now() - timedelta(hours=1)
    offer = an_offer(a_requested_call(at, starts_at=in_three_days()), at)
    other = next(one for one in Helper.objects.all() if one != offer.helper)
    journey.acknowledge(offer_key=offer.key, now=by_helper(offer.helper, at))
    journey.accept(offer_key=offer.key, now=by_helper(offer.helper, at))
    said = shown(a_phone(other), "why")
    assert "You met everything and were number 2 of 2." in said
    assert "Somebody who was asked before you took it." in said


def test_without_calls_around_the_page_says_so_and_what_would_add_points(phone: Client) -> None:
    a_brand()
    said = shown(phone, "why")
    assert "No calls near you yet" in said
    assert "Another rating with five stars" in said

"""The link in the SMS: one offer, answered once, without signing in, by a button and never by looking."""

import pytest
from django.test import Client
from tests.factories import a_helper, a_requested_call, an_offer
from tests.sites.provider.conftest import in_three_days

from mila.booking.models import Offer, OfferState, Stage
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def rung() -> Offer:
    a_helper("Luca")
    return an_offer(a_requested_call(now(), starts_at=in_three_days()), now())


def test_looking_answers_nothing_and_shows_nothing_of_the_customer() -> None:
    offer, anybody = rung(), Client()
    page = anybody.get(f"/o/{offer.link_key}/")
    assert page.status_code == 200
    shown = page.content.decode()
    assert "3011 Bern" in shown
    assert not any(secret in shown for secret in ("Anna", "Canary", "Kanarienweg", "+41791234567", "Zitrone"))
    assert anybody.get(f"/o/{offer.link_key}/accept/").status_code == 405
    offer.refresh_from_db()
    assert offer.state == OfferState.MADE


def test_a_press_accepts_once_and_only_this() -> None:
    offer, anybody = rung(), Client()
    page = anybody.post(f"/o/{offer.link_key}/accept/", follow=True)
    assert 'data-outcome="yours"' in page.content.decode()
    offer.call.refresh_from_db()
    assert offer.call.stage == Stage.ACCEPTED
    again = anybody.post(f"/o/{offer.link_key}/decline/", follow=True)
    assert again.status_code == 200
    offer.refresh_from_db()
    assert offer.state == OfferState.ACCEPTED
    assert anybody.get(f"/app/visits/{offer.call_id}/").status_code == 302  # to the sign-in


def test_the_key_of_the_app_opens_no_link() -> None:
    assert Client().get(f"/o/{rung().key}/").status_code == 404

"""Nothing about a customer reaches a helper, a subject, a log or a gauge before the helper has accepted."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from tests.factories import a_booking, a_brand, a_helper, an_offer, by, by_helper

from mila.booking.actions import PersonGiven
from mila.booking.models import Offer, ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging import actions as messaging
from mila.messaging.actions import send_next
from mila.messaging.models import Channel, Message
from mila.payments.adapters import MeansAnswer, Saved
from mila.sites.logs import JsonLines
from mila.sites.now import now

pytestmark = pytest.mark.django_db
CANARIES = (
    "Canary", "Kanarienweg", "Zitrone", "Papagei", "Nymphensittich", "Wellensittich", "anna@customers.example",
    "791234567", "79 123 45 67", "791110002", "79 111 00 02", "payer@customers.example", "site@customers.example",
    "PARTNER-4711", "•••• 4242", "means_4242",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _a_house() -> None:
    a_brand()


@pytest.fixture
def log() -> Iterator[StringIO]:
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def an_offer_full_of_canaries(at: datetime) -> Offer:
    given = a_booking(brand=a_brand("shop", is_own=False), starts_at=at.replace(hour=13, minute=0) + timedelta(days=3))
    given = replace(
        given,
        payer=PersonGiven("Papagei Muster", "payer@customers.example", "", "de"),
        site_contact=PersonGiven("Nymphensittich", "site@customers.example", "+41791110002", "de"),
        address=replace(given.address, floor="Wellensittich"),
        partner_order_id="PARTNER-4711",
    )
    call = journey.book(given=given, now=by(Who.CUSTOMER, at))
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, at))
    saved = Saved("means_4242", "Visa •••• 4242", can_hold=True)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, 1, saved), now=by(Who.BANK, at))
    return an_offer(call, at)


def pages(luca: Helper, offer: Offer) -> Iterator[str]:
    phone = Client()
    phone.force_login(luca.account)
    key = offer.key
    for path in ("", "offers/", f"offers/{key}/", f"offers/{key}/live/", f"offers/{key}/why/", "me/why/", "me/week/"):
        answer = phone.get(f"/app/{path}")
        assert answer.status_code in (200, 204), path
        yield answer.content.decode() + str(dict(answer.headers))
    assert phone.get(f"/app/visits/{offer.call_id}/").status_code == 404
    assert offer.link_key
    yield Client().get(f"/o/{offer.link_key}/").content.decode()
    yield Client().get("/metrics").content.decode()


def clean(text: str) -> None:
    for canary in CANARIES:
        assert canary not in text, canary


def test_before_a_yes_nothing_about_the_customer_leaves(log: StringIO, django_capture_on_commit_callbacks: Any) -> None:
    luca, at = a_helper(), now()
    messaging.add_stand_in_device(account=luca.account, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        offer = an_offer_full_of_canaries(at)
        messaging.ring_by_sms(offer=offer, now=by_helper(luca, at))
        journey.acknowledge(offer_key=offer.key, now=by_helper(luca, at))
        for page in pages(luca, offer):
            clean(page)
        for message in Message.objects.filter(account=luca.account):
            clean(f"{message.subject} {message.text} {message.html}")
        while send_next(at=at):
            pass
    assert {Channel.PUSH, Channel.SMS} <= set(
        Message.objects.filter(account=luca.account).values_list("channel", flat=True)
    )
    for subject in Message.objects.values_list("subject", flat=True):
        clean(subject)
    clean(log.getvalue())
    assert offer.call.status_key not in log.getvalue()
    assert str(offer.link_key) not in log.getvalue()


def test_after_the_yes_the_helper_knows_where_to_go() -> None:
    luca, at = a_helper(), now()
    offer = an_offer_full_of_canaries(at)
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca, at))
    journey.accept(offer_key=offer.key, now=by_helper(luca, at))
    phone = Client()
    phone.force_login(luca.account)
    page = phone.get(f"/app/visits/{offer.call_id}/").content.decode()
    assert [word for word in ("Kanarienweg", "Nymphensittich", "Zitrone", "Wellensittich") if word not in page] == []
    assert ServiceCall.objects.get().partner_order_id == "PARTNER-4711"

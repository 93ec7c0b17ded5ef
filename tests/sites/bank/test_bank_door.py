from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings
from tests.factories import a_brand, a_drafted_call, by

from mila.booking.models import ServiceCall, Stage
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.kernel.signatures import sign
from mila.payments import actions as payments
from mila.payments.adapters.test import wire
from mila.payments.adapters.test.models import Event, Page
from mila.payments.models import BankEvent, Means, MeansState
from mila.sites.now import now

pytestmark = pytest.mark.django_db
BACK = "/s/back/"


def a_page(call: ServiceCall) -> str:
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER))
    return payments.open_means_session(means=means, return_url=BACK, now=by(Who.CUSTOMER))


def stage(call: ServiceCall) -> str:
    return ServiceCall.objects.get(pk=call.pk).stage


def test_the_test_bank_says_that_it_is_one(client: Client) -> None:
    page = client.get(a_page(a_drafted_call())).content.decode()
    assert "This is the test bank" in page
    assert page.count('type="radio"') == 11


def test_a_card_that_works_leads_back_to_the_booking_and_the_search_begins(client: Client) -> None:
    call = a_drafted_call()
    answer = client.post(a_page(call), {"card": "4242"})
    assert (answer.status_code, answer["Location"]) == (302, BACK)
    assert stage(call) == Stage.REQUESTED


def test_three_d_secure_asks_before(client: Client) -> None:
    call = a_drafted_call()
    answer = client.post(a_page(call), {"card": "3155"})
    assert stage(call) == Stage.DRAFTED
    assert "Visa •••• 3155" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {"answer": "approve"})["Location"] == BACK
    assert stage(call) == Stage.REQUESTED


def test_who_refuses_may_choose_again(client: Client) -> None:
    call = a_drafted_call()
    secure = client.post(a_page(call), {"card": "3155"})["Location"]
    answer = client.post(secure, {"answer": "refuse"})
    assert answer.status_code == 422
    assert "The card was declined" in answer.content.decode()
    assert Means.objects.get(call=call).state == MeansState.DECLINED


@pytest.mark.parametrize("card", ["", "1234"])
def test_without_a_card_the_page_asks_for_one(client: Client, card: str) -> None:
    answer = client.post(a_page(a_drafted_call()), {"card": card})
    assert answer.status_code == 422
    assert "Please choose a card" in answer.content.decode()


def test_a_page_that_is_done_leads_back(client: Client) -> None:
    page = a_page(a_drafted_call())
    client.post(page, {"card": "4242"})
    assert client.get(page)["Location"] == BACK
    assert client.get(f"{page}secure/")["Location"] == BACK


def test_a_real_installation_has_no_such_page(client: Client, settings: Settings) -> None:
    page = a_page(a_drafted_call())
    settings.MODE = "production"
    assert client.get(page).status_code == 404


def a_message(call: ServiceCall) -> bytes:
    """Return a message of the bank that has not left yet."""
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER))
    facts = {"call_id": str(call.id), "row_id": str(means.id), "attempt": 1}
    saved = {"is": "saved", "reference": "means_4242", "label": "Visa", "can_hold": True}
    return wire.body_of(Event(kind="setup", facts=facts | {"result": saved}))


def send(client: Client, body: bytes, *, secret: str = settings.MILA_BANK_SECRET, age_s: int = 0) -> int:
    signature = sign(body=body, secret=secret, at=now() - timedelta(seconds=age_s))
    answer = client.post("/hooks/bank/", body, content_type="application/json", headers={"bank-signature": signature})
    return answer.status_code


def test_a_signed_message_takes_its_step(client: Client) -> None:
    call = a_drafted_call()
    assert send(client, a_message(call)) == 204
    assert stage(call) == Stage.REQUESTED


def test_a_message_is_heard_once(client: Client) -> None:
    body = a_message(a_drafted_call())
    assert [send(client, body) for _ in range(3)] == [204] * 3
    assert BankEvent.objects.count() == 1


@pytest.mark.parametrize(("secret", "age_s"), [("wrong", 0), (settings.MILA_BANK_SECRET, 400)])
def test_a_message_with_a_wrong_or_old_signature_changes_nothing(client: Client, secret: str, age_s: int) -> None:
    call = a_drafted_call()
    assert send(client, a_message(call), secret=secret, age_s=age_s) == 400
    assert stage(call) == Stage.DRAFTED
    assert not BankEvent.objects.exists()


def test_a_message_that_is_too_large_is_not_read(client: Client) -> None:
    a_brand()
    assert send(client, b" " * 70_000) == 413


def test_a_message_that_comes_too_late_is_heard_without_complaint(client: Client) -> None:
    call = a_drafted_call()
    body = a_message(call)
    ServiceCall.objects.filter(pk=call.pk).update(stage=Stage.ABANDONED)
    assert send(client, body) == 204
    assert stage(call) == Stage.ABANDONED


def test_a_late_message_reaches_the_house_by_asking(client: Client) -> None:
    call = a_drafted_call()
    client.post(a_page(call), {"card": "0077"})
    assert stage(call) == Stage.DRAFTED
    notice = payments.next_notice(at=now() + timedelta(minutes=3))
    assert notice is not None
    assert notice.id == Event.objects.get().id
    assert Page.objects.get().done_at is not None

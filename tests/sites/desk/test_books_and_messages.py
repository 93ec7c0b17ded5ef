"""The outbox and the books, as the desk sees them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.factories import NOON, a_done_call, a_helper, a_requested_call, by
from tests.sales import a_recommendation, the_shop_says

from mila.booking.models import ServiceCall
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments.models import Payout

pytestmark = pytest.mark.django_db


def a_message(**given: object) -> Message:
    values: dict[str, object] = {
        "key": str(uuid4()),
        "channel": "mail",
        "recipient": "anna@customers.example",
        "template": "confirm_booking",
        "language": "en",
        "subject": "Your visit is booked",
        "text": "Hello <Anna>",
        "made_at": NOON,
        "state": "sent",
        **given,
    }
    return Message.objects.create(**values)


def test_what_could_not_be_delivered_stands_first(desk: Client) -> None:
    a_message(state="dead", subject="Lost", fault="Mailbox full", tries=8)
    a_message(subject="Arrived")
    said = desk.get(reverse("desk:messages")).content.decode()
    assert "Lost" in said
    assert "Mailbox full" in said
    assert "Arrived" not in said


@pytest.mark.parametrize("asked", [{}, {"state": "queued"}, {"state": "sent"}, {"state": "\0"}, {"before": "x"}])
def test_an_empty_outbox_says_so(desk: Client, asked: dict[str, str]) -> None:
    answer = desk.get(reverse("desk:messages"), asked)
    assert answer.status_code == 200
    assert b'class="empty"' in answer.content


def test_a_message_is_read_as_text(desk: Client) -> None:
    said = desk.get(reverse("desk:message", args=[a_message().pk])).content.decode()
    assert "Hello &lt;Anna&gt;" in said


@pytest.mark.parametrize("template", ["send_code", "send_sign_in_link"])
def test_a_secret_is_not_shown_at_the_desk(desk: Client, template: str) -> None:
    letter = a_message(template=template, text="123456", subject="")
    for page in (reverse("desk:message", args=[letter.pk]), reverse("desk:messages") + "?state=sent"):
        assert "123456" not in desk.get(page).content.decode()


def test_a_letter_that_was_given_up_goes_back_by_one_click_and_says_who_did_it(desk: Client) -> None:
    letter = a_message(state="dead", fault="Mailbox full", tries=8)
    again = reverse("desk:put_back", args=[letter.pk])
    assert again in desk.get(reverse("desk:messages")).content.decode()
    said = desk.post(again, follow=True).content.decode()
    assert "Back in the outbox" in said
    assert "Dana" in said
    assert "Mailbox full" in said
    letter.refresh_from_db()
    assert (letter.state, letter.tries, letter.fault) == ("queued", 0, "")


def test_what_was_not_given_up_is_not_sent_twice(desk: Client) -> None:
    letter = a_message(state="sent")
    said = desk.post(reverse("desk:put_back", args=[letter.pk]), follow=True).content.decode()
    assert "not one that was given up" in said
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_news_that_are_over_are_not_put_back(desk: Client) -> None:
    letter = a_message(state="dead", template="send_code", use_by=NOON - timedelta(days=400))
    assert b"is over" in desk.post(reverse("desk:put_back", args=[letter.pk]), follow=True).content
    letter.refresh_from_db()
    assert letter.state == "dead"


def test_an_unknown_message_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("desk:message", args=[uuid4()])).status_code == 404


def test_the_messages_of_a_call_stand_on_its_page(desk: Client) -> None:
    call = a_requested_call()
    a_message(call=call, subject="About this very call")
    assert "About this very call" in desk.get(reverse("desk:call", args=[call.pk])).content.decode()


def test_empty_books_say_that_nothing_is_booked(desk: Client) -> None:
    assert b"Nothing is booked yet" in desk.get(reverse("desk:books")).content


def test_the_books_add_up_and_pay_outs_are_listed(desk: Client) -> None:
    helper = a_helper()
    call = a_done_call(helper)
    sign_off_by_silence(call)
    Payout.objects.create(provider=helper.provider, run_on=NOON.date(), amount=7120, currency="CHF", asked_at=NOON)
    said = desk.get(reverse("desk:books")).content.decode()
    assert "The books in CHF add up" in said
    assert "payable:provider" in said
    assert "71.20" in said


def sign_off_by_silence(call: ServiceCall) -> None:
    with transaction.atomic():
        locked = machine.lock(call.pk)
        machine.take("sign_off_by_silence", call=locked, now=by(Who.CLOCK, NOON + timedelta(days=5)))


def test_sales_stand_in_the_books_and_at_the_call(desk: Client) -> None:
    row = a_recommendation()
    the_shop_says(row, "confirmed")
    books = desk.get(reverse("desk:books")).content.decode()
    assert "Recommended products" in books
    assert "revenue:upsell_commission" in books
    call = desk.get(reverse("desk:call", args=[row.assignment.call_id])).content.decode().replace("\xa0", " ")
    assert "commission CHF 4.99, of it CHF 2.99 for the helper" in call
    assert "4711" in call

"""The queue of calls: what needs somebody, what is found, who may look."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import NOON, a_helper, a_requested_call, an_accepted_call, by

from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.sites.desk import filters, lists

pytestmark = pytest.mark.django_db

QUERIES_OF_A_PAGE = 17


def fail(_call: UUID, fault: Exception) -> None:
    raise fault


def the_queue(desk: Client, **asked: str) -> Any:
    return desk.get(reverse("desk:home"), asked)


def test_a_stranger_is_sent_to_the_entrance_and_a_helper_finds_nothing(client: Client) -> None:
    a_requested_call()
    assert client.get(reverse("desk:home")).status_code == 302
    client.force_login(a_helper().account)
    for page in ("home", "rows", "messages", "books"):
        assert client.get(reverse(f"desk:{page}")).status_code == 404


def test_an_empty_queue_says_that_nothing_needs_anybody(desk: Client) -> None:
    a_helper()
    a_requested_call()
    assert b"Nothing needs you" in the_queue(desk).content


def test_a_call_without_anybody_left_to_ask_needs_attention(desk: Client) -> None:
    call = a_requested_call()
    journey.move_search(call_id=call.id, now=by(Who.CLOCK))
    shown = the_queue(desk).content.decode()
    assert call.order_number in shown
    assert "Nobody left to ask" in shown


def test_a_helper_who_has_not_called_makes_the_call_need_attention(desk: Client) -> None:
    call = an_accepted_call(a_helper())
    for hours in (7, 13):
        sweep(at=NOON + timedelta(hours=hours), on_fault=fail)
    shown = the_queue(desk).content.decode()
    assert call.order_number in shown
    assert "Helper has not called the client" in shown


@pytest.mark.parametrize("words", ["Canary", "anna@customers.example", "079 123 45 67", "+41 79 123 45 67"])
def test_a_call_is_found_by_name_mail_and_phone(desk: Client, words: str) -> None:
    call = a_requested_call()
    assert call.order_number in the_queue(desk, q=words).content.decode()


def test_a_call_is_found_by_its_order_number_whatever_its_case(desk: Client) -> None:
    call = a_requested_call()
    assert call.order_number in the_queue(desk, q=call.order_number.lower()).content.decode()


@pytest.mark.parametrize("words", ["%", "' OR 1=1", "x" * 5000, "\0", "<script>alert(1)</script>", "0"])
def test_no_search_breaks_the_page_or_is_written_back_raw(desk: Client, words: str) -> None:
    a_requested_call()
    answer = the_queue(desk, q=words)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01~x", "~", "9" * 300, "2026-01-01T00:00:00~" + "0" * 32])
def test_a_mark_that_cannot_be_read_begins_at_the_beginning(desk: Client, after: str) -> None:
    call = a_requested_call()
    assert call.order_number in the_queue(desk, filter="searching", after=after).content.decode()


def test_pages_follow_each_other_without_gap_or_repetition(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    calls = {a_requested_call(NOON + timedelta(minutes=number % 2)).pk for number in range(5)}
    seen: list[Any] = []
    after = ""
    for _page in range(3):
        page = the_queue(desk, filter="searching", after=after).context["page"]
        seen += [row.call.pk for row in page.rows]
        after = page.next
    assert len(seen) == 5
    assert set(seen) == calls
    assert after == ""


def test_counts_stop_at_ninety_nine(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "COUNTED_TO", 1)
    a_requested_call()
    a_requested_call()
    assert "1+" in the_queue(desk).content.decode()


def test_the_names_of_customers_are_escaped(desk: Client) -> None:
    call = a_requested_call()
    call.site_contact.name = "<b>Anna</b>"
    call.site_contact.save()
    shown = the_queue(desk, filter="searching").content.decode()
    assert "&lt;b&gt;Anna" in shown
    assert "<b>Anna" not in shown


def test_a_reminder_gives_way_to_the_deadline_behind_it() -> None:
    call = ServiceCall.objects.get(pk=an_accepted_call(a_helper()).pk)
    assert call.due_step == "remind_to_contact"
    found = lists.deadline_of(call, NOON + timedelta(minutes=5))
    assert found is not None
    assert found.name == "call due"
    assert found.at == call.since + timedelta(hours=12)


def test_the_queue_asks_the_database_the_same_for_one_call_and_for_ten(desk: Client) -> None:
    a_requested_call()
    the_queue(desk, filter="searching")
    with CaptureQueriesContext(connection) as one:
        the_queue(desk, filter="searching")
    for _number in range(9):
        a_requested_call()
    with CaptureQueriesContext(connection) as ten:
        the_queue(desk, filter="searching")
    assert len(one) == len(ten)
    assert len(ten) <= QUERIES_OF_A_PAGE

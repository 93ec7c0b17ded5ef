"""The desk's pages of disputes: what waits, one with its evidence, two replies, and who carries the share."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.disputes import a_paid_visit, at_the_bank, disputed, the_bank_says
from tests.factories import a_helper
from tests.sites.customer.conftest import in_three_days
from tests.story import bank_runs, clock_runs_until

from mila.booking.models import ServiceCall
from mila.journey.actions import look_into_talk, write_to_helper
from mila.kernel.occasion import Occasion, Who
from mila.payments.adapters.test.models import Word
from mila.payments.models import Dispute, Entry
from mila.sites.health.findings import of_books
from mila.sites.now import now

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
SAID = {"reply": "handed_in", "words": "It was done.", "bearer": "operator", "grounds": "nobody is at fault"}


def a_visit() -> ServiceCall:
    return a_paid_visit(a_helper(), in_three_days(), at=now())


def page(desk: Client, address: str) -> str:
    return desk.get(address, headers=ENGLISH).content.decode()


def test_a_dispute_waits_in_the_queue_until_it_is_replied_to(desk: Client) -> None:
    call = a_visit()
    assert call.order_number not in page(desk, "/desk/?filter=disputed")
    row = disputed(call)
    for address in ("/desk/", "/desk/?filter=disputed", "/desk/disputes/", f"/desk/calls/{call.id}/"):
        assert call.order_number in page(desk, address)
    assert "Payment disputed" in page(desk, "/desk/")
    assert "Disputes (1)" in page(desk, "/desk/cases/")
    assert row.alarm_at is not None
    clock_runs_until(row.alarm_at)
    assert "Dispute: reply due soon" in page(desk, "/desk/")
    assert desk.post(f"/desk/disputes/{row.id}/", SAID).status_code == 302
    assert call.order_number not in page(desk, "/desk/")
    assert call.order_number in page(desk, "/desk/?filter=disputed")


def test_the_page_of_a_dispute_shows_the_evidence_and_takes_the_reply(desk: Client) -> None:
    call = a_visit()
    address = f"/desk/disputes/{disputed(call).id}/"
    shown = page(desk, address)
    for words in ("Work began", "Signed off: with a code", "Step done: Tidy up", "Receipt", "71.20", "Order number"):
        assert words in shown
    assert desk.post(address, SAID | {"grounds": ""}).status_code == 422
    assert desk.post(address, SAID | {"reply": "shrug"}).status_code == 422
    assert desk.post(address, SAID | {"words": "a\0b"}).status_code == 422
    assert desk.post(address, SAID).status_code == 302
    assert desk.post(address, SAID).status_code == 409
    assert "As it was handed in" in page(desk, address)
    assert "nobody is at fault" in page(desk, address)


def test_who_carries_a_lost_dispute_is_asked_where_nobody_said(desk: Client) -> None:
    call = a_visit()
    row = the_bank_says(disputed(call), Word.LOST, days=2)
    assert call.order_number in page(desk, "/desk/?filter=attention")
    address = f"/desk/disputes/{row.id}/"
    assert f"{address}bearer/" in page(desk, address)
    assert desk.post(f"{address}bearer/", {"bearer": "helper", "grounds": ""}).status_code == 422
    said = {"bearer": "helper", "grounds": "left the router unplugged"}
    assert desk.post(f"{address}bearer/", said).status_code == 302
    assert desk.post(f"{address}bearer/", said).status_code == 409
    assert call.order_number not in page(desk, "/desk/?filter=attention")
    assert "1 of 1 payments" in page(desk, "/desk/disputes/")


def test_a_warning_is_accepted_by_giving_the_money_back(desk: Client) -> None:
    call = a_visit()
    row = disputed(call, word=Word.WARNING)
    assert desk.post(f"/desk/disputes/{row.id}/", SAID | {"reply": "accepted"}).status_code == 302
    bank_runs(now() + timedelta(days=5))
    assert call.refunds.get().state == "refunded"


def test_what_they_wrote_is_in_the_evidence_once_the_desk_has_read_it(desk: Client) -> None:
    luca, visit = a_helper(), in_three_days()
    call = a_paid_visit(luca, visit, at=now())
    write_to_helper(
        call_id=call.id, phrase="", text="The Wi-Fi works!", language="en", now=Occasion(Who.CUSTOMER, visit)
    )
    address = f"/desk/disputes/{disputed(call).id}/"
    assert "The Wi-Fi works!" not in page(desk, address)
    assert "Messages between them: 1" in page(desk, address)
    look_into_talk(call_id=call.id, reason="dispute", now=Occasion(Who.DESK, visit))
    assert "The Wi-Fi works!" in page(desk, address)


def test_books_and_doctor_see_a_suspense_that_is_wrong(desk: Client) -> None:
    row = disputed(a_visit())
    assert "dispute:suspense" in page(desk, "/desk/books/")
    assert list(of_books()) == []
    Dispute.objects.filter(pk=row.pk).update(amount=row.amount - 1)
    assert [finding.sentence for finding in of_books()] == [
        "dispute:suspense and the open disputes differ by 1 CHF (minor units)."
    ]
    assert "do not stand right" in page(desk, "/desk/books/")
    assert Entry.objects.filter(account="dispute:suspense").count() == 1


def test_a_reply_that_the_bank_did_not_take_is_given_again(desk: Client) -> None:
    row = disputed(a_visit())
    address = f"/desk/disputes/{row.id}/"
    made = at_the_bank(row)
    last_day, made.answer_by = made.answer_by, now()
    made.save()
    assert desk.post(address, SAID).status_code == 302
    bank_runs(now() + timedelta(days=2))
    made.answer_by = last_day
    made.save()
    shown = page(desk, address)
    assert "The bank did not take our reply" in shown
    assert 'name="bearer"' not in shown
    assert desk.post(address, {"reply": "handed_in", "words": "Once more."}).status_code == 302
    row.refresh_from_db()
    assert (row.reply, row.words, row.grounds) == ("handed_in", "Once more.", "nobody is at fault")


def test_a_refusal_is_said_when_somebody_else_has_replied(desk: Client) -> None:
    address = f"/desk/disputes/{disputed(a_visit()).id}/"
    desk.post(address, SAID)
    answer = desk.post(address, SAID, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Somebody else has replied" in answer.content.decode()


def test_a_dispute_that_is_not_there_is_not_found(desk: Client) -> None:
    call = a_visit()
    assert desk.get(f"/desk/disputes/{call.id}/").status_code == 404
    assert desk.post(f"/desk/disputes/{call.id}/bearer/").status_code == 404

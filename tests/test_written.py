"""Rows that are written many at a time are in the tables as the ORM would have written them, one by one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_offer

from mila import written
from mila.booking.models import DiaryEntry, Offer, Search, ServiceCall
from mila.booking.models.assignments import OfferMode, OfferState
from mila.messaging.models import Channel, Message

pytestmark = pytest.mark.django_db
WORDS = 'Grüezi "Anna"\\\n{null}, 5\u202f% 🙂'


def columns(row: Model) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


def are_as_said(rows: Sequence[Model]) -> bool:
    there = {row.pk: columns(row) for row in type(rows[0])._default_manager.all()}
    return all(there.get(row.pk) == columns(row) for row in rows)


def a_line(call: ServiceCall, number: int, **given: Any) -> DiaryEntry:
    return DiaryEntry(call=call, number=number, at=NOON, by="clock", step="offer_made", stage=call.stage, **given)


def a_message(call: ServiceCall, key: str) -> Message:
    said = {"channel": Channel.MAIL, "recipient": "anna@example.com", "template": "knock", "language": "de"}
    return Message(key=key, call=call, text=WORDS, made_at=NOON, due_at=NOON, **said)


def test_every_column_comes_back_as_it_was_given() -> None:
    call, helper = a_requested_call(), a_helper()
    lines = [a_line(call, 90, facts={"pay": 4500, "said": [WORDS, None, 0.1]}), a_line(call, 91, actor=helper.pk)]
    written.add(lines)
    assert are_as_said(lines)
    at = NOON + timedelta(microseconds=7)
    offer = Offer(
        search=call.searches.get(), call=call, helper=helper, mode=OfferMode.EXCLUSIVE, made_at=at,
        due_at=at + timedelta(seconds=20), rank=1, pay=70_000, currency="CHF", travel_minutes=12,
        distance_km=1 / 3,
    )  # fmt: skip
    assert written.add_new([offer]) == {offer.pk}
    assert are_as_said([offer])


def test_a_row_that_was_written_is_changed_when_it_is_saved_and_not_written_again() -> None:
    call = a_requested_call()
    message = a_message(call, "once")
    written.add_new([message])
    message.subject = WORDS
    message.save()
    assert Message.objects.get(key="once").subject == WORDS


def test_of_two_alike_the_first_is_written_and_what_is_there_stays() -> None:
    call = a_requested_call()
    there = a_message(call, "there")
    written.add([there])
    rows = [a_message(call, "new"), a_message(call, "new"), a_message(call, "there")]
    assert written.add_new(rows) == {rows[0].pk}
    assert {*Message.objects.filter(key__in=["new", "there"]).values_list("pk", flat=True)} == {rows[0].pk, there.pk}


def test_what_a_constraint_keeps_out_is_said_where_it_must_not_happen() -> None:
    call = a_requested_call()
    with pytest.raises(IntegrityError), transaction.atomic():
        written.add([a_line(call, 90), a_line(call, 90)])
    assert not call.diary.filter(number=90).exists()


def test_rows_are_changed_whole_and_others_are_left() -> None:
    a_helper()
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(hours=hour)) for hour in range(3)]
    offer = an_offer(calls[0])
    *changed, left = [Search.objects.get(call=call) for call in calls]
    before = columns(left)
    for number, search in enumerate(changed, 1):
        search.bonus, search.rung, search.due_at = 500 * number, 2, None
        search.rung_since = NOON + timedelta(hours=number)
    written.change(changed)
    assert are_as_said(changed)
    assert columns(Search.objects.get(pk=left.pk)) == before
    assert Offer.objects.get(pk=offer.pk).state == OfferState.MADE


def test_nothing_is_written_of_nothing() -> None:
    written.add([])
    written.change([])
    assert written.add_new([]) == set()

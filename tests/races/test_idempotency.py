"""Eight programs send the same booking at the same instant."""

from collections import Counter
from functools import partial
from typing import Any

from tests.factories import a_brand, a_helper
from tests.races.start import at_once
from tests.sites.api.conftest import Program, a_key, an_order, bookable

from mila.booking.models import ServiceCall

AT_ONCE = 8


def test_eight_bookings_under_one_key_book_once() -> None:
    bookable()
    a_helper("Luca")
    secret, order = a_key(a_brand()), an_order()
    send = [partial(Program(secret).post, "/calls", order, key="one") for _ in range(AT_ONCE)]
    answers: list[Any] = at_once(*send)
    statuses = Counter(answer.status_code for answer in answers)
    assert ServiceCall.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"still_running"}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers if answer.status_code == 201) == 1

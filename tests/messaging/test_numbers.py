"""Numbers are hidden where the operator wants it: one for a visit, gone after it, and plain by default."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import a_done_call, a_helper, an_accepted_call, by_helper
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import signed_off

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.messaging.actions import mask_next
from mila.messaging.models import NumberMask
from mila.sites.now import now

pytestmark = pytest.mark.django_db

CLIENTS, HELPERS = "+41791234567", "+41791112233"


@pytest.fixture
def hidden(settings: Any) -> None:
    settings.MILA_NUMBERS = "test"


def pages(helper: Helper, call: ServiceCall) -> tuple[str, str]:
    theirs = a_phone(helper).get(f"/app/visits/{call.id}/").content.decode()
    return theirs, Client().get(f"/s/{call.status_key}/").content.decode()


def test_numbers_are_plain_by_default() -> None:
    luca, at = a_helper(), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    assert mask_next(at=at) == 0
    theirs, ours = pages(luca, call)
    assert CLIENTS in theirs
    assert HELPERS in ours


@pytest.mark.usefixtures("hidden")
def test_each_sees_a_number_that_is_neither_s_own() -> None:
    luca, at = a_helper(), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    assert f"tel:{CLIENTS}" not in "".join(pages(luca, call)), "not even while the number is being asked for"
    assert mask_next(at=at) == 1
    assert mask_next(at=at) == 0
    number = NumberMask.objects.get().number
    for page in pages(luca, call):
        assert f"tel:{number}" in page
        assert f"tel:{CLIENTS}" not in page
        assert f"tel:{HELPERS}" not in page


@pytest.mark.usefixtures("hidden")
def test_a_number_ends_with_the_promise() -> None:
    luca, at = a_helper(), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    mask_next(at=at)
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, at))
    assert mask_next(at=at) == 1
    row = NumberMask.objects.get()
    assert (row.number, row.ended_at) == ("", at)


@pytest.mark.usefixtures("hidden")
def test_a_number_ends_three_days_after_the_visit() -> None:
    call = a_done_call(a_helper())
    mask_next(at=call.since)
    call = signed_off(call, call.since)
    assert mask_next(at=call.since + timedelta(days=2)) == 0
    assert mask_next(at=call.since + timedelta(days=3)) == 1
    assert NumberMask.objects.get().ended_at == call.since + timedelta(days=3)


def test_an_exchange_that_is_away_is_asked_again(settings: Any) -> None:
    settings.MILA_NUMBERS = "http://127.0.0.1:9/numbers"
    luca, at = a_helper(), now()
    an_accepted_call(luca, at, starts_at=in_three_days())
    assert mask_next(at=at) == 1
    row = NumberMask.objects.get()
    assert row.number == ""
    assert row.due_at is not None
    assert row.due_at > at
    settings.MILA_NUMBERS = "test"
    assert mask_next(at=row.due_at) == 1
    assert NumberMask.objects.get().number

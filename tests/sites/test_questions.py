"""What the pages of a busy hour ask the database, where what seldom changes is kept."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories import a_done_call, a_helper, a_price, a_requested_call, an_accepted_call, an_account, an_offer
from tests.sites.customer.conftest import in_three_days

from mila.accounts.models import DeskSeat
from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.kernel.kept import keep_for
from mila.sites.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping() -> Iterator[None]:
    keep_for(60)
    yield
    keep_for(0)


@pytest.fixture
def luca() -> Helper:
    a_price()
    return a_helper()


def questions(browser: Client, path: str) -> int:
    """Return how many questions a page asks that was looked at before."""
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def a_desk() -> Client:
    account, desk = an_account("dana@mila.example"), Client()
    DeskSeat.objects.create(account=account, name="Dana", role="agent")
    desk.force_login(account)
    return desk


def signed_in(helper: Helper) -> Client:
    phone = Client()
    phone.force_login(helper.account)
    return phone


def test_the_start_asks_nothing(luca: Helper) -> None:
    assert questions(Client(), "/book/") == 0


def test_the_page_of_a_visit_that_is_over(luca: Helper) -> None:
    call = a_done_call(luca)
    ServiceCall.objects.filter(pk=call.pk).update(stage=Stage.CLOSED, due_at=None, due_step="")
    assert questions(Client(), f"/s/{call.status_key}/") <= 10


def test_the_page_of_a_visit_to_come(luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    assert questions(Client(), f"/s/{call.status_key}/") <= 10


def test_the_page_of_a_search(luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    an_offer(call, now())
    assert questions(Client(), f"/s/{call.status_key}/") <= 11


def test_the_first_page_of_a_helper_without_visits(luca: Helper) -> None:
    assert questions(signed_in(luca), "/app/") <= 8


def test_the_first_page_of_a_helper_with_a_visit(luca: Helper) -> None:
    an_accepted_call(luca, now(), starts_at=in_three_days())
    assert questions(signed_in(luca), "/app/") <= 11


def test_the_offers_of_a_helper(luca: Helper) -> None:
    an_offer(a_requested_call(now(), starts_at=in_three_days()), now())
    assert questions(signed_in(luca), "/app/offers/") <= 7


def test_the_queue_of_the_desk(luca: Helper) -> None:
    a_requested_call(now(), starts_at=in_three_days())
    assert questions(a_desk(), "/desk/queue/?filter=searching") <= 15


def test_a_call_at_the_desk(luca: Helper) -> None:
    assert questions(a_desk(), f"/desk/calls/{a_done_call(luca).pk}/") <= 20

"""The stand-in's page on which a payment is disputed and a dispute is decided: in a demonstration only."""

import pytest
from django.test import Client
from pytest_django import Settings
from tests.disputes import HOUSE, a_paid_visit, handed_in
from tests.factories import a_brand, a_helper
from tests.sites.customer.conftest import in_three_days

from mila.payments.adapters.test.models import Disputed, Taken
from mila.payments.models import Dispute
from mila.sites.now import now

pytestmark = pytest.mark.django_db
PAGE = "/bank/disputes/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def shown(settings: Settings) -> None:
    settings.DEMONSTRATION = True


def test_a_payment_is_disputed_and_decided(client: Client) -> None:
    call = a_paid_visit(a_helper(), in_three_days(), at=now())
    assert call.order_number in client.get(PAGE).content.decode()
    said = {"taken": Taken.objects.get().pk, "reason": "product_unacceptable", "word": "needs_response"}
    assert client.post(f"{PAGE}open/", said).status_code == 302
    row = Dispute.objects.get()
    assert (row.state, row.amount) == ("open", row.charge.amount)
    handed_in(row, days=0, verdict=HOUSE)
    page = client.get(PAGE, headers=ENGLISH).content.decode()
    assert "What the house handed in" in page
    assert client.post(f"{PAGE}{row.reference}/", {"word": "lost"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "lost"
    assert client.post(f"{PAGE}{row.reference}/", {"word": "won"}).status_code == 404


def test_what_nobody_can_dispute_is_not_found(client: Client) -> None:
    a_paid_visit(a_helper(), in_three_days(), at=now())
    taken = Taken.objects.get().pk
    for said in (
        {"taken": "nobody", "reason": "duplicate", "word": "needs_response"},
        {"taken": "\0", "reason": "duplicate", "word": "needs_response"},
        {"taken": taken, "reason": "product_unacceptable", "word": "won"},
        {"taken": taken, "reason": "?", "word": "needs_response"},
    ):
        assert client.post(f"{PAGE}open/", said).status_code == 404
    assert Disputed.objects.count() == 0


def test_outside_a_demonstration_there_is_no_such_page(client: Client, settings: Settings) -> None:
    a_brand()
    settings.DEMONSTRATION = False
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}open/").status_code == 404

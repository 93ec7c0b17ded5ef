"""What a customer may choose while somebody is sought."""

import pytest
from django.test import Client
from tests.factories import ALWAYS, a_brand, a_helper, a_package, a_price, a_requested_call
from tests.sites.customer.conftest import in_three_days
from tests.story import clock_runs, fresh

from mila.booking.models import ServiceCall
from mila.partners.models import FallbackPrice
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def sought() -> ServiceCall:
    a_helper("Luca")
    call = a_requested_call(now(), starts_at=in_three_days())
    clock_runs(now())
    return call


def test_the_status_page_always_shows_the_choices(anna: Client) -> None:
    call = sought()
    page = anna.get(f"/s/{call.status_key}/").content.decode()
    for address in ("other-time", "cancel"):
        assert f"/s/{call.status_key}/{address}/" in page
    assert "other-help" not in page


def test_another_time_is_chosen_on_its_page(anna: Client) -> None:
    call = sought()
    page = anna.get(f"/s/{call.status_key}/other-time/")
    chosen = page.context["days"][0].slots[0].value
    assert anna.post(f"/s/{call.status_key}/other-time/", {"slot": "no time"}).status_code == 422
    anna.post(f"/s/{call.status_key}/other-time/", {"slot": chosen})
    start = fresh(call).visit_starts_at
    assert start is not None
    assert start.isoformat() == chosen


def test_another_kind_of_help_needs_a_code(anna: Client) -> None:
    FallbackPrice.objects.create(
        brand=a_brand(),
        package=a_package("tv-setup"),
        country_id="CH",
        contract_model="principal",
        payer="customer",
        tiers=["pro"],
        amount=12900,
        currency="CHF",
        provider_pay=9000,
        vat_code="standard",
        holds=ALWAYS,
    )
    a_price(package=a_package("tv-setup"), tiers=("friend",))
    call = a_requested_call(now(), starts_at=in_three_days(), packages=("tv-setup",))
    clock_runs(now())
    shown = anna.get(f"/s/{call.status_key}/other-help/").content.decode()
    assert "129" in shown
    assert anna.post(f"/s/{call.status_key}/other-help/code/").status_code == 302
    wrong = anna.post(f"/s/{call.status_key}/other-help/", {"shown_total": 12900, "code": "000000"})
    assert wrong.status_code in (409, 422)
    assert call.quotes.count() == 1
    assert anna.post(f"/s/{call.status_key}/other-help/keep/").status_code == 302

"""The counter of a branch: finds, compares, hands out; knows nothing of other branches."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from tests.factories import (
    a_branch,
    a_brand,
    a_brought_call,
    a_call_to_bring,
    a_counter,
    a_helper,
    an_account,
    an_errand,
    an_offer,
    by_helper,
)

from mila.accounts.models import DeskRole, DeskSeat
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.ids import order_number_of
from mila.partners.models import Branch, BranchSeat
from mila.sites.now import now
from mila.visit.rules import ParcelState

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    a_brand()
    return a_branch(brand=a_brand("interdiscount", is_own=False))


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def call(branch: Branch, luca: Helper) -> ServiceCall:
    starts_at = datetime.combine(now().date() + timedelta(days=3), time(13), UTC)
    return a_brought_call(luca, now(), branch=branch, starts_at=starts_at)


def browser_of(seat: BranchSeat) -> Client:
    browser = Client()
    browser.force_login(seat.account, backend="mila.accounts.ways.TwoFactors")
    return browser


@pytest.fixture
def counter(branch: Branch) -> Client:
    return browser_of(a_counter(branch))


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {1} "])
def test_the_order_is_found_however_its_number_is_typed(counter: Client, call: ServiceCall, typed: str) -> None:
    said = typed.format(call.order_number, call.order_number.replace("-", "").lower())
    answer = counter.get("/branch/", {"number": said})
    assert answer.headers["Location"] == f"/branch/orders/{call.order_number}/"


def test_another_branches_order_is_not_found(call: ServiceCall, branch: Branch) -> None:
    other = browser_of(a_counter(a_branch("thun", brand=branch.brand), "other"))
    assert other.get("/branch/", {"number": call.order_number}).status_code == 404
    assert other.get(f"/branch/orders/{call.order_number}/").status_code == 404
    for act in ("hand-out", "other-person", "fault", "back"):
        assert other.post(f"/branch/pick-ups/{an_errand(call).pk}/{act}/").status_code == 404


def test_the_page_shows_the_helper_and_nothing_of_the_customer(counter: Client, call: ServiceCall) -> None:
    page = counter.get(f"/branch/orders/{call.order_number}/").content.decode()
    assert "Luca M." in page
    assert "Sonos Arc" in page
    for secret in ("Anna", "Canary", "Kanarienweg", an_errand(call).code):
        assert secret not in page


def test_what_was_scanned_and_compared_is_handed_out(counter: Client, call: ServiceCall) -> None:
    row = an_errand(call)
    address = f"/branch/pick-ups/{row.pk}/hand-out/"
    assert counter.post(address, {"code": row.code}).status_code == 422
    assert counter.post(address, {"id_matches": "on", "code": "12"}).status_code == 422
    assert counter.post(address, {"id_matches": "on", "code": row.code}).status_code == 302
    assert an_errand(call).state == ParcelState.PICKED_UP


def test_the_desk_unlocks_with_a_reason(counter: Client, call: ServiceCall) -> None:
    account = an_account("agent@mila.example")
    DeskSeat.objects.create(account=account, name="Agent", role=DeskRole.AGENT)
    desk = Client()
    desk.force_login(account, backend="mila.accounts.ways.TwoFactors")
    row = an_errand(call)
    counter.post(f"/branch/pick-ups/{row.pk}/other-person/")
    assert call.order_number in desk.get("/desk/parcels/").content.decode()
    assert desk.post(f"/desk/parcels/{row.pk}/unlock/").status_code == 422
    assert desk.post(f"/desk/parcels/{row.pk}/unlock/", {"reason": "called"}).status_code == 302
    assert an_errand(call).state == ParcelState.WAITING


def test_nobody_comes_to_a_counter_by_a_link_alone(branch: Branch) -> None:
    browser = Client()
    browser.force_login(a_counter(branch).account, backend="mila.accounts.ways.Link")
    assert browser.get("/branch/").status_code == 302


def test_the_offer_and_the_visit_state_the_delivery(branch: Branch, luca: Helper) -> None:
    phone = Client()
    phone.force_login(luca.account, backend="mila.accounts.ways.Link")
    starts_at = datetime.combine(now().date() + timedelta(days=3), time(13), UTC)
    offer = an_offer(a_call_to_bring(branch, now(), starts_at=starts_at), now())
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca, now()))
    pages = [phone.get(f"/app/offers/{offer.key}/").content.decode()]
    journey.accept(offer_key=offer.key, now=by_helper(luca, now()))
    pages.append(phone.get(f"/app/visits/{offer.call_id}/").content.decode())
    for page in pages:
        assert "Marktgasse 10" in page
        assert "120 × 25 × 20 cm" in page
    assert an_errand(offer.call).code in pages[1]


def test_what_is_no_order_number_is_none() -> None:
    assert order_number_of("m 7k3f 92qx") == "M-7K3F-92QX"
    assert order_number_of("M-0000-1111") == order_number_of("'; drop") == ""

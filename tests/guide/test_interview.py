"""Interview: what partners ask of Mila."""

import ast
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_booking,
    a_brand,
    a_country,
    a_helper,
    a_package,
    a_price,
    a_requested_call,
    a_signature,
    by,
)
from tests.messaging.test_mail import Postbox, postbox
from tests.sites.customer.conftest import CONTACT, anna, first_slot, in_three_days, the_order, to_the_check, to_the_time
from tests.story import a_secured_call, a_signed_off_call, accepted_by, clock_runs, open_offer, told

from mila.booking import queries as booking
from mila.booking.lines import NotSold
from mila.booking.models import ServiceCall
from mila.catalog.models import Package
from mila.countries.models import DatedValue
from mila.crowd.actions import go_available, go_unavailable
from mila.crowd.models import Helper
from mila.dispatch.models import Weights
from mila.dispatch.queries import line_of, needs_of
from mila.dispatch.record import Line
from mila.dispatch.supply import AtOnce, Wanted, at_once
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.kernel.place import Point
from mila.messaging import actions as messaging
from mila.messaging.models import Message
from mila.partners.models import Brand, ContractText, Price
from mila.payments.models import Charge, Claim, Posting
from mila.simulation.brands import fill_brands
from mila.simulation.catalogue import fill_catalogue
from mila.sites.now import now

pytestmark = pytest.mark.django_db

__all__ = ["anna", "postbox"]

SOURCE = Path(__file__).parents[2] / "src" / "mila"
CROWD = re.compile(r"crowd|schwarm|foule|folla", re.IGNORECASE)
LATER = NOON + timedelta(hours=3)


def candidate(call: ServiceCall, helper: Helper) -> Line:
    line = line_of(call, helper.id)
    assert line is not None
    return line


def test_who_is_available_now_is_known() -> None:
    luca = a_helper()
    needs = needs_of(brand=a_brand(), packages=(a_package().code,), tiers=("friend",), language="de", on=NOON.date())
    wanted = Wanted(replace(needs, point=luca.home), "CH")
    assert at_once(wanted, at=NOON) is None
    go_available(helper=luca, until=LATER, position=Point(46.95, 7.45))
    assert isinstance(at_once(wanted, at=NOON), AtOnce)
    go_unavailable(helper=luca)
    luca.refresh_from_db()
    assert (luca.available_until, luca.available_latitude, luca.available_longitude) == (None, None, None)
    assert at_once(wanted, at=NOON) is None


def test_nobody_pays_when_nobody_works() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    journey.cancel(call_id=call.id, shown_cost=0, code="", now=by(Who.CUSTOMER, NOON))
    assert not Charge.objects.exists()
    assert not Claim.objects.exists()
    assert not Posting.objects.exists()


def test_in_a_hurry_nobody_unqualified_is_sent() -> None:
    unfit = a_helper("Unfit", level=1)
    go_available(helper=unfit, until=LATER, position=None)
    call = a_requested_call(starts_at=None)
    clock_runs(NOON)
    assert not call.offers.exists()
    assert not candidate(call, unfit).filters["skills"].met


def test_the_same_facts_send_the_same_helper() -> None:
    people = [a_helper("Luca"), a_helper("Mia", level=4), a_helper("Noe", at=(46.96, 7.5))]
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=day)) for day in range(2)]
    clock_runs(NOON)
    orders = [[candidate(call, helper).rank for helper in people] for call in calls]
    assert orders[0] == orders[1]
    weights = Weights.objects.get().values
    for helper in people:
        stored = candidate(calls[0], helper)
        assert stored.facts is not None
        assert stored.points is not None
        near = max(0, 60 - stored.facts.minutes)
        above = helper.skills.get().level - 2
        assert stored.points.level == weights["level"] * above * 1000
        assert stored.points.travel == weights["travel"] * near * 1000 // 60
        assert stored.points.stars == weights["stars"] * weights["prior_stars"]


def test_a_partner_may_ask_for_pros_only() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="principal", tiers=("pro",), amount=9_900, provider_pay=6_000)
    friend, pro = a_helper("Friend", level=5), a_helper("Pro", tier="pro")
    call = a_requested_call(brand=brand)
    assert open_offer(call, NOON).helper == pro
    found = candidate(call, friend).filters
    assert [name for name, one in found.items() if not one.met] == ["tier"]


def test_others_take_a_qualified_friend() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="principal", amount=9_900, provider_pay=6_000)
    friend = a_helper("Friend")
    assert open_offer(a_requested_call(brand=brand), NOON).helper == friend


def test_several_partners_share_one_crowd() -> None:
    luca = a_helper()
    brands = [a_brand(name, is_own=False) for name in ("swisscom", "salt")]
    for brand in brands:
        contract = ContractText.objects.create(
            brand=brand, version=1, title={"en": "Contract"}, body={"en": "…"}, holds_from=date(2026, 1, 1)
        )
        a_signature(luca, contract)
    accepted_by(luca, a_requested_call(brand=brands[0]), NOON)
    accepted_by(luca, a_requested_call(brand=brands[1], starts_at=IN_THREE_DAYS + timedelta(days=1)), NOON)
    overlapping = a_requested_call(brand=brands[1], starts_at=IN_THREE_DAYS + timedelta(minutes=30))
    clock_runs(NOON)
    assert not overlapping.offers.exists()
    assert not candidate(overlapping, luca).filters["free"].met
    assert overlapping.searches.get().slots_asked_at == NOON  # other times are proposed to the customer


def words_of_code(file: Path) -> str:
    """Return what a file's code says to people: its texts, without docstrings, names and addresses."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = [node.args[0] for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return "\n".join(word.value for word in said if isinstance(word, ast.Constant) and isinstance(word.value, str))


def test_no_customer_page_speaks_of_a_crowd() -> None:
    rooms = ("sites/customer", "sites/bank", "messaging")
    files = [*(SOURCE / "locale").rglob("*.po"), *(SOURCE / "sites" / "templates").rglob("*.html")]
    files += [file for room in rooms for file in (SOURCE / room / "templates").rglob("*.*")]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    texts |= {file: words_of_code(file) for room in rooms for file in (SOURCE / room).rglob("*.py")}
    assert {file.parts[-3] for file in files if file.suffix == ".po"} == {"de", "fr", "it"}
    assert [file for file, text in texts.items() if CROWD.search(text)] == []
    fill_catalogue()
    for package in Package.objects.all():
        shown = [package.name, package.summary, package.contents, package.not_included, package.steps]
        assert not CROWD.search(repr(shown))
    call = a_signed_off_call(a_helper())
    pages = [Client().get(f"/s/{call.status_key}/", headers={"accept-language": spoken}) for spoken in ("de", "en")]
    letters = Message.objects.filter(call=call).values_list("text", flat=True)
    assert len(letters) > 5
    assert not CROWD.search("".join([*(page.content.decode() for page in pages), *letters]))


def test_a_new_brand_is_only_rows() -> None:
    a_helper()
    a_price()
    there = Client(headers={"host": "help.newcomer.example"})
    assert "Newcomer" not in there.get("/book/").content.decode()
    brand = Brand.objects.create(
        slug="newcomer", name="Newcomer", host="help.newcomer.example", colour="#222222", ink="#ffffff", language="de"
    )
    a_price(brand, model="principal", amount=7_700, provider_pay=5_000)
    page = there.get("/book/", headers={"accept-language": "en"}).content.decode()
    assert "Newcomer" in page
    assert "77.00" in page
    call = journey.book(given=a_booking(brand=brand), now=by(Who.CUSTOMER))
    assert (call.brand, booking.current_quote(call).total) == (brand, 7_700)


def test_a_booking_sends_the_first_offer_by_itself() -> None:
    luca = a_helper()
    go_available(helper=luca, until=LATER, position=None)
    call = a_secured_call(starts_at=None)
    offer = open_offer(call, NOON)
    assert (offer.helper, offer.made_at) == (luca, NOON)
    assert not call.diary.filter(by=Who.DESK).exists()


def test_the_earliest_slot_comes_first(anna: Client) -> None:
    luca = a_helper()
    busy_until = in_three_days() + timedelta(hours=1)
    luca.exceptions.create(kind="busy", starts_at=now(), ends_at=busy_until)
    to_the_time(anna)
    page = anna.get("/booking/time/").content.decode()
    values = re.findall(r'name="slot" value="(\d[^"]+)"', page)
    assert values == sorted(values)
    first = first_slot(anna)
    assert busy_until <= in_three_days().fromisoformat(first) <= busy_until + timedelta(hours=2)
    (day,) = re.findall(r'name="slot-day" value="([^"]+)" checked', page)
    assert day == first[:10]


def test_friends_and_pros_have_their_own_packages() -> None:
    fill_catalogue()
    fill_brands(a_country())
    own = Price.objects.filter(brand__is_own=True)
    for_pros = own.filter(tiers=["pro"])
    for_friends = own.filter(tiers__contains=["friend"])
    assert for_pros.count() + for_friends.count() == own.count()
    assert set(for_pros.values_list("contract_model", flat=True)) == {"principal"}
    assert set(for_friends.values_list("contract_model", flat=True)) == {"agency"}
    assert not for_pros.filter(provider_pay=None).exists()
    assert for_friends.filter(package="tablet-lesson").exists()
    assert for_pros.filter(package="office-network").exists()


def test_the_brand_is_in_front(postbox: Postbox, settings: Settings) -> None:
    a_brand()
    brand = a_brand("swisscom", is_own=False)
    Brand.objects.filter(pk=brand.pk).update(name="Swisscom Friends", colour="#0445c8", logo_svg="<svg>a logo</svg>")
    call = a_requested_call(brand=Brand.objects.get(pk=brand.pk))
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert title == f"{call.order_number} – Swisscom Friends"
    assert 'alt="Swisscom Friends"' in page
    assert "/theme/swisscom.css" in page
    (letter,) = told(call, "confirm_booking")
    assert "Swisscom Friends" in letter.text
    assert "background: #0445c8" in letter.html
    settings.MODE, settings.MILA_MAIL_URL = "production", postbox.url()
    assert messaging.send_next(at=NOON)
    assert postbox.mails[0]["From"].startswith("Swisscom Friends <")


def test_only_a_contract_model_the_country_allows_is_quoted() -> None:
    a_price(model="principal", amount=9_900, provider_pay=6_000)
    call = a_requested_call()
    quote = booking.current_quote(call)
    assert (quote.contract_model, quote.issuing_entity.name) == ("principal", "Mila Test AG")
    DatedValue.objects.filter(key="contract_models").update(value=["agency"])
    with pytest.raises(NotSold):
        a_requested_call()
    assert Client().get("/book/service/wifi-setup/").status_code == 404
    assert booking.current_quote(call) == quote


def test_help_is_a_few_touches_away(anna: Client) -> None:
    a_helper("Luca")
    a_helper("Mia")
    to_the_check(anna)  # service, address, time, contact
    anna.post("/booking/check/", the_order(anna))
    assert ServiceCall.objects.count() == 1
    assert "_auth_user_id" not in anna.session
    again = anna.post("/book/service/wifi-setup/")
    assert again["Location"] == "/booking/time/"
    assert anna.post("/booking/time/", {"slot": first_slot(anna)})["Location"] == "/booking/check/"
    assert CONTACT["email"] in anna.get("/booking/check/").content.decode().replace("<wbr>", "")

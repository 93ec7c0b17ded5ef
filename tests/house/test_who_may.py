"""Every route answers "who may?": every address × everybody, their own things and other people's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.factories import (
    a_branch,
    a_brand,
    a_confirmed_call,
    a_counter,
    a_country,
    a_helper,
    a_price,
    a_product,
    an_account,
    an_errand_to,
    by,
    by_helper,
)
from tests.house.who_may import WHO_MAY, Who

from mila.accounts.models import DeskSeat, Passkey, Session
from mila.booking.models import Offer, ServiceCall
from mila.crowd import actions as crowd
from mila.crowd.models import Helper
from mila.kernel.occasion import Who as By
from mila.kernel.pictures import Picture
from mila.messaging.actions import add_stand_in_device
from mila.messaging.models import Message, PushSubscription
from mila.partners import actions as partners
from mila.partners.models import Brand, KeyKind, Scope
from mila.payments.models import Charge, Dispute, Sale
from mila.quality import inquiries
from mila.quality.inquiries import Asker
from mila.quality.models import CasePhoto, GuaranteeCase, Inquiry
from mila.sites.now import now
from mila.visit.models import Photo
from mila.visit.products import Suggestion

pytestmark = pytest.mark.django_db
OPENED, NOTHING, SIGN_IN, NO_KEY = "opened", "nothing", "sign in first", "no key"
HELPERS, DESK, BRANDS = ("luca", "sara"), ("agent", "community"), ("brand", "other_brand")
COUNTERS = ("counter", "other_counter")
PEOPLE = ("nobody", *HELPERS, *DESK, *COUNTERS, *BRANDS)
# The second of a kind differs from the first only where the first is let in for being of that kind.
FIRST_OF_KIND = {second: first for first, second in (HELPERS, DESK, COUNTERS, BRANDS)}


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, here)
        else:
            yield here or "/"


ROUTES = sorted({one for one in routes(get_resolver().url_patterns) if one != "api/v1/"})


# What a program says where a body that fits is asked for before it is looked whose call it is.
SAID = {
    "api/v1/calls/<call_id>/cancellation": b'{"cost": {"amount_minor": 0, "currency": "CHF"}}',
    "api/v1/calls/<call_id>/reschedule": b'{"starts_at": "2027-01-04T10:00:00Z"}',
    "api/v1/calls/<call_id>/reschedule/answer": b'{"answer": "keep"}',
}
ALIKE = {
    Who.EVERYBODY: OPENED,
    Who.WHO_HAS_THE_LINK: OPENED,
    Who.EVERYBODY_AND_ON_TO_SIGN_IN: SIGN_IN,
    Who.ON_THE_WAY_IN: SIGN_IN,
    Who.WHO_HAS_THE_LINK_LATER: NOTHING,
    Who.DEMONSTRATION: NOTHING,
}


def expected(who: Who, person: str) -> str:
    """Return what the person meets at an address of this kind, with Luca's, Anna's and the first brand's things."""
    if who in ALIKE:
        return ALIKE[who]
    if who in (Who.BRANDS, Who.ITS_BRAND):
        if person not in BRANDS:
            return NO_KEY
        return OPENED if who == Who.BRANDS or person == "brand" else NOTHING
    if person not in HELPERS + DESK + COUNTERS:
        return SIGN_IN
    among = {
        Who.HELPERS: HELPERS,
        Who.ITS_HELPER: ("luca",),
        Who.ITS_HELPER_OR_NOTHING_HAPPENS: HELPERS,
        Who.DESK: DESK,
        Who.DESK_LATER: (),
        Who.COUNTERS: COUNTERS,
        Who.ITS_BRANDS_COUNTERS: COUNTERS[:2],
        Who.ITS_COUNTER: ("counter",),
        Who.SIGNED_IN: HELPERS + DESK + COUNTERS,
        Who.ITS_ACCOUNT: ("luca",),
    }
    return OPENED if person in among[who] else NOTHING


def goes_to(person: str, who: Who) -> bool:
    """Tell whether the person tries an address of this kind: the second of a kind only what is not alike for all."""
    first = FIRST_OF_KIND.get(person)
    return first is None or (who not in ALIKE and expected(who, first) == OPENED)


@dataclass
class Place:
    """A small country with one thing of every kind, and how everybody's browser comes in."""

    things: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def address(self, route: str) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: self.things[found[1]], route).lstrip("/")

    def answers(self, route: str, person: str) -> Iterator[str]:
        """Yield what each method meets; what it changes is taken back."""
        secret = self.keys.get(person)
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())} if secret else {}
        kind = "application/json" if secret else "application/x-www-form-urlencoded"
        browser = self.browsers[person]
        for method in ("GET", "POST"):
            cookies = {name: one.value for name, one in browser.cookies.items()}
            with transaction.atomic():
                answer = browser.generic(
                    method,
                    self.address(route),
                    SAID.get(route, b"{}") if secret and method == "POST" else b"",
                    content_type=kind,
                    headers=headers,
                    SERVER_NAME="localhost",
                )
                transaction.set_rollback(True)
            browser.cookies.load(cookies)
            if answer.status_code != 405:
                yield class_of(answer.status_code, answer.headers.get("Location", ""))


def class_of(status: int, location: str) -> str:
    assert status < 500, "the house failed"
    if status == 302 and location.startswith("/sign-in/") and not location.startswith("/sign-in/sent"):
        return SIGN_IN
    return {404: NOTHING, 401: NO_KEY, 403: NO_KEY}.get(status, OPENED)


@pytest.fixture
def place() -> Place:
    brand, other = a_brand(), a_brand("swisscom", is_own=False)
    a_price(brand)
    a_price(other)
    luca = a_helper("Luca")
    at = now()
    starts_at = datetime.combine(at.date() + timedelta(days=3), time(13), UTC)
    call = a_confirmed_call(luca, at, starts_at=starts_at)
    sara = a_helper("Sara")
    there = Place()
    for person, account in (("luca", luca.account), ("sara", sara.account)):
        there.browsers[person] = Client()
        there.browsers[person].force_login(account)
    for role in DESK:
        account = an_account(f"{role}@mila.example")
        DeskSeat.objects.create(account=account, name=role, role=role)
        there.browsers[role] = Client()
        there.browsers[role].force_login(account)
    branch = a_branch(brand=brand)
    errand = an_errand_to(branch, call)
    for person, at_branch in (("counter", branch), ("other_counter", a_branch("thun", brand=brand))):
        there.browsers[person] = Client()
        there.browsers[person].force_login(a_counter(at_branch, person).account)
    there.browsers |= {person: Client() for person in ("nobody", *BRANDS)}
    there.keys = {"brand": a_key(brand), "other_brand": a_key(other)}
    passkey = Passkey.objects.create(
        account=luca.account, credential=b"c", public_key=b"k", sign_count=0, name="Key", made_at=at
    )
    photo, sale = a_photo(call, luca), a_sale(call)
    there.things = {
        "call_id": str(call.pk),
        "key": Offer.objects.get(call=call).key,
        "name": "set-out",
        "word": "keep",
        "weights_id": str(uuid4()),
        "search_id": str(uuid4()),
        "helper_id": str(uuid4()),
        "held_id": str(uuid4()),
        "round_number": "1",
        "country": "ch",
        "device_id": str(add_stand_in_device(account=luca.account, at=at).pk),
        "exception_id": str(uuid4()),
        "calendar_id": str(uuid4()),
        "seat_id": str(DeskSeat.objects.latest("pk").pk),
        "message_id": str(Message.objects.latest("made_at").pk),
        "page_id": "no-page",
        "order_number": call.order_number,
        "person": "luca",
        "slug": brand.slug,
        "package": "wifi-setup",
        "family": "internet",
        "passkey_id": str(passkey.pk),
        "tap_id": str(uuid4()),
        "photo_id": str(photo.pk),
        "face_id": str(crowd.give_face(helper=luca, picture=Picture(b"j", 1, 1), now=by_helper(luca, at)).pk),
        "case_id": str(a_case(call, photo).pk),
        "refund_id": str(uuid4()),
        "dispute_id": str(a_dispute(call).pk),
        "disputed_id": "no-dispute",
        "inquiry_id": str(an_inquiry(brand, helper=luca).pk),
        "inquiry_key": an_inquiry(brand).key,
        "session": str(Session.objects.get(account=luca.account).number),
        "pick_up_id": str(errand.pk),
        "status_key": call.status_key,
        "product_id": str(uuid4()),
        "order_id": str(uuid4()),
        "sale_id": str(sale.pk),
        "suggestion_id": str(sale.suggestion),
    }
    return there


def a_photo(call: ServiceCall, helper: Helper) -> Photo:
    return Photo.objects.create(call=call, helper=helper, code="introduce", jpeg=b"j", width=1, height=1, at=now())


def a_sale(call: ServiceCall) -> Sale:
    """Return the order of a product of the call's own brand, which its helper recommended."""
    product, held = a_product(brand=call.brand), call.assignments.get(state="active")
    recommended = Suggestion.objects.create(assignment=held, product=product, position=1, at=now())
    return Sale.objects.create(
        brand=call.brand, order_id="4711", product=product, suggestion=recommended.pk, call=call, assignment=held,
        amount=1, currency="CHF", told_at=now(),
    )  # fmt: skip


def a_case(call: ServiceCall, photo: Photo) -> GuaranteeCase:
    """Return a case with a photo of the same id as the visit's, so that one address of each kind finds its own."""
    at = now()
    case = GuaranteeCase.objects.create(call=call, words="?", disputed=1, opened_at=at, hear_by=at, decide_by=at)
    CasePhoto.objects.create(pk=photo.pk, case=case, by="customer", jpeg=b"j", width=1, height=1, at=at)
    return case


def a_dispute(call: ServiceCall) -> Dispute:
    quote = call.quotes.get()
    charge = Charge.objects.create(
        call=call, quote=quote, purpose="visit", amount=1, currency="CHF", state="captured", asked_at=now(),
        captured_at=now(), reference="taken",
    )  # fmt: skip
    return Dispute.objects.create(
        call=call, charge=charge, reference="d", amount=1, currency="CHF", said="?", state="unclear", opened_at=now()
    )


def an_inquiry(brand: Brand, *, helper: Helper | None = None) -> Inquiry:
    asker = Asker(brand, a_country(), "Anna", "anna@customers.example", "", "de", helper=helper)
    return inquiries.ask(asker=asker, words="?", key=str(uuid4()), now=by(By.CUSTOMER, now()))


def a_key(brand: Brand) -> str:
    life = timedelta(days=30)
    made = partners.make_key(
        brand=brand, name="test", kind=KeyKind.TEST, scopes=tuple(Scope), life=life, now=by(By.DESK, now())
    )
    return made[1]


def test_every_address_says_who_may() -> None:
    assert set(ROUTES) - set(WHO_MAY) == set(), "say in who_may.py for whom these are"
    assert set(WHO_MAY) - set(ROUTES) == set(), "these are gone"


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_meets_what_is_declared(place: Place, person: str) -> None:
    met, declared = {}, {}
    for route, who in WHO_MAY.items():
        if route not in ROUTES or not goes_to(person, who):
            continue
        place.things["number"] = place.things["order_number" if route.startswith("branch/") else "session"]
        if route.startswith("s/"):
            place.things["key"], offer_key = place.things["status_key"], place.things["key"]
        else:
            offer_key = place.things["key"]
        found = set(place.answers(route, person))
        place.things["key"] = offer_key
        met[route], declared[route] = found, {expected(who, person)}
    wrong = {route: met[route] for route in met if met[route] != declared[route]}
    assert wrong == {}


def test_a_link_that_nobody_was_given_opens_nothing(place: Place) -> None:
    links = [route for route, who in WHO_MAY.items() if who == Who.WHO_HAS_THE_LINK]
    place.things |= {"key": "a" * 32, "inquiry_key": "a" * 32}
    assert {answer for route in links for answer in place.answers(route, "nobody")} == {NOTHING}


def test_what_is_lucas_stays_lucas(place: Place) -> None:
    place.browsers["sara"].post(place.address("app/me/devices/<uuid:device_id>/remove/"))
    assert PushSubscription.objects.filter(pk=place.things["device_id"]).exists()


def test_a_brand_sees_its_own_calls_alone(place: Place) -> None:
    headers = {"Authorization": f"Bearer {place.keys['other_brand']}"}
    listed = Client().get("/api/v1/calls", headers=headers)
    assert listed.status_code == 200
    assert place.things["call_id"] not in listed.content.decode()

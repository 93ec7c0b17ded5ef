"""The town of the weather tests grown up: a call at every stage that looks different, offers of every kind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.test import Client
from tests.countries.abroad import BERLIN, a_booking_in, open_for_business
from tests.factories import (
    ALWAYS,
    a_booking,
    a_brand,
    a_confirmed_call,
    a_helper,
    a_package,
    a_price,
    a_product,
    a_requested_call,
    an_accepted_call,
    an_account,
    an_offer,
    by,
    by_helper,
)
from tests.house.who_may import AT_COUNTERS, WHO_MAY, Who
from tests.sites.entrance.desk import give_password, set_up, take_link
from tests.walks import quarter
from tests.weather.town import Town

from mila.accounts.models import DeskSeat
from mila.booking.actions import TimeGiven
from mila.booking.models import Offer, OfferMode, OfferState, ServiceCall, TimeWish
from mila.crowd import actions as crowd
from mila.crowd.models import HeldQualification, Helper, Qualification
from mila.dispatch.models import Decision
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who as By
from mila.kernel.pictures import Picture
from mila.partners import shops
from mila.partners.adapters.shops.test import orders
from mila.partners.models import FallbackPrice, Product
from mila.payments.adapters.test.models import Disputed
from mila.payments.models import Dispute, Means, MeansState
from mila.quality.models import GuaranteeCase
from mila.sites.demo.models import Player, Plot, Story
from mila.sites.now import now
from mila.visit.models import ContactOutcome
from mila.visit.rules import Cause

AT_THE_ENTRANCE = ("nina", "dana elsewhere", "dana at home")
Sight = tuple[Client, str]
OFFERS: tuple[dict[str, object], ...] = (
    {"mode": OfferMode.FIRST_YES, "state": OfferState.OPEN},
    {"mode": OfferMode.BEST_YES, "state": OfferState.OPEN},
    {"mode": OfferMode.EXCLUSIVE, "state": OfferState.OPEN, "window_seconds": 3600, "bonus": 1000},
    {"mode": OfferMode.BEST_YES, "state": OfferState.EXPIRED, "standing_since": datetime(2026, 1, 1, tzinfo=UTC)},
    {"mode": OfferMode.EXCLUSIVE, "state": OfferState.EXPIRED},
    {"mode": OfferMode.EXCLUSIVE, "state": OfferState.DECLINED},
    {"mode": OfferMode.EXCLUSIVE, "state": OfferState.CLOSED, "closed_because": "taken"},
)


class City(Town):
    """Town, and Mia, who has a visit in each state that a page draws in its own way."""

    def __init__(self) -> None:
        super().__init__()
        self.mia = a_helper("Mia", level=5)
        self.browsers |= {"mia": Client(), **{name: Client() for name in AT_THE_ENTRANCE}}
        self.browsers["mia"].force_login(self.mia.account)
        self.counter = quarter.Counter(self.mia)
        self.mias = [*self._ahead(), _agreed(self.mia), *self._past()]
        self.browsers |= {"counter": self.counter.browser, "erna": quarter.erna()}
        changing = quarter.changing(self.mia)
        contested = quarter.disputes(self.mia)  # first: a redo ends Mia's coming
        self.disputed = quarter.cases(self.mia, self.dana)
        self.mias += [*changing, *self.disputed, *contested, *self.counter.calls]
        quarter.voices(self.disputed)
        self.calls += [*self.mias, *_sought(), _abroad()]
        self.offers = [(self.browsers["luca"], self.offer), *(_offer(*one) for one in enumerate(OFFERS))]
        self.others |= self._more()
        self._at_the_entrance()

    def sights(self, route: str) -> Iterator[Sight]:
        """Yield every address of the route, with every browser that opens it."""
        if route.startswith("app/offers/<slug:key>/"):
            yield from ((browser, "/" + route.replace("<slug:key>", one.key)) for browser, one in self.offers)
            return
        entrance = WHO_MAY[route] == Who.ON_THE_WAY_IN or route.startswith("security/")
        for address in self.addresses(route):
            yield self.browser(route), address
            yield from ((self.browsers[name], address) for name in AT_THE_ENTRANCE if entrance)
        if route == "booking/pick-up/":
            yield self.browsers["erna"], "/" + route
        if route.startswith("app/visits/"):
            yield from ((self.browsers["mia"], _of_visit(route, one, self.others)) for one in self.mias)

    def browser(self, route: str) -> Client:
        """Return the browser of somebody who may go there; a branch's tablet knows its own pages alone."""
        if WHO_MAY[route] in AT_COUNTERS:
            return self.browsers["counter"]
        return super().browser(route)

    def _things(self, route: str, name: str) -> list[object]:
        if name == "call_id" and "<uuid:search_id>" in route:
            return [self.decision.search.call_id]
        if name == "key" and route.startswith("o/"):
            return [offer.link_key for _, offer in self.offers]
        if name == "slug" and route.startswith("desk/search/"):
            return ["-", "mila"]
        if name == "number" and route.startswith("branch/"):
            return [call.order_number for call in self.counter.calls]
        if name == "country" and route.startswith("desk/"):
            return ["CH"]
        return super()._things(route, name)

    def _ahead(self) -> list[ServiceCall]:
        at = now()
        accepted, asked, replaced, told = (
            an_accepted_call(self.mia, at, starts_at=_afternoon(days), key=f"mia {days}") for days in (8, 9, 10, 11)
        )
        journey.ask_for_time(call_id=asked.id, starts_at=_afternoon(12), now=by(By.CUSTOMER, at))
        journey.seek_replacement(call_id=replaced.id, now=by(By.DESK, at))
        journey.log_contact(call_id=told.id, outcome=ContactOutcome.NO_ANSWER, now=by_helper(self.mia, at))
        _recommended(accepted, self.mia)
        return [accepted, asked, replaced, told]

    def _past(self) -> list[ServiceCall]:
        working, waiting, left, gone = (
            a_confirmed_call(self.mia, _afternoon(-days - 2), starts_at=_afternoon(-days), key=f"mia -{days}")
            for days in (6, 7, 8, 9)
        )
        journey.set_out(call_id=waiting.id, now=by_helper(self.mia, _afternoon(-7)))
        for call, days in ((working, 6), (left, 8)):
            there = by_helper(self.mia, _afternoon(-days))
            for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
                verb(call_id=call.id, now=there)
        there = by_helper(self.mia, _afternoon(-8))
        journey.check_out(call_id=left.id, cause=Cause.BRAND_FAULT, words="The box is empty", now=there)
        journey.cancel_by_desk(call_id=gone.id, reason="Asked for by telephone", now=by(By.DESK))
        return [working, waiting, left, gone]

    def _more(self) -> dict[str, list[object]]:
        """Return a decision, a proof and a story for the pages that show them."""
        for call in (self.calls[1], self.calls[2], self.mias[0]):
            Story.objects.create(call=call, plot=Plot.SMOOTH, customer=Player.PLAYED, begun_at=now())
        self.decision = Decision.objects.select_related("search").earliest("pk")
        asked = Qualification.objects.create(
            code="ladder", brand=a_brand(), name={"en": "Ladder safety"}, asked_from=date(2020, 1, 1)
        )
        held = HeldQualification.objects.create(
            helper=self.luca, qualification=asked, proven_on=date(2026, 1, 1), valid_until=now().date()
        )
        shops.open_shop(brand=a_brand(), adapter=shops.STAND_IN, now=by(By.DESK, now()))
        sold = Product.objects.filter(brand=a_brand()).earliest("pk")
        order = orders.order(key=uuid4(), product=sold, pieces=1, recommendation=None, back="", at=now())
        return {
            "product_id": [sold.pk],
            "order_id": [order.pk],
            "search_id": [self.decision.search_id],
            "round_number": [self.decision.round],
            "helper_id": [self.luca.pk],
            "held_id": [held.pk],
            "face_id": [
                crowd.give_face(helper=self.mia, picture=Picture(b"j", 1, 1), now=by_helper(self.mia, now())).pk
            ],
            "seat_id": [DeskSeat.objects.latest("pk").pk],
            "case_id": list(GuaranteeCase.objects.order_by("opened_at").values_list("pk", flat=True)),
            "dispute_id": list(Dispute.objects.order_by("id").values_list("pk", flat=True)),
            "disputed_id": [Disputed.objects.latest("opened_at").pk],
            "photo_id": [quarter.photo(GuaranteeCase.objects.get(call=self.disputed[0]), self.disputed[0], self.mia)],
            "sale_id": [one.pk for one in self.counter.sales],
            "suggestion_id": [one.pk for one in reversed(self.counter.recommended)],
            "pick_up_id": [one.pk for one in self.counter.errands],
        }

    def _at_the_entrance(self) -> None:
        """Have Dana come in at home for the first time and stand before her code elsewhere; Nina has only a link."""
        DeskSeat.objects.create(account=an_account("nina@mila.example"), name="Nina", role="agent")
        take_link(self.browsers["nina"], "nina@mila.example")
        set_up(self.browsers["dana at home"])  # which signs her out everywhere else
        self.browsers["dana"] = self.browsers["dana at home"]
        give_password(self.browsers["dana elsewhere"])


def _of_visit(route: str, call: ServiceCall, things: dict[str, list[object]]) -> str:
    address = "/" + route.replace("<uuid:call_id>", str(call.pk))
    return address.replace("<uuid:photo_id>", str(things["photo_id"][0]))


def _recommended(call: ServiceCall, helper: Helper) -> None:
    """Have the helper recommend one of three products: two that fit the visit, and one that does not."""
    fitting = [a_product(code, packages=("wifi-setup",)) for code in ("repeater", "cable")]
    a_product("bracket", brand=a_brand("conrad", is_own=False))
    journey.suggest_product(call_id=call.id, product_id=fitting[0].id, now=by_helper(helper, now()))


def _agreed(helper: Helper) -> ServiceCall:
    """Return a call whose time is to be agreed, with the helper's proposals for it."""
    at = now()
    call = journey.book(given=replace(a_booking(), time=TimeGiven(TimeWish.TO_AGREE, (), 30)), now=by(By.CUSTOMER, at))
    Means.objects.create(
        call=call, state=MeansState.SAVED, reference="means_4242", label="Visa •••• 4242", asked_at=at, saved_at=at
    )
    with transaction.atomic():
        machine.take("secure", call=machine.lock(call.id), now=by(By.BANK, at))
    offer = an_offer(call, at)
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    journey.accept(offer_key=offer.key, now=by_helper(helper, at))
    journey.propose_times(call_id=call.id, starts=[_afternoon(13), _afternoon(14)], now=by_helper(helper, at))
    return call


def _sought() -> list[ServiceCall]:
    """Return calls that nobody can come to: with other help on offer, and as soon as possible."""
    at, hard = now(), a_package("cinema", level=5)
    a_price(package=hard, tiers=("friend",))
    FallbackPrice.objects.create(
        brand=a_brand(), package=hard, country_id="CH", contract_model="principal", payer="customer", tiers=["pro"],
        amount=12900, currency="CHF", provider_pay=9000, vat_code="standard", holds=ALWAYS,
    )  # fmt: skip
    calls = [a_requested_call(at, starts_at=start, packages=("cinema",)) for start in (_afternoon(16), None)]
    for minutes in (0, 1, 2, 3):
        journey.move_search(call_id=calls[0].id, now=by(By.CLOCK, at + timedelta(minutes=minutes)))
    return calls


def _abroad() -> ServiceCall:
    """Return a call in Berlin, from which the customer may withdraw."""
    open_for_business(BERLIN)
    return journey.book(given=a_booking_in(BERLIN, _afternoon(5)), now=by(By.CUSTOMER, now()))


def _offer(number: int, kind: dict[str, object]) -> tuple[Client, Offer]:
    """Return an offer as it stands in some mode or after some end, and the browser of the helper who has it."""
    at, helper, browser = now(), a_helper(f"Nora{number}"), Client()
    browser.force_login(helper.account)
    call = a_requested_call(at, starts_at=_afternoon(20 + number), packages=("cinema",))
    ends_at = at + timedelta(minutes=2) if kind["state"] == OfferState.OPEN else None
    offer = Offer.objects.create(
        search=call.searches.get(), call=call, helper=helper, made_at=at, acknowledged_at=at, rank=1, pay=7120,
        currency="CHF", travel_minutes=12, distance_km=4.2, due_at=ends_at, **kind,
    )  # fmt: skip
    return browser, offer


def _afternoon(days: int) -> datetime:
    return datetime.combine(now().date() + timedelta(days=days), time(13), UTC)

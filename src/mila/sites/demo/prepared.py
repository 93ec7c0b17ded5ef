"""Bookings at one press: the same verbs as the booking site's, with everything filled in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven
from mila.booking.models import ServiceCall, Stage, TimeWish
from mila.countries.gazetteer import queries as gazetteer
from mila.countries.models import Country
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.journey import actions as journey
from mila.kernel.ids import new_id
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.partners.models import Brand, Price
from mila.payments.adapters import MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of
from mila.sites.demo.models import Player, Plot, Story
from mila.sites.demo.seats import have_somebody_ready

HOME = "CH"
CARD = CARDS["4242"]
FAVOURITES = ("wifi-at-home", "tv-setup", "computer-setup")
VISIT_IN = timedelta(days=2)
VISIT_HOUR = 17  # most helpers are free: after work, and before the shops close
AT_ONCE = frozenset({Plot.SMOOTH})


class NothingPrepared(Refusal):
    """The brand has nothing that could be booked at one press."""

    code = "nothing_prepared"
    sentence = _("This brand sells nothing in Zürich that could be booked at one press.")


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, by words that the gazetteer knows."""

    street: str
    house_number: str
    postcode: str
    town: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who books, and where."""

    person: PersonGiven
    home: Home


ANNAS_HOME = Home("Bahnhofstrasse", "1", "8001", "Zürich")


@transaction.atomic
def begin_story(*, brand: Brand, plot: Plot, customer: Player, language: str, at: datetime) -> Story:
    """Book Anna's visit and have it go by the plot. Refuses a brand that sells nothing at her place."""
    anna = Customer(PersonGiven("Anna Muster", "anna@customers.example", "+41791234567", language), ANNAS_HOME)
    time = TimeGiven(TimeWish.ASAP) if plot in AT_ONCE else _slot(at)
    call = book(key=f"story-{new_id()}", brand=brand, customer=anna, time=time, at=at)
    if plot in AT_ONCE:
        have_somebody_ready(call, at=at)
    story, _made = Story.objects.get_or_create(call=call, defaults={"plot": plot, "customer": customer, "begun_at": at})
    return story


def book(*, key: str, brand: Brand, customer: Customer, time: TimeGiven, at: datetime) -> ServiceCall:
    """Book a visit with everything filled in and a test card saved, once per key. Refuses what cannot be booked."""
    country, home = Country.objects.get(code=HOME), customer.home
    place = gazetteer.place(country=HOME, postcode=home.postcode, town=home.town)
    if place is None:
        raise NothingPrepared
    address = AddressGiven(
        home.street,
        home.house_number,
        home.postcode,
        place.town,
        place.region,
        place.latitude,
        place.longitude,
        place.accuracy_m,
    )
    given = BookingGiven(key, brand, country, (_package(brand, country, at),), customer.person, address, time)
    now = Occasion(by=Who.CUSTOMER, at=at)
    call = journey.book(given=given, now=now)
    if call.stage == Stage.DRAFTED:
        _save_card(call.id, now)
    return call


def slot_on(*, days: int, hour: int, at: datetime) -> TimeGiven:
    """Return the arrival window that begins at the hour (local), so many days ahead."""
    zone = ZoneInfo(Country.objects.get(code=HOME).zone)
    day = (at.astimezone(zone) + timedelta(days=days)).date()
    known = [start for start in possible_starts(zone, at) if start.astimezone(zone).date() == day]
    start = min(known, key=lambda one: abs(one.astimezone(zone).hour - hour))
    return TimeGiven(TimeWish.SLOT, (start,), WINDOW_MINUTES)


def _slot(at: datetime) -> TimeGiven:
    return slot_on(days=VISIT_IN.days, hour=VISIT_HOUR, at=at)


def _package(brand: Brand, country: Country, at: datetime) -> str:
    prices = Price.objects.filter(brand=brand, country=country, holds__contains=at.date())
    sold = list(prices.order_by("package__position").values_list("package_id", flat=True))
    found = [code for code in FAVOURITES if code in sold] or sold
    if not found:
        raise NothingPrepared
    return found[0]


def _save_card(call_id: UUID, now: Occasion) -> None:
    means = journey.ask_for_means(call_id=call_id, now=now)
    saved = Saved(means_of(CARD), CARD.label, CARD.can_hold)
    answer = MeansAnswer(call_id, means.id, means.attempt, saved)
    journey.bank_answered(answer=answer, now=Occasion(by=Who.BANK, at=now.at))

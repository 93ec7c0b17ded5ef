"""Rows abroad: the same brand and package sold in Berlin and in Lyon, with a helper next door."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from tests.factories import (
    ALWAYS,
    IN_THREE_DAYS,
    NOON,
    STEPS,
    a_booking,
    a_brand,
    a_helper,
    a_package,
    a_policy,
    an_offer,
    by,
)
from tests.factories import by_helper as by_this

from mila.booking.actions import AddressGiven, BookingGiven
from mila.booking.models import ServiceCall
from mila.countries.actions import open_country
from mila.countries.files import FILES
from mila.countries.models import Country, LegalEntity, Locality
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.partners.models import CommissionRule, Price, SupportContact
from mila.payments.models import Means, MeansState
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose, ContactOutcome

AMOUNT = 7400


@dataclass(frozen=True)
class Place:
    """Where the visit is, and what differs there."""

    code: str
    postcode: str
    town: str
    region: str
    at: tuple[float, float]
    support: str
    phone: str
    phone_abroad: str
    vat: int
    fee_tax: int


BERLIN = Place(
    "DE", "10115", "Berlin", "BE", (52.5323, 13.3846), "+4932221098340", "030 23125123", "+493023125123", 1900, 46
)
LYON = Place("FR", "69002", "Lyon", "69", (45.7485, 4.8262), "+33974594102", "06 12 34 56 78", "+33612345678", 2000, 48)


def open_for_business(place: Place) -> Country:
    """Write the country, and let the own brand sell its package there."""
    country = open_country(FILES[place.code])
    a_policy(country_id=place.code)  # the guide reads the real clock, and at night nobody is asked for next week
    brand, package = a_brand(), a_package()
    where = {"street": "Place", "house_number": "1", "postcode": place.postcode, "town": place.town}
    LegalEntity.objects.create(country=country, name=f"Mila {place.code}", tax_number="X1", **where)
    SupportContact.objects.create(country=country, brand=None, phone=place.support, email="a@mila.example", hours={})
    CommissionRule.objects.create(brand=brand, country=country, version=1, basis_points=2000, holds=ALWAYS)
    Price.objects.create(
        brand=brand,
        package=package,
        country=country,
        contract_model="agency",
        payer="customer",
        tiers=["friend", "pro"],
        amount=AMOUNT,
        currency=country.currency,
        vat_code="none",
        holds=ALWAYS,
    )
    latitude, longitude = place.at
    spot = {"region": place.region, "latitude": latitude, "longitude": longitude, "accuracy_m": 900, "source": "test"}
    Locality.objects.create(country=place.code, postcode=place.postcode, name=place.town, **spot)
    return country


def a_local_helper(place: Place, name: str = "Kim") -> Helper:
    helper = a_helper(name, at=place.at)
    helper.provider.country_id = place.code
    helper.provider.save(update_fields=["country"])
    helper.zone = FILES[place.code].zone
    helper.save(update_fields=["zone"])
    return helper


def a_booking_in(place: Place, starts_at: datetime = IN_THREE_DAYS, early_start: str = "2026-1") -> BookingGiven:
    address = AddressGiven("Place", "7", place.postcode, place.town, place.region, *place.at, 300)
    country = Country.objects.get(code=place.code)
    return replace(a_booking(starts_at=starts_at), country=country, address=address, early_start=early_start)


def a_call_in(place: Place, starts_at: datetime = IN_THREE_DAYS, at: datetime = NOON) -> ServiceCall:
    return journey.book(given=a_booking_in(place, starts_at), now=by(Who.CUSTOMER, at))


def signed_off(call: ServiceCall, helper: Helper, at: datetime = NOON) -> ServiceCall:
    """Take a drafted call to its sign-off by the verbs of everybody concerned."""
    Means.objects.create(
        call=call, state=MeansState.SAVED, reference="means_4242", label="Visa •••• 4242", asked_at=at, saved_at=at
    )
    with transaction.atomic():
        call = machine.take("secure", call=machine.lock(call.id), now=by(Who.BANK, at))
    offer = an_offer(call, at)
    journey.acknowledge(offer_key=offer.key, now=by_this(helper, at))
    journey.accept(offer_key=offer.key, now=by_this(helper, at))
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_this(helper, at))
    if call.stage != "confirmed":
        journey.confirm(call_id=call.id, now=by_this(helper, at))
    assert call.visit_starts_at is not None
    then = by_this(helper, call.visit_starts_at)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    journey.show_badge(call_id=call.id, now=then)
    journey.begin_work(call_id=call.id, now=then)
    for step in STEPS:
        journey.tick(call_id=call.id, code=str(step["code"]), now=then)
    call = journey.finish(call_id=call.id, now=then)
    later = by(Who.CUSTOMER, call.since + timedelta(minutes=5))
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=later)
    return journey.sign_off(call_id=call.id, code=code, evidence={}, now=later)

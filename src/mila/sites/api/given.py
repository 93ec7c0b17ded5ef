"""From what a program says to what the journey books."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

import phonenumbers
from django.utils.translation import gettext as _

from mila.booking.actions import (
    AddressGiven,
    BookingGiven,
    PersonGiven,
    PriceOffer,
    TimeGiven,
    price_booking,
)
from mila.booking.given import PickUpGiven
from mila.booking.models import TimeWish
from mila.countries import geocoding
from mila.countries import queries as countries
from mila.countries.gazetteer.rules import Address, is_postcode
from mila.countries.models import Country
from mila.dispatch import queries as dispatch
from mila.dispatch import supply
from mila.dispatch.supply import AtOnce, Wanted
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.kernel.place import Point
from mila.partners import queries as partners
from mila.partners.models import Branch, Brand
from mila.sites.api.problems import Fault, Invalid, PlaceUnknown
from mila.sites.api.shapes import AtSlot, Booking, Person, Place, Preferred, Time, ToAgree

PIN_M = 100  # how exact a position is believed to be


def country_of(code: str) -> Country:
    """Return the country of the code. Refuses one in which nothing is sold."""
    found = Country.objects.filter(code=code).first()
    if found is None:
        raise Invalid(faults=[Fault("/country", _("Nothing is sold in this country."))])
    return found


def priced(brand: Brand, country: Country, packages: list[str], on: date) -> PriceOffer:
    """Return what the packages cost together. Refuses what is not sold, and a package named twice."""
    if len(set(packages)) != len(packages):
        raise Invalid(faults=[Fault("/packages", _("A package can be booked once only."))])
    return price_booking(brand=brand, country=country, packages=tuple(packages), on=on)


def placed(place: Place) -> AddressGiven:
    """Return the address with its position. Refuses what is no postcode, and a place that nobody knows."""
    if not is_postcode(place.postcode, country=place.country):
        raise Invalid(faults=[Fault("/address/postcode", _("This is not a postcode of this country."))])
    asked = Address(place.country, place.postcode, place.town, place.street, place.house_number)
    found = next(iter(geocoding.find(asked)), None)
    typed = AddressGiven(
        street=place.street,
        house_number=place.house_number,
        postcode=place.postcode,
        town=place.town,
        region="",
        latitude=0,
        longitude=0,
        accuracy_m=PIN_M,
        floor=place.floor,
        has_lift=place.has_lift,
    )
    if found:
        at = {"latitude": found.latitude, "longitude": found.longitude, "accuracy_m": found.accuracy_m}
        return replace(typed, town=found.town, region=found.region, **at)  # type: ignore[arg-type]
    if place.position is None:
        raise PlaceUnknown(faults=[Fault("/address/town", _("Postcode and town do not belong together."))])
    return replace(typed, latitude=place.position.latitude, longitude=place.position.longitude)


class Open:
    """What can be had for some packages at an address: asked for once."""

    def __init__(
        self, brand: Brand, country: Country, offer: PriceOffer, packages: list[str], address: AddressGiven
    ) -> None:
        self.brand, self.country, self.offer = brand, country, offer
        self.packages, self.address = packages, address
        self.branch: Branch | None = None

    def wanted(self, at: datetime, language: str, email: str = "", phone: str = "") -> Wanted:
        """Return it in the words of the dispatch."""
        needs = dispatch.needs_of(
            brand=self.brand,
            packages=tuple(self.packages),
            tiers=self.offer.tiers,
            language=language,
            on=countries.day_in(self.country, at),
        )
        place = Point(self.address.latitude, self.address.longitude)
        via = dispatch.via_of(self.branch, at) if self.branch else None
        needs = replace(needs, point=place, accuracy_m=self.address.accuracy_m, via=via)
        return Wanted(needs, self.country.code, email=email, phone=phone)

    def slots(self, wanted: Wanted, at: datetime) -> list[datetime]:
        """Return the starts of the arrival windows that somebody could keep."""
        return self._open(self._possible(at), wanted, at)

    def slots_and_at_once(self, wanted: Wanted, at: datetime) -> tuple[list[datetime], AtOnce | None]:
        """Return the slots, and who could come now."""
        starts = self._possible(at)
        return supply.open_slots_and_at_once(wanted, starts=starts, window_minutes=WINDOW_MINUTES, at=at)

    def _possible(self, at: datetime) -> list[datetime]:
        return possible_starts(countries.zone(self.country), at)

    def _open(self, starts: list[datetime], wanted: Wanted, at: datetime) -> list[datetime]:
        return supply.open_slots(wanted, starts=starts, window_minutes=WINDOW_MINUTES, at=at)

    def _are_open(self, wished: Collection[datetime], wanted: Wanted, at: datetime) -> bool:
        """Tell whether somebody could keep each of these, without looking at all the others."""
        chosen = [start for start in self._possible(at) if start in wished]
        return len(chosen) == len(set(wished)) and self._open(chosen, wanted, at) == chosen

    def at_once(self, wanted: Wanted, at: datetime) -> AtOnce | None:
        """Return who could come now."""
        return supply.at_once(wanted, at=at)

    def has(self, time: Time, wanted: Wanted, at: datetime) -> bool:
        """Tell whether somebody could come at the wished time."""
        if isinstance(time, AtSlot):
            return self._are_open([time.starts_at], wanted, at)
        if isinstance(time, Preferred):
            return self._are_open(time.starts, wanted, at)
        if isinstance(time, ToAgree):
            return bool(self.slots(wanted, at))
        return self.at_once(wanted, at) is not None


def as_given(
    said: Booking, *, brand: Brand, country: Country, address: AddressGiven, submission_key: str
) -> BookingGiven:
    """Return the booking as the journey takes it. Refuses people who cannot be reached, beside their fields."""
    return BookingGiven(
        submission_key=submission_key,
        brand=brand,
        country=country,
        packages=tuple(said.packages),
        booker=person(said.customer, "/customer", said),
        address=address,
        time=_time(said.time),
        payer=person(said.payer, "/payer", said) if said.payer else None,
        site_contact=person(said.site_contact, "/site_contact", said) if said.site_contact else None,
        partner_order_id=said.partner_order_id,
        notes=said.notes,
        early_start=said.early_start,
        pick_up=_pick_up(said, brand, country),
    )


def branch_of(code: str, *, brand: Brand, country: Country, pointer: str) -> Branch:
    """Return the brand's branch of the code. Refuses one that is not there."""
    found = partners.branch_of_code(brand=brand, country=country.code, code=code)
    if found is None:
        raise Invalid(faults=[Fault(pointer, _("There is no such branch."))])
    return found


def _pick_up(said: Booking, brand: Brand, country: Country) -> PickUpGiven | None:
    if said.pick_up is None:
        return None
    branch = branch_of(said.pick_up.branch, brand=brand, country=country, pointer="/pick_up/branch")
    return PickUpGiven(branch, said.pick_up.item)


def person(given: Person, pointer: str, said: Booking) -> PersonGiven:
    """Return a person who can be reached. Refuses one who cannot."""
    phone = _phone(given.phone, f"{pointer}/phone", said.address.country)
    if not given.email and not phone:
        raise Invalid(faults=[Fault(f"{pointer}/email", _("An e-mail address or a phone number is needed."))])
    return PersonGiven(given.name, given.email, phone, said.language)


def _phone(typed: str, pointer: str, country: str) -> str:
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(faults=[Fault(pointer, _("This is not a phone number that can be called."))])
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _time(time: Time) -> TimeGiven:
    if isinstance(time, AtSlot):
        return TimeGiven(TimeWish.SLOT, (time.starts_at,), WINDOW_MINUTES)
    if isinstance(time, Preferred):
        return TimeGiven(TimeWish.PREFERRED, tuple(time.starts), WINDOW_MINUTES)
    return TimeGiven(TimeWish.TO_AGREE if isinstance(time, ToAgree) else TimeWish.ASAP)

"""What the customer of an open call may choose instead of waiting: other times, another kind of help."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.actions import PriceOffer
from mila.booking.lines import NotSold
from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.dispatch import queries, supply
from mila.dispatch.supply import Wanted
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.partners.models import Payer


@dataclass(frozen=True, slots=True)
class OtherTier:
    """Another tier's price for the call; `changes` where it costs the customer something else, or from another."""

    offer: PriceOffer
    changes: bool


def other_tier(call: ServiceCall, at: datetime) -> OtherTier | None:
    """Return what the call would cost if another tier came, None where the brand has none, or it counts already."""
    quote = booking.current_quote(call)
    packages = tuple(package.code for package in booking.packages(call))
    try:
        offer = bookings.price_other_tier(
            brand=call.brand, country=call.country, packages=packages, on=countries.day_in(call.country, at)
        )
    except NotSold:
        return None
    if set(offer.tiers) <= set(quote.tiers):
        return None
    terms = (offer.contract_model, offer.payer_kind)
    dearer_or_cheaper = quote.payer_kind == Payer.CUSTOMER and offer.total != quote.total
    return OtherTier(offer, changes=dearer_or_cheaper or terms != (quote.contract_model, quote.payer_kind))


def other_slots(call: ServiceCall, at: datetime) -> list[datetime]:
    """Return the starts of the arrival windows, other than the call's own, at which somebody could come."""
    return list(_each_other_slot(call, at))


def has_other_slots(call: ServiceCall, at: datetime) -> bool:
    """Tell whether there is one: the search ends with the first."""
    return any(True for _start in _each_other_slot(call, at))


def _each_other_slot(call: ServiceCall, at: datetime) -> Iterator[datetime]:
    contact = call.site_contact
    wanted = Wanted(queries.call_facts(call), call.country_id, email=contact.email, phone=contact.phone)
    starts = possible_starts(countries.zone(call.country), at)
    found = supply.each_open_slot(wanted, starts=starts, window_minutes=WINDOW_MINUTES, at=at)
    return (start for start in found if start != call.visit_starts_at)

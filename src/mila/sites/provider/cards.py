"""An offer as the app shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mila.booking import queries as booking
from mila.booking.models import AssignmentState, Offer, OfferMode, OfferState, Quote, SearchState, ServiceCall, TimeWish
from mila.booking.models.assignments import WAITING
from mila.booking.rules import pay_per_hour
from mila.catalog.models import Package
from mila.dispatch import moving
from mila.visit import queries as visits
from mila.visit.parcels import Delivery


class Standing(StrEnum):
    """Where an offer stands, in the helper's eyes."""

    NEW = "new"
    OPEN = "open"
    LATE = "late"
    STANDING = "standing"
    YOURS = "yours"
    PAST = "past"
    DECLINED = "declined"
    OVER = "over"


FINAL = (Standing.YOURS, Standing.PAST, Standing.DECLINED, Standing.OVER)


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer with its price and its packages; nothing of the customer but the district and the language."""

    offer: Offer
    standing: Standing
    quote: Quote
    packages: list[Package]
    per_hour: int
    wished_starts: list[datetime]
    fitting_starts: list[datetime]
    delivery: Delivery | None

    @property
    def mark(self) -> str:
        """What a page says it has shown, so that it is drawn anew only after a change."""
        return f"{self.offer.key}.{self.standing}"

    @property
    def others_are_asked(self) -> bool:
        """Whether the offer is not the helper's alone."""
        return self.offer.mode != OfferMode.EXCLUSIVE

    @property
    def best_yes_wins(self) -> bool:
        """Whether answers are collected first."""
        return self.offer.mode == OfferMode.BEST_YES

    @property
    def minutes(self) -> int:
        """How many minutes the helper has from the moment of looking at it, rounded up."""
        return -(-self.offer.window_seconds // 60)

    @property
    def total_seconds(self) -> int:
        """The whole of the time that runs, for the ring around the clock."""
        offer = self.offer
        if offer.due_at is None or offer.acknowledged_at is None:
            return offer.window_seconds
        return max(int((offer.due_at - offer.acknowledged_at).total_seconds()), 1)

    @property
    def is_final(self) -> bool:
        """Whether nothing more can come of the offer."""
        return self.standing in FINAL


def card(offer: Offer, at: datetime) -> OfferCard:
    """Return the offer with all that its card shows at the time."""
    call = offer.call
    wished = _wished(call)
    return OfferCard(
        offer=offer,
        standing=standing(offer, at),
        quote=booking.current_quote(call),
        packages=booking.packages(call),
        per_hour=pay_per_hour(offer.pay, work_minutes=call.minutes, travel_minutes=offer.travel_minutes),
        wished_starts=wished,
        fitting_starts=moving.free_starts(call=call, helper=offer.helper, starts=wished),
        delivery=visits.delivery(call),
    )


def _wished(call: ServiceCall) -> list[datetime]:
    if call.time_wish != TimeWish.PREFERRED:
        return []
    return list(call.wished_slots.order_by("position").values_list("starts_at", flat=True))


def standing(offer: Offer, at: datetime) -> Standing:
    """Return where the offer stands at the time."""
    if offer.state == OfferState.ACCEPTED:
        return _accepted(offer)
    if offer.state == OfferState.DECLINED:
        return Standing.DECLINED
    if offer.state == OfferState.CLOSED or offer.search.state != SearchState.RUNNING:
        return Standing.OVER
    if offer.standing_since:
        return Standing.STANDING
    if offer.state in WAITING and offer.due_at and offer.due_at > at:
        return Standing.NEW if offer.state == OfferState.MADE else Standing.OPEN
    return Standing.LATE


def _accepted(offer: Offer) -> Standing:
    assignment = getattr(offer, "assignment", None)
    kept = assignment is None or assignment.state != AssignmentState.RELEASED
    return Standing.YOURS if kept else Standing.PAST

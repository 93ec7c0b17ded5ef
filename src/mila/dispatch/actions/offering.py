"""Making offers, of one search or of many at once: who is deciding on another call is left out, and nobody waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from mila import written
from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Offer, OfferMode, OfferState, Search
from mila.dispatch.actions.waking import LATE, policy_of
from mila.dispatch.decided import InTurn
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.payments import queries as payments

# Two transactions that want the same helpers in another order would wait for each other: who comes second passes over.
CLAIM = """
select helper from unnest(%s::uuid[]) helper
where not exists (select from booking_offer where helper_id = helper and state in ('made', 'open'))
  and pg_try_advisory_xact_lock(hashtextextended(helper::text, 0))
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How an offer is made: what a yes is worth, for how long, and to how many at once."""

    mode: OfferMode
    window_seconds: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a search is about to ask, and in which way."""

    search: Search
    one: InTurn
    way: Way


def make_offers(named: Sequence[Named], now: Occasion) -> list[Offer]:
    """Offer to everybody named who is not deciding on another call, and return what was offered.

    Of two searches that name the same helper, the first gets them.
    """
    if not named:
        return []
    first = {each.one.helper_id: each for each in reversed(named)}
    free = _claimed(list(first))
    offers = [_offer(each, now) for helper, each in sorted(first.items()) if helper in free]
    there = written.add_new(offers)  # the database has room for one at a time for each helper
    made = [offer for offer in offers if offer.pk in there]
    for offer in made:
        _replace_earlier(offer)
        bookings.note(offer.call, step="offer_made", now=now, facts={"offer": str(offer.id), "rank": offer.rank})
    messaging.ring_by_push(offers=made, now=now)
    return made


def _claimed(helpers: list[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, (helpers,))
        return {helper for (helper,) in cursor.fetchall()}


def _offer(named: Named, now: Occasion) -> Offer:
    search, one = named.search, named.one
    policy, quote = policy_of(search), booking.current_quote(search.call)
    return Offer(
        search=search,
        call=search.call,
        helper_id=one.helper_id,
        mode=named.way.mode,
        window_seconds=named.way.window_seconds,
        made_at=now.at,
        due_at=now.at + timedelta(seconds=policy.unreached_seconds),
        rank=one.place,
        pay=payments.pay_of(quote) + search.bonus,
        bonus=search.bonus,
        brand_pays_bonus=policy.brand_pays_bonus,
        currency=quote.currency,
        travel_minutes=one.minutes,
        distance_km=one.km,
    )


def _replace_earlier(offer: Offer) -> None:
    """Close the helper's earlier offers of the search: the new one says more, which only a higher pay can be."""
    if offer.bonus:
        earlier = offer.search.offers.filter(helper=offer.helper_id, state__in=LATE)
        earlier.update(state=OfferState.CLOSED, closed_because="better", standing_since=None)

"""Asking helpers: one exclusively, or several at once, as the policy of the search says."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Assignment, Offer, OfferMode, OfferState, Search, ServiceCall
from mila.dispatch.actions import nights
from mila.dispatch.actions.waking import LATE, policy_of, wake
from mila.dispatch.decided import InTurn, decide
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.partners.models import Mode, SearchPolicy
from mila.payments import queries as payments
from mila.worded import worded

FIRST_RUNG = 1
AT_ONCE = 50  # whose quiet hours are read together
WORTH_ASKING_AGAIN = ("", "pay")  # who declined for another reason is not asked again for more money


class Asked(StrEnum):
    """What came of asking."""

    YES = "yes"
    ALL_BUSY = "all_busy"
    ASLEEP = "asleep"
    NOBODY_LEFT = "nobody_left"


@dataclass(frozen=True, slots=True)
class _Way:
    """How an offer is made: what a yes is worth, for how long, and to how many at once."""

    mode: OfferMode
    window_seconds: int
    at_once: int


def ask(search: Search, now: Occasion) -> Asked:
    """Make the next offers of the search; tell whether anybody was asked, all were busy, or nobody was left."""
    policy = policy_of(search)
    fit = decide(search, now)
    asked = _asked_enough(search) | _had_it_before(search.call)
    if (first := _ask_who_is_wished_for(search, fit, asked, now)) is not None:
        return first
    skipped = []
    made, busy = 0, False
    way = _way(policy)
    for one, asleep_until in _with_their_nights(search, _in_turn(search, fit, asked), now):
        if asleep_until is not None:
            skipped.append(asleep_until)
            continue
        if _offer(search, one, way, now):
            made += 1
        else:
            busy = True
        if made == way.at_once:
            break
    if not made and skipped and not busy:
        nights.rest_until(search, min(skipped), now)
        return Asked.ASLEEP
    if not made:
        return Asked.ALL_BUSY if busy else Asked.NOBODY_LEFT
    search.rests_until = None
    collects = way.mode == OfferMode.BEST_YES
    search.collects_until = now.at + timedelta(minutes=policy.round_minutes) if collects else None
    wake(search, search.collects_until)
    return Asked.YES


def _ask_who_is_wished_for(
    search: Search, fit: Sequence[InTurn], asked: Collection[UUID], now: Occasion
) -> Asked | None:
    """Ask the one whom the customer wishes for before anybody else, alone and for longer; None where that is over.

    Who sleeps, or is deciding on another call, is waited for: the latter while the search is on its first rung.
    """
    who = search.call.preferred_helper_id
    wished = next((one for one in fit if one.helper_id == who), None) if who and who not in asked else None
    if wished is None:
        return None
    asleep_until = nights.asleep(search, [wished.helper_id], now).get(wished.helper_id)
    if asleep_until is not None:
        nights.rest_until(search, asleep_until, now)
        return Asked.ASLEEP
    if _offer(search, wished, _Way(OfferMode.EXCLUSIVE, policy_of(search).preferred_minutes * 60, 1), now):
        search.rests_until = search.collects_until = None
        wake(search, None)
        return Asked.YES
    return Asked.ALL_BUSY if search.rung == FIRST_RUNG else None


def _way(policy: SearchPolicy) -> _Way:
    match policy.mode:
        case Mode.WAVE:
            return _Way(OfferMode.FIRST_YES, policy.window_seconds, policy.wave_size)
        case Mode.ROUND:
            return _Way(OfferMode.BEST_YES, policy.round_minutes * 60, policy.wave_size)
    return _Way(OfferMode.EXCLUSIVE, policy.window_seconds, 1)


def _in_turn(search: Search, fit: Sequence[InTurn], asked: Collection[UUID]) -> Iterator[InTurn]:
    """Yield whoever may still be asked, by rank: nobody but the one wished for where the customer wants it so."""
    call = search.call
    for one in fit:
        if one.helper_id not in asked and (not call.only_preferred or one.helper_id == call.preferred_helper_id):
            yield one


def _with_their_nights(
    search: Search, in_turn: Iterator[InTurn], now: Occasion
) -> Iterator[tuple[InTurn, datetime | None]]:
    """Yield each with until when they sleep, a few at a time: seldom are more than the first asked."""
    while some := list(islice(in_turn, AT_ONCE)):
        asleep = nights.asleep(search, [one.helper_id for one in some], now)
        yield from ((one, asleep.get(one.helper_id)) for one in some)


def _asked_enough(search: Search) -> set[UUID]:
    """Return who is not asked again: at a higher pay, those who said no for another reason than the pay."""
    return set(_final_for(search.pk, search.bonus))


@worded
def _final_for(search: UUID, bonus: int) -> QuerySet[Offer, UUID]:
    said_no = Q(state=OfferState.DECLINED) & ~Q(decline_reason__in=WORTH_ASKING_AGAIN)
    return Offer.objects.filter(Q(bonus=bonus) | said_no, search=search).values_list("helper", flat=True)


def _had_it_before(call: ServiceCall) -> set[UUID]:
    """Return who holds the call or held it before: whoever gave it back, or lost it, is not asked for it again."""
    return set(_holders_of(call.pk))


@worded
def _holders_of(call: UUID) -> QuerySet[Assignment, UUID]:
    return Assignment.objects.filter(call=call).values_list("helper", flat=True)


def _offer(search: Search, one: InTurn, way: _Way, now: Occasion) -> bool:
    policy, quote = policy_of(search), booking.current_quote(search.call)
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                search=search,
                call=search.call,
                helper_id=one.helper_id,
                mode=way.mode,
                window_seconds=way.window_seconds,
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
    except IntegrityError:  # the helper is deciding on another call at this moment
        return False
    _replace_earlier(offer)
    bookings.note(search.call, step="offer_made", now=now, facts={"offer": str(offer.id), "rank": one.place})
    messaging.ring_by_push(offer=offer, now=now)
    return True


def _replace_earlier(offer: Offer) -> None:
    """Close the helper's earlier offers of the search: the new one says more."""
    earlier = offer.search.offers.filter(helper=offer.helper_id, state__in=LATE)
    earlier.update(state=OfferState.CLOSED, closed_because="better", standing_since=None)

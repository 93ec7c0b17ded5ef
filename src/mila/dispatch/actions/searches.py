"""Asking one helper after another, exclusively, by the server's clock."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import (
    Offer,
    OfferState,
    Search,
    SearchPurpose,
    SearchState,
    ServiceCall,
)
from mila.dispatch.actions.ranking import Ranked, keep, look, still_eligible
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.payments import queries as payments

UNREACHED_AFTER = timedelta(seconds=20)
EXCLUSIVE_FOR = timedelta(minutes=2)  # guide: "exclusive to you for 2 minutes"
LOOK_AGAIN = timedelta(minutes=5)
ALL_BUSY = timedelta(seconds=20)
RUNGS = 2  # own area, then the larger area that helpers opted into

ASKED = (OfferState.MADE, OfferState.OPEN)
LATE = (OfferState.UNREACHED, OfferState.EXPIRED)


class OfferGone(Refusal):
    """The offer is over for this helper."""

    code = "offer_gone"
    sentence = _("This offer is over: somebody else has taken the service call, or it was cancelled.")


def open_search(call: ServiceCall, now: Occasion) -> None:
    """Open a search for the first helper; one that runs goes on."""
    _open(call, SearchPurpose.FIRST, now)


def seek_replacement(call: ServiceCall, now: Occasion) -> None:
    """Open a search beside the call: the helper who holds it keeps it until somebody else has accepted."""
    _open(call, SearchPurpose.REPLACEMENT, now)


def end_replacement(call: ServiceCall, now: Occasion) -> None:
    """End the search for a replacement, because the helper who holds the call called or confirmed."""
    search = booking.running_search(call)
    if search is not None and search.purpose == SearchPurpose.REPLACEMENT:
        _end(search, SearchState.ENDED, because="kept", now=now)


def end_search(call: ServiceCall, now: Occasion) -> None:
    """End whatever search runs, because the call is not to be had any more."""
    search = booking.running_search(call)
    if search is not None:
        _end(search, SearchState.ENDED, because="cancelled", now=now)


def found(call: ServiceCall, now: Occasion) -> None:
    """End the search because somebody has accepted."""
    search = booking.running_search(call)
    if search is not None:
        _end(search, SearchState.FOUND, because="taken", now=now)


def move_search(call: ServiceCall, now: Occasion) -> Offer | None:
    """Move a locked call's search on where it is due, and return a standing yes that now wins, if one does."""
    search = booking.running_search(call)
    if search is None:
        return None
    offer = booking.exclusive_offer(call)
    if offer is not None:
        if offer.due_at is None or offer.due_at > now.at:
            _wake(search, None)
            return None
        _run_out(offer, now)
    winner = _best_standing_yes(search, now)
    if winner is None:
        _ask_next(search, now)
    return winner


def acknowledge(*, offer: Offer, now: Occasion) -> Offer:
    """Note that the helper's device has the offer: the two exclusive minutes begin with the first acknowledgement."""
    if offer.state == OfferState.MADE:
        offer.state, offer.acknowledged_at = OfferState.OPEN, now.at
        offer.due_at = now.at + EXCLUSIVE_FOR
        offer.save(update_fields=["state", "acknowledged_at", "due_at"])
        bookings.note(offer.call, step="offer_seen", now=now, facts={"offer": str(offer.id)})
    return offer


def decline(*, offer: Offer, reason: str, now: Occasion) -> None:
    """Decline the offer: the next is asked at once, nothing else changes for the helper. Refuses one that is over."""
    if offer.state == OfferState.DECLINED:
        return
    if offer.state not in (*ASKED, *LATE):
        raise OfferGone
    was_exclusive = offer.state in ASKED
    offer.state, offer.due_at, offer.standing_since = OfferState.DECLINED, None, None
    offer.answered_at, offer.decline_reason = now.at, reason[:40]
    offer.save()
    bookings.note(offer.call, step="offer_declined", now=now, facts={"offer": str(offer.id), "reason": reason[:40]})
    if was_exclusive:
        _wake(offer.search, now.at)


def say_yes(*, offer: Offer, now: Occasion) -> bool:
    """Note a helper's yes and tell whether it wins now.

    Within the exclusive time it wins; later it is a standing yes: it reserves nothing, and wins when the current
    window ends unaccepted, or at once where nobody is being asked. Refuses when the call is not to be had any more.
    """
    if offer.search.state != SearchState.RUNNING or offer.state not in (*ASKED, *LATE):
        raise OfferGone
    if offer.state in ASKED and offer.due_at is not None and offer.due_at > now.at:
        offer.state, offer.answered_at, offer.due_at = OfferState.ACCEPTED, now.at, None
        offer.save()
        return True
    return _stand(offer, now)


def withdraw_yes(*, offer: Offer, now: Occasion) -> None:
    """Take a standing yes back."""
    offer.standing_since = None
    offer.save(update_fields=["standing_since"])
    bookings.note(offer.call, step="yes_withdrawn", now=now, facts={"offer": str(offer.id)})


def not_free_after_all(*, offer: Offer, now: Occasion) -> None:
    """Close a standing yes whose helper has promised another visit meanwhile; the search goes on at once."""
    offer.state, offer.standing_since, offer.closed_because = OfferState.CLOSED, None, "not_free"
    offer.save()
    _wake(offer.search, now.at)


def _stand(offer: Offer, now: Occasion) -> bool:
    if offer.state in ASKED:  # the clock has not come by yet; nobody who just said yes needs to be rung
        offer.state, offer.due_at = OfferState.EXPIRED, None
        offer.save(update_fields=["state", "due_at"])
    offer.standing_since = offer.standing_since or now.at
    offer.save(update_fields=["standing_since"])
    bookings.note(offer.call, step="yes_standing", now=now, facts={"offer": str(offer.id)})
    if booking.exclusive_offer(offer.call) is None:
        _wake(offer.search, now.at)
    return False


def _open(call: ServiceCall, purpose: SearchPurpose, now: Occasion) -> None:
    if booking.running_search(call) is None:
        Search.objects.create(call=call, purpose=purpose, opened_at=now.at, due_at=now.at)
        bookings.note(call, step="search_opened", now=now, facts={"purpose": purpose})


def _end(search: Search, state: SearchState, *, because: str, now: Occasion) -> None:
    search.state, search.ended_at, search.due_at = state, now.at, None
    search.save()
    search.offers.filter(state__in=(*ASKED, *LATE)).update(
        state=OfferState.CLOSED, closed_because=because, due_at=None, standing_since=None
    )


def _run_out(offer: Offer, now: Occasion) -> None:
    reached = offer.state == OfferState.OPEN
    offer.state = OfferState.EXPIRED if reached else OfferState.UNREACHED
    offer.due_at = None
    offer.save(update_fields=["state", "due_at"])
    step = "offer_expired" if reached else "offer_unreached"
    bookings.note(offer.call, step=step, now=now, facts={"offer": str(offer.id)})
    if not reached:
        messaging.ring_by_sms(offer=offer, now=now)


def _best_standing_yes(search: Search, now: Occasion) -> Offer | None:
    standing = search.offers.filter(state__in=LATE, standing_since__isnull=False)
    for offer in standing.select_related("helper").order_by("rank", "standing_since"):
        if still_eligible(search, offer.helper, now):
            offer.state, offer.answered_at, offer.standing_since = OfferState.ACCEPTED, now.at, None
            offer.save()
            return offer
        offer.state, offer.standing_since, offer.closed_because = OfferState.CLOSED, None, "not_free"
        offer.save()
    return None


def _ask_next(search: Search, now: Occasion) -> None:
    asked = set(search.offers.values_list("helper", flat=True)) | _had_it_before(search.call)
    somebody_busy = False
    while search.rung <= RUNGS:
        ranking = look(search, now)
        keep(search, ranking, now)
        for one in ranking.everybody:
            if one.place is None or one.facts.id in asked:
                continue
            if _offer(search, one, one.place, now):
                _wake(search, None)
                return
            somebody_busy = True
        if somebody_busy or search.rung == RUNGS:
            break
        search.rung += 1
    _rest(search, now, soon=somebody_busy)


def _had_it_before(call: ServiceCall) -> set[UUID]:
    """Return who holds the call or held it before: whoever gave it back, or lost it, is not asked for it again."""
    return set(call.assignments.values_list("helper", flat=True))


def _offer(search: Search, one: Ranked, place: int, now: Occasion) -> bool:
    quote = booking.current_quote(search.call)
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                search=search,
                call=search.call,
                helper_id=one.facts.id,
                made_at=now.at,
                due_at=now.at + UNREACHED_AFTER,
                rank=place,
                pay=payments.pay_of(quote),
                currency=quote.currency,
                travel_minutes=one.minutes,
                distance_km=one.km,
            )
    except IntegrityError:  # the helper is deciding on another call at this moment
        return False
    bookings.note(search.call, step="offer_made", now=now, facts={"offer": str(offer.id), "rank": place})
    messaging.ring_by_push(offer=offer, now=now)
    return True


def _rest(search: Search, now: Occasion, *, soon: bool) -> None:
    if not soon and search.desk_told_at is None:
        search.desk_told_at = now.at
        bookings.note(search.call, step="nobody_left_to_ask", now=now)
    search.rung = 1
    _wake(search, now.at + (ALL_BUSY if soon else LOOK_AGAIN))


def _wake(search: Search, at: datetime | None) -> None:
    search.due_at = at
    search.save()

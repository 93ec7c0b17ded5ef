"""Running a search: opening it, moving it on when it is due, ending it. The offers themselves are made in `asking`."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Offer, OfferMode, OfferState, Search, SearchPurpose, SearchState, ServiceCall
from mila.booking.models.assignments import WAITING
from mila.dispatch.actions import ladder, nights
from mila.dispatch.actions.asking import Asked, ask
from mila.dispatch.actions.ranking import still_eligible
from mila.dispatch.actions.waking import ASKED, LATE, policy_of, wake
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.partners import queries as partners
from mila.partners.models import Mode
from mila.worded import worded


def open_search(call: ServiceCall, now: Occasion) -> None:
    """Open a search for the first helper; one that runs beside the call goes on as that."""
    running = booking.running_search(call)
    if running is None:
        _open(call, SearchPurpose.FIRST, now)
        return
    running.purpose = SearchPurpose.FIRST
    running.save(update_fields=["purpose"])


def seek_replacement(call: ServiceCall, now: Occasion) -> None:
    """Open a search beside the call: the helper who holds it keeps it until somebody else has accepted."""
    if booking.running_search(call) is None:
        _open(call, SearchPurpose.REPLACEMENT, now)


def restart_search(call: ServiceCall, now: Occasion) -> None:
    """Search anew from the first rung, because the customer has chosen another time: everybody may be asked again."""
    search = booking.running_search(call)
    if search is not None:
        _end(search, SearchState.ENDED, because="moved", now=now)
    _open(call, SearchPurpose.FIRST, now)


def ask_at_new_terms(call: ServiceCall, now: Occasion) -> None:
    """Go on at once at the price that the customer has just approved: who was asked at the old one hears so."""
    search = booking.running_search(call)
    if search is not None:
        _close_offers(search, because="terms")
        search.tier_answered_at = now.at
        wake(search, now.at)


def keep_terms(call: ServiceCall, now: Occasion) -> None:
    """Note that the customer does not want another kind of help: the search climbs on at once."""
    search = booking.running_search(call)
    if search is not None and search.tier_answered_at is None:
        search.tier_answered_at = now.at
        search.save(update_fields=["tier_answered_at"])
        if not booking.has_open_offers(call):
            wake(search, now.at)


def let_others_be_asked(call: ServiceCall, now: Occasion) -> None:
    """Ask others as well, as the customer now says: the search goes on at once, unless the one is still deciding."""
    call.only_preferred = False
    call.save(update_fields=["only_preferred"])
    bookings.note(call, step="others_welcome", now=now)
    search = booking.running_search(call)
    if search is not None and not booking.has_open_offers(call):
        wake(search, now.at)


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
    for offer in _run_out_by(call.pk, now.at):
        offer.call = call
        _run_out(offer, now)
    waits_until = _waits_until(search, now)
    if waits_until is not None or booking.has_open_offers(call):
        wake(search, waits_until)
        return None
    search.collects_until = None
    winner = _best_standing_yes(search, now)
    if winner is None:
        _go_on(search, now)
    return winner


def _open(call: ServiceCall, purpose: SearchPurpose, now: Occasion) -> None:
    policy = partners.search_policy(brand=call.brand, country=call.country_id, at=now.at)
    Search.objects.create(call=call, purpose=purpose, policy=policy, opened_at=now.at, rung_since=now.at, due_at=now.at)
    bookings.note(call, step="search_opened", now=now, facts={"purpose": purpose})


def _end(search: Search, state: SearchState, *, because: str, now: Occasion) -> None:
    search.state, search.ended_at, search.due_at = state, now.at, None
    search.collects_until = search.rests_until = None
    search.save()
    _close_offers(search, because=because)


def _close_offers(search: Search, *, because: str) -> None:
    search.offers.filter(state__in=(*ASKED, *LATE)).update(
        state=OfferState.CLOSED, closed_because=because, due_at=None, standing_since=None
    )


def _waits_until(search: Search, now: Occasion) -> datetime | None:
    """Return when a matching round ends, None where none runs or everybody who was asked has answered."""
    ends = search.collects_until
    if ends is None or ends <= now.at:
        return None
    silent = search.offers.filter(mode=OfferMode.BEST_YES, state__in=(*WAITING, *LATE), standing_since=None)
    return ends if silent.exists() else None


def _run_out(offer: Offer, now: Occasion) -> None:
    if offer.state == OfferState.MADE and offer.rung_by_sms_at is None:
        _ring_again(offer, now)
    if offer.due_at is not None and offer.due_at > now.at:
        return
    reached = offer.state == OfferState.OPEN
    offer.state = OfferState.EXPIRED if reached else OfferState.UNREACHED
    offer.due_at = None
    offer.save(update_fields=["state", "due_at"])
    step = "offer_expired" if reached else "offer_unreached"
    bookings.note(offer.call, step=step, now=now, facts={"offer": str(offer.id)})


def _ring_again(offer: Offer, now: Occasion) -> None:
    """Ring the phone; somebody whom the customer wishes for keeps the rest of the longer time."""
    offer.rung_by_sms_at = now.at
    if offer.helper_id == offer.call.preferred_helper_id and offer.mode == OfferMode.EXCLUSIVE:
        offer.due_at = max(now.at, offer.made_at + _window(offer))
    offer.save(update_fields=["rung_by_sms_at", "due_at"])
    messaging.ring_by_sms(offer=offer, now=now)


def _best_standing_yes(search: Search, now: Occasion) -> Offer | None:
    for offer in _standing_yeses(search.pk):
        offer.search = search
        if still_eligible(search, offer.helper, now):
            offer.state, offer.answered_at, offer.standing_since = OfferState.ACCEPTED, now.at, None
            offer.save()
            return offer
        offer.state, offer.standing_since, offer.closed_because = OfferState.CLOSED, None, "not_free"
        offer.save()
    return None


@worded
def _run_out_by(call: UUID, at: datetime) -> QuerySet[Offer]:
    waiting = Offer.objects.filter(call=call, state__in=WAITING, due_at__lte=at)
    return waiting.select_related("helper__account", "search").order_by("rank", "id")


@worded
def _standing_yeses(search: UUID) -> QuerySet[Offer]:
    standing = Offer.objects.filter(search=search, state__in=LATE, standing_since__isnull=False)
    return standing.select_related("helper").order_by("rank", "standing_since")


def _go_on(search: Search, now: Occasion) -> None:
    """Ask the next helpers, climbing as far as needed; rest where there is nobody to ask for now."""
    if policy_of(search).mode == Mode.MANUAL:
        ladder.leave_to_desk(search, now)
        return
    morning = nights.night_ends_at(search, now)
    if morning is not None:
        nights.rest_until(search, morning, now)
        return
    if search.call.only_preferred:
        _ask_nobody_else(search, now)
        return
    while True:
        if ladder.is_over(search, now) and ladder.climb(search, now):
            continue
        asked = ask(search, now)
        if asked in (Asked.YES, Asked.ASLEEP):
            return
        if asked == Asked.ALL_BUSY or ladder.waits(search, now) or not ladder.climb(search, now):
            ladder.rest(search, now, soon=asked == Asked.ALL_BUSY)
            return


def _ask_nobody_else(search: Search, now: Occasion) -> None:
    """Ask the one whom the customer wishes for; where that is over, the customer says whether others may be asked.

    A replacement is not sought among others either: the desk is told.
    """
    if search.purpose == SearchPurpose.REPLACEMENT:
        ladder.leave_to_desk(search, now)
        return
    asked = ask(search, now)
    if asked == Asked.NOBODY_LEFT and not booking.is_left_to_choose(search.call, search):
        bookings.note(search.call, step="one_alone_cannot", now=now)
        messaging.ask_whether_others(search.call, now, once=str(search.pk))
    if asked not in (Asked.YES, Asked.ASLEEP):
        wake(search, now.at + (ladder.ALL_BUSY if asked == Asked.ALL_BUSY else ladder.LOOK_AGAIN))


def _window(offer: Offer) -> timedelta:
    return timedelta(seconds=offer.window_seconds)

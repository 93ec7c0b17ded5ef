"""Running a search: opening it, moving it on when it is due, ending it. The offers themselves are made in `asking`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking import together
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
    return next(iter(move_searches([call], now)), None)


def move_searches(calls: Sequence[ServiceCall], now: Occasion) -> list[Offer]:
    """Move the searches of locked calls on where they are due, and return the standing yeses that now win."""
    searches = together.running_searches(calls)
    _let_run_out(searches, now)
    waited_for = together.waited_for([call.pk for call in calls])
    going, winners = [], []
    for search in searches:
        waits_until = _waits_until(search, now)
        if waits_until is not None or search.call_id in waited_for:
            wake(search, waits_until)
        else:
            search.collects_until = None
            going.append(search)
    standing = _standing_yeses([search.pk for search in going])
    for search in list(going):
        winner = _best_standing_yes(search, [one for one in standing if one.search_id == search.pk], now)
        if winner is not None:
            winners.append(winner)
            going.remove(search)
    _go_on(going, now)
    return winners


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


def _let_run_out(searches: Sequence[Search], now: Occasion) -> None:
    """Close the offers whose time is over; what becomes the same of many is written at once."""
    calls = {search.call_id: search.call for search in searches}
    alike: dict[tuple[str, datetime | None, datetime | None], list[UUID]] = {}
    for offer in _run_out_by(list(calls), now.at):
        offer.call = calls[offer.call_id]
        _run_out(offer, now)
        alike.setdefault((offer.state, offer.due_at, offer.rung_by_sms_at), []).append(offer.pk)
    for (state, due_at, rung_at), offers in alike.items():
        Offer.objects.filter(pk__in=offers).update(state=state, due_at=due_at, rung_by_sms_at=rung_at)


def _run_out(offer: Offer, now: Occasion) -> None:
    if offer.state == OfferState.MADE and offer.rung_by_sms_at is None:
        _ring_again(offer, now)
    if offer.due_at is not None and offer.due_at > now.at:
        return
    reached = offer.state == OfferState.OPEN
    offer.state = OfferState.EXPIRED if reached else OfferState.UNREACHED
    offer.due_at = None
    step = "offer_expired" if reached else "offer_unreached"
    bookings.note(offer.call, step=step, now=now, facts={"offer": str(offer.id)})


def _ring_again(offer: Offer, now: Occasion) -> None:
    """Ring the phone; somebody whom the customer wishes for keeps the rest of the longer time."""
    offer.rung_by_sms_at = now.at
    if offer.helper_id == offer.call.preferred_helper_id and offer.mode == OfferMode.EXCLUSIVE:
        offer.due_at = max(now.at, offer.made_at + _window(offer))
    messaging.ring_by_sms(offer=offer, now=now)


def _best_standing_yes(search: Search, standing: Iterable[Offer], now: Occasion) -> Offer | None:
    for offer in standing:
        offer.search, offer.call = search, search.call
        if still_eligible(search, offer.helper, now):
            offer.state, offer.answered_at, offer.standing_since = OfferState.ACCEPTED, now.at, None
            offer.save()
            return offer
        offer.state, offer.standing_since, offer.closed_because = OfferState.CLOSED, None, "not_free"
        offer.save()
    return None


@worded
def _run_out_by(calls: list[UUID], at: datetime) -> QuerySet[Offer]:
    waiting = Offer.objects.filter(call__pk__among=calls, state__in=WAITING, due_at__lte=at)
    return waiting.select_related("helper__account").order_by("rank", "id")


@worded
def _standing_yeses(searches: list[UUID]) -> QuerySet[Offer]:
    standing = Offer.objects.filter(search__pk__among=searches, state__in=LATE, standing_since__isnull=False)
    return standing.select_related("helper").order_by("rank", "standing_since")


def _go_on(searches: Sequence[Search], now: Occasion) -> None:
    """Ask the next helpers, climbing as far as needed; rest where there is nobody to ask for now."""
    going = [search for search in searches if not _is_left_alone(search, now)]
    while going:
        for search in going:
            while ladder.is_over(search, now) and ladder.climb(search, now):
                pass
        asked = ask(going, now)
        going = [search for search in going if not _settled(search, asked[search.pk], now)]


def _is_left_alone(search: Search, now: Occasion) -> bool:
    """Tell whether a search asks nobody in turn: by hand, at night, or because one alone is wished for."""
    if policy_of(search).mode == Mode.MANUAL:
        ladder.leave_to_desk(search, now)
        return True
    morning = nights.night_ends_at(search, now)
    if morning is not None:
        nights.rest_until(search, morning, now)
        return True
    if search.call.only_preferred:
        _ask_nobody_else(search, now)
        return True
    return False


def _settled(search: Search, asked: Asked, now: Occasion) -> bool:
    """Tell whether a search has done what it can for now; else it has climbed and asks again."""
    if asked in (Asked.YES, Asked.ASLEEP):
        return True
    if asked == Asked.ALL_BUSY or ladder.waits(search, now) or not ladder.climb(search, now):
        ladder.rest(search, now, soon=asked == Asked.ALL_BUSY)
        return True
    return False


def _ask_nobody_else(search: Search, now: Occasion) -> None:
    """Ask the one whom the customer wishes for; where that is over, the customer says whether others may be asked.

    A replacement is not sought among others either: the desk is told.
    """
    if search.purpose == SearchPurpose.REPLACEMENT:
        ladder.leave_to_desk(search, now)
        return
    asked = ask([search], now)[search.pk]
    if asked == Asked.NOBODY_LEFT and not booking.is_left_to_choose(search.call, search):
        bookings.note(search.call, step="one_alone_cannot", now=now)
        messaging.ask_whether_others(search.call, now, once=str(search.pk))
    if asked not in (Asked.YES, Asked.ASLEEP):
        wake(search, now.at + (ladder.ALL_BUSY if asked == Asked.ALL_BUSY else ladder.LOOK_AGAIN))


def _window(offer: Offer) -> timedelta:
    return timedelta(seconds=offer.window_seconds)

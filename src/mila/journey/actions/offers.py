"""Answering offers, and passing the search on. Each verb is one transaction under the call's row lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mila.booking import queries as booking
from mila.booking import together
from mila.booking.models import Offer, OfferState, ServiceCall
from mila.booking.sheet import on_one_sheet
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of a yes: the call is the helper's, or the yes stands until the current window ends."""

    call: ServiceCall
    is_yours: bool


def accept(*, offer_key: str, now: Occasion, start: datetime | None = None) -> Accepted:
    """Say yes to an offer: within its exclusive time it wins; later it stands. Accepting again changes nothing.

    `start` is the one of the customer's preferred times that the helper takes; without it, the first that fits.
    Refuses an offer that is over, somebody else's, and one that overlaps with another visit.
    """
    with transaction.atomic():
        offer = _locked_offer(offer_key, now)
        if start is not None and offer.state != OfferState.ACCEPTED:
            dispatch.choose_start(offer=offer, start=start, now=now)
        return _accept(offer, now)


def accept_by_link(*, offer_key: str, now: Occasion) -> Accepted:
    """Say yes on the page that the link from the SMS opens: as `accept`, and once. Refuses a link that was used."""
    with transaction.atomic():
        offer = _locked_offer(offer_key, now)
        dispatch.use_link(offer=offer, now=now)
        return _accept(offer, now)


def decline_by_link(*, offer_key: str, now: Occasion) -> None:
    """Say no on the page that the link from the SMS opens. Refuses a link that was used, and an offer that is over."""
    with transaction.atomic():
        offer = _locked_offer(offer_key, now)
        dispatch.use_link(offer=offer, now=now)
        dispatch.decline(offer=offer, reason="", now=now)


def acknowledge(*, offer_key: str, now: Occasion) -> Offer:
    """Note that the helper's device shows the offer; the exclusive two minutes begin. Refuses somebody else's offer."""
    with transaction.atomic():
        return dispatch.acknowledge(offer=_locked_offer(offer_key, now), now=now)


def decline(*, offer_key: str, reason: str, now: Occasion) -> None:
    """Decline an offer without any consequence but that the next is asked. Refuses one that is over."""
    with transaction.atomic():
        dispatch.decline(offer=_locked_offer(offer_key, now), reason=reason, now=now)


def withdraw_yes(*, offer_key: str, now: Occasion) -> None:
    """Take a standing yes back."""
    with transaction.atomic():
        dispatch.withdraw_yes(offer=_locked_offer(offer_key, now), now=now)


def move_search(*, call_id: UUID, now: Occasion) -> None:
    """Pass a call's search on: an offer has run out, or the next is to be asked."""
    with transaction.atomic():
        pass_on(machine.lock(call_id), now)


def pass_on(call: ServiceCall, now: Occasion) -> None:
    """Pass the search of a call that is locked already on."""
    with on_one_sheet([call]):
        winner = dispatch.move_search(call, now)
    if winner is not None:
        _let_win(winner, call, now)


def pass_on_together(calls: Sequence[ServiceCall], now: Occasion) -> set[UUID]:
    """Pass the searches of locked calls on in one go; return those to pass on one by one, and leave these as they are.

    A standing yes binds a helper, who is locked for it: a transaction that held two could wait for another.
    """
    alone = together.with_standing_yes([call.pk for call in calls])
    others = [call for call in calls if call.pk not in alone]
    booking.lay_quotes(others)
    with on_one_sheet(others):
        dispatch.move_searches(others, now)
    return alone


def _accept(offer: Offer, now: Occasion) -> Accepted:
    if offer.state == OfferState.ACCEPTED:
        return Accepted(offer.call, is_yours=_holds(offer))
    if not dispatch.say_yes(offer=offer, now=now):
        return Accepted(offer.call, is_yours=False)
    machine.take("accept", call=offer.call, now=now, facts={"offer": str(offer.id)})
    return Accepted(offer.call, is_yours=True)


def _let_win(winner: Offer, call: ServiceCall, now: Occasion) -> None:
    theirs = Occasion(by=Who.PROVIDER, at=now.at, actor=winner.helper_id)
    try:
        with transaction.atomic():
            machine.take("accept", call=call, now=theirs, facts={"offer": str(winner.id), "standing": True})
    except dispatch.Overlap:
        call.refresh_from_db()
        dispatch.not_free_after_all(offer=winner, now=now)


def _locked_offer(key: str, now: Occasion) -> Offer:
    known = booking.offer_of_key(key)
    if known is None or known.helper_id != now.actor:
        raise NotYourVisit
    call = machine.lock(known.call_id)
    offer = Offer.objects.select_related("helper__provider", "search").get(pk=known.pk)
    offer.call = call
    return offer


def _holds(offer: Offer) -> bool:
    assignment = booking.active_assignment(offer.call)
    return assignment is not None and assignment.helper_id == offer.helper_id

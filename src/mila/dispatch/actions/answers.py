"""What a helper does with an offer: seeing it, saying yes or no, taking a yes back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Offer, OfferMode, OfferState, SearchState
from mila.dispatch.actions.waking import ASKED, LATE, wake
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal


class OfferGone(Refusal):
    """The offer is over for this helper."""

    code = "offer_gone"
    sentence = _("This offer is over: somebody else has taken the service call, or it was cancelled.")


class LinkUsed(Refusal):
    """The link from the SMS has answered its offer."""

    code = "link_used"
    sentence = _("This link has been used: it answers its offer once.")


def acknowledge(*, offer: Offer, now: Occasion) -> Offer:
    """Note that the helper's device has the offer: its time begins with the first acknowledgement."""
    if offer.state == OfferState.MADE:
        offer.state, offer.acknowledged_at = OfferState.OPEN, now.at
        offer.due_at = _ends_at(offer, now)
        offer.save(update_fields=["state", "acknowledged_at", "due_at"])
        bookings.note(offer.call, step="offer_seen", now=now, facts={"offer": str(offer.id)})
    return offer


def decline(*, offer: Offer, reason: str, now: Occasion) -> None:
    """Decline the offer: the next is asked at once, nothing else changes for the helper. Refuses one that is over."""
    if offer.state == OfferState.DECLINED:
        return
    if offer.state not in (*ASKED, *LATE):
        raise OfferGone
    was_waited_for = offer.state in ASKED or offer.search.collects_until is not None
    offer.state, offer.due_at, offer.standing_since = OfferState.DECLINED, None, None
    offer.answered_at, offer.decline_reason = now.at, reason[:40]
    offer.save()
    bookings.note(offer.call, step="offer_declined", now=now, facts={"offer": str(offer.id), "reason": reason[:40]})
    if was_waited_for:
        _go_on_unless_waiting(offer, now)


def say_yes(*, offer: Offer, now: Occasion) -> bool:
    """Note a helper's yes and tell whether it wins now.

    Within its time it wins, in a matching round it is collected; later it is a standing yes: it reserves nothing,
    and wins when the current window ends unaccepted, or at once where nobody is being asked. Refuses when the call
    is not to be had any more.
    """
    if offer.search.state != SearchState.RUNNING or offer.state not in (*ASKED, *LATE):
        raise OfferGone
    in_time = offer.state in ASKED and offer.due_at is not None and offer.due_at > now.at
    if in_time and offer.mode != OfferMode.BEST_YES:
        offer.state, offer.answered_at, offer.due_at = OfferState.ACCEPTED, now.at, None
        offer.save()
        return True
    _stand(offer, now)
    return False


def withdraw_yes(*, offer: Offer, now: Occasion) -> None:
    """Take a standing yes back; taking back what is not there changes nothing."""
    if offer.standing_since is None:
        return
    offer.standing_since = None
    offer.save(update_fields=["standing_since"])
    bookings.note(offer.call, step="yes_withdrawn", now=now, facts={"offer": str(offer.id)})


def not_free_after_all(*, offer: Offer, now: Occasion) -> None:
    """Close a standing yes whose helper has promised another visit meanwhile; the search goes on at once."""
    offer.state, offer.standing_since, offer.closed_because = OfferState.CLOSED, None, "not_free"
    offer.save()
    wake(offer.search, now.at)


def use_link(*, offer: Offer, now: Occasion) -> None:
    """Use up the link that came by SMS. Refuses a second use."""
    if offer.link_used_at is not None:
        raise LinkUsed
    offer.link_used_at = now.at
    offer.save(update_fields=["link_used_at"])
    bookings.note(offer.call, step="link_used", now=now, facts={"offer": str(offer.id)})


def _ends_at(offer: Offer, now: Occasion) -> datetime:
    if offer.mode == OfferMode.BEST_YES and offer.search.collects_until is not None:
        return max(offer.search.collects_until, now.at)
    return now.at + timedelta(seconds=offer.window_seconds)


def _stand(offer: Offer, now: Occasion) -> None:
    """Write a yes that is collected or late; nobody who just said yes needs to be rung by the clock."""
    if offer.state in ASKED:
        offer.state, offer.due_at = OfferState.EXPIRED, None
    offer.standing_since = offer.standing_since or now.at
    offer.save(update_fields=["state", "due_at", "standing_since"])
    bookings.note(offer.call, step="yes_standing", now=now, facts={"offer": str(offer.id)})
    _go_on_unless_waiting(offer, now)


def _go_on_unless_waiting(offer: Offer, now: Occasion) -> None:
    if not booking.has_open_offers(offer.call):
        wake(offer.search, now.at)

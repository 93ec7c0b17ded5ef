"""What the desk does about a search that does not get anywhere: more pay within the bounds, other times."""

from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Search, ServiceCall
from mila.dispatch.actions import ladder
from mila.dispatch.actions.waking import policy_of, wake
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal


class NothingSought(Refusal):
    """No search runs for the call."""

    code = "nothing_sought"
    sentence = _("Nobody is being sought for this service call any more.")


class BonusAtMost(Refusal):
    """The policy allows no higher bonus."""

    code = "bonus_at_most"
    sentence = _("The policy allows no higher bonus for this search.")


class NoOtherTime(Refusal):
    """There is no other time to propose."""

    code = "no_other_time"
    sentence = _("Nobody could come at another time either, or somebody holds the call.")


def next_bonus(search: Search) -> int | None:
    """Return the bonus after the next raise, in minor units; None where the policy's bounds are reached."""
    policy = policy_of(search)
    higher = search.bonus + policy.bonus_step
    return higher if policy.bonus_step and higher <= policy.bonus_most else None


def urge_by_bonus(call: ServiceCall, *, upto: int, now: Occasion) -> None:
    """Raise the bonus to what the desk was shown; who was asked at less may be asked again at once.

    A bonus that is as high already is left. Refuses where nobody is sought, and beyond the policy's bounds.
    """
    search = _running(call)
    if search.bonus >= upto:
        return
    if next_bonus(search) != upto or not ladder.raise_bonus(search, now):
        raise BonusAtMost
    if booking.has_open_offers(call):
        search.save()
    else:
        wake(search, now.at)


def urge_by_times(call: ServiceCall, now: Occasion) -> None:
    """Propose other times to the customer; once proposed, nothing is sent again. Refuses where there are none."""
    search = _running(call)
    if not ladder.propose_slots(search, now):
        raise NoOtherTime
    search.save()


def _running(call: ServiceCall) -> Search:
    search = booking.running_search(call)
    if search is None:
        raise NothingSought
    return search

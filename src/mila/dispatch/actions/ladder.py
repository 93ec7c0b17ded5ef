"""The ladder: what a search does next where nobody accepts, rung by rung, down to the desk."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Search, TimeWish
from mila.dispatch import choices
from mila.dispatch.actions.waking import policy_of, wake
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.partners.models import Rung

LOOK_AGAIN = timedelta(minutes=5)
ALL_BUSY = timedelta(seconds=20)
AT_ONCE_AT_MOST = timedelta(minutes=5)  # a rung for somebody who waits at the door is short
PARTS_OF_TIME_LEFT = 6
ONE_ANSWER = timedelta(minutes=2)  # however late it is, a rung lasts until somebody can have answered
SAID = (Rung.SECOND_AREA, Rung.OTHER_TIER, Rung.OTHER_SLOTS)  # bonus and desk write lines of their own

Enter = Callable[[Search, Occasion], bool]


def is_over(search: Search, now: Occasion) -> bool:
    """Tell whether the time of the search's rung is over; the last rung has no end."""
    return not _is_last(search) and now.at >= _rung_ends_at(search, now)


def waits(search: Search, now: Occasion) -> bool:
    """Tell whether the rung waits for the customer's answer, so that nobody to ask is no reason to climb."""
    rung = _rung(search)
    unanswered = rung == Rung.OTHER_TIER and search.tier_answered_at is None
    return (unanswered or rung == Rung.OTHER_SLOTS) and not is_over(search, now)


def climb(search: Search, now: Occasion) -> bool:
    """Climb to the next rung that has something to try, and tell whether there was one."""
    if _rung(search) == Rung.BONUS and raise_bonus(search, now):
        return True
    while not _is_last(search):
        search.rung += 1
        search.rung_since = now.at
        rung = _rung(search)
        if ENTER[rung](search, now):
            if rung in SAID:
                bookings.note(search.call, step="rung_climbed", now=now, facts={"rung": rung})
            return True
    return False


def rest(search: Search, now: Occasion, *, soon: bool) -> None:
    """Rest until the clock looks again: soon, where somebody is only busy; at the latest when the rung ends."""
    if not soon and _is_last(search):
        _tell_desk(search, now)
    later = now.at + (ALL_BUSY if soon else LOOK_AGAIN)
    wake(search, later if _is_last(search) else max(min(later, _rung_ends_at(search, now)), now.at + ALL_BUSY))


def leave_to_desk(search: Search, now: Occasion) -> None:
    """Ask nobody: the policy leaves the choice to the desk, which is told."""
    _tell_desk(search, now)
    wake(search, None)


def _rung(search: Search) -> str:
    rungs = policy_of(search).ladder
    return rungs[min(search.rung, len(rungs)) - 1]


def _is_last(search: Search) -> bool:
    return search.rung >= len(policy_of(search).ladder)


def _rung_ends_at(search: Search, now: Occasion) -> datetime:
    since = search.rung_since or search.opened_at
    lasts = timedelta(minutes=policy_of(search).minutes_on(_rung(search)))
    call = search.call
    if call.time_wish == TimeWish.ASAP:
        lasts = min(lasts, AT_ONCE_AT_MOST)
    elif call.visit_starts_at is not None:
        lasts = min(lasts, max((call.visit_starts_at - since) / PARTS_OF_TIME_LEFT, ONE_ANSWER))
    return since + lasts


def _tell_desk(search: Search, now: Occasion) -> None:
    if search.desk_told_at is None:
        search.desk_told_at = now.at
        bookings.note(search.call, step="nobody_left_to_ask", now=now)


def _widen(search: Search, now: Occasion) -> bool:
    search.area = 2
    return True


def _ask_for_other_tier(search: Search, now: Occasion) -> bool:
    """Ask the customer whether another kind of help may come; where nothing changes for them, nobody is asked."""
    other = choices.other_tier(search.call, now.at)
    if other is None or booking.active_assignment(search.call) is not None:
        return False
    if not other.changes:
        bookings.add_quote(call=search.call, offer=other.offer, now=now)
        search.tier_answered_at = now.at
        return True
    if search.tier_asked_at is None:
        search.tier_asked_at = now.at
        messaging.ask_for_other_help(search.call, now)
    return True


def raise_bonus(search: Search, now: Occasion) -> bool:
    """Raise the bonus by a step of the policy, and tell whether its bounds let it."""
    policy = policy_of(search)
    if not policy.bonus_step or search.bonus + policy.bonus_step > policy.bonus_most:
        return False
    search.bonus += policy.bonus_step
    search.rung_since = now.at
    bookings.note(search.call, step="bonus_offered", now=now, facts={"cost": search.bonus})
    return True


def propose_slots(search: Search, now: Occasion) -> bool:
    """Propose other times to the customer, where there are any and nobody holds the call."""
    call = search.call
    if booking.active_assignment(call) is not None or not choices.has_other_slots(call, now.at):
        return False
    if search.slots_asked_at is None:
        search.slots_asked_at = now.at
        messaging.propose_other_times(call, now)
    return True


def _arrive_at_desk(search: Search, now: Occasion) -> bool:
    _tell_desk(search, now)
    return True


ENTER: Mapping[str, Enter] = {
    Rung.SECOND_AREA: _widen,
    Rung.OTHER_TIER: _ask_for_other_tier,
    Rung.BONUS: raise_bonus,
    Rung.OTHER_SLOTS: propose_slots,
    Rung.DESK: _arrive_at_desk,
}

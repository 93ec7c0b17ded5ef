"""Asking helpers: one exclusively, or several at once, as the policy of a search says; for many searches together."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from mila.booking import together
from mila.booking.models import Offer, OfferMode, OfferState, Search
from mila.dispatch.actions import nights
from mila.dispatch.actions.offering import Named, Way, make_offers
from mila.dispatch.actions.waking import policy_of, wake
from mila.dispatch.decided import InTurn, decide_together
from mila.kernel.occasion import Occasion
from mila.partners.models import Mode, SearchPolicy
from mila.worded import worded

FIRST_RUNG = 1
FIRST_FEW, AT_ONCE = 3, 50  # whose quiet hours are read together: seldom are more than the first asked
WORTH_ASKING_AGAIN = ("", "pay")  # who declined for another reason is not asked again for more money


class Asked(StrEnum):
    """What came of asking."""

    YES = "yes"
    ALL_BUSY = "all_busy"
    ASLEEP = "asleep"
    NOBODY_LEFT = "nobody_left"


class _Asking:
    """A search that asks one after another, until as many are asked as its way says or nobody is left."""

    def __init__(self, search: Search, fit: Sequence[InTurn], asked: Collection[UUID]) -> None:
        self.search, self.way = search, _way(policy_of(search))
        self.made, self.is_busy = 0, False
        self.asleep: list[datetime] = []
        self._left = _in_turn(search, fit, asked)
        self._seen = FIRST_FEW
        self._next: deque[tuple[InTurn, datetime | None]] = deque()

    def few(self) -> list[InTurn]:
        """Return the next few whose quiet hours are asked for; none while some are left or all are asked."""
        if self._next or self.made == self.way.at_once:
            return []
        found, self._seen = list(islice(self._left, self._seen)), AT_ONCE
        return found

    def hear(self, few: Sequence[InTurn], hours: Mapping[UUID, nights.QuietHours], now: Occasion) -> None:
        """Take the few with until when they sleep."""
        self._next += [(one, nights.asleep_until(self.search, hours.get(one.helper_id), now)) for one in few]

    def named(self, busy: set[UUID]) -> Iterator[Named]:
        """Yield whom to ask now: who is awake and not busy, as many as are still to be asked; these are busy now."""
        wanted = self.way.at_once - self.made
        while self._next and wanted:
            one, asleep_until = self._next.popleft()
            if asleep_until is not None:
                self.asleep.append(asleep_until)
            elif one.helper_id in busy:
                self.is_busy = True
            else:
                wanted -= 1
                busy.add(one.helper_id)
                yield Named(self.search, one, self.way)

    def end(self, now: Occasion) -> Asked:
        """Write the search as it is after asking, and tell what came of it."""
        if self.made:
            return self._wait(now)
        if self.asleep and not self.is_busy:
            nights.rest_until(self.search, min(self.asleep), now)
            return Asked.ASLEEP
        return Asked.ALL_BUSY if self.is_busy else Asked.NOBODY_LEFT

    def _wait(self, now: Occasion) -> Asked:
        search, collects = self.search, self.way.mode == OfferMode.BEST_YES
        search.rests_until = None
        search.collects_until = now.at + timedelta(minutes=policy_of(search).round_minutes) if collects else None
        wake(search, search.collects_until)
        return Asked.YES


def ask(searches: Sequence[Search], now: Occasion) -> dict[UUID, Asked]:
    """Make the next offers of the searches; tell of each if somebody was asked, all are busy, or nobody is left."""
    enough, held = _asked_enough(searches), together.holders([search.call_id for search in searches])
    said: dict[UUID, Asked] = {}
    going = []
    for search, fit in zip(searches, decide_together(searches, now), strict=True):
        asked = enough[search.pk] | held.get(search.call_id, set())
        first = _ask_who_is_wished_for(search, fit, asked, now)
        if first is None:
            going.append(_Asking(search, fit, asked))
        else:
            said[search.pk] = first
    _ask_in_turn(going, now)
    return said | {one.search.pk: one.end(now) for one in going}


def _ask_in_turn(going: Sequence[_Asking], now: Occasion) -> None:
    """Let each search name the next, and offer to all of these at once, until none has anybody to name."""
    busy: set[UUID] = set()
    while True:
        few = [(one, found) for one in going if (found := one.few())]
        helpers = [each.helper_id for _one, found in few for each in found]
        hours = nights.quiet_hours(helpers)
        busy |= together.deciding(helpers)
        for one, found in few:
            one.hear(found, hours, now)
        named = [(one, each) for one in going for each in one.named(busy)]
        if not named and not few:
            return
        made = {(offer.search_id, offer.helper_id) for offer in make_offers([each for _one, each in named], now)}
        for one, each in named:
            is_made = (one.search.pk, each.one.helper_id) in made
            one.made += is_made
            one.is_busy |= not is_made


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
    asleep_until = nights.asleep_until(search, nights.quiet_hours([wished.helper_id]).get(wished.helper_id), now)
    if asleep_until is not None:
        nights.rest_until(search, asleep_until, now)
        return Asked.ASLEEP
    longer = Way(OfferMode.EXCLUSIVE, policy_of(search).preferred_minutes * 60, 1)
    if make_offers([Named(search, wished, longer)], now):
        search.rests_until = search.collects_until = None
        wake(search, None)
        return Asked.YES
    return Asked.ALL_BUSY if search.rung == FIRST_RUNG else None


def _way(policy: SearchPolicy) -> Way:
    match policy.mode:
        case Mode.WAVE:
            return Way(OfferMode.FIRST_YES, policy.window_seconds, policy.wave_size)
        case Mode.ROUND:
            return Way(OfferMode.BEST_YES, policy.round_minutes * 60, policy.wave_size)
    return Way(OfferMode.EXCLUSIVE, policy.window_seconds, 1)


def _in_turn(search: Search, fit: Sequence[InTurn], asked: Collection[UUID]) -> Iterator[InTurn]:
    """Yield whoever may still be asked, by rank: nobody but the one wished for where the customer wants it so."""
    call = search.call
    for one in fit:
        if one.helper_id not in asked and (not call.only_preferred or one.helper_id == call.preferred_helper_id):
            yield one


def _asked_enough(searches: Sequence[Search]) -> dict[UUID, set[UUID]]:
    """Return who is not asked again: at a higher pay, those who said no for another reason than the pay."""
    bonus = {search.pk: search.bonus for search in searches}
    found: dict[UUID, set[UUID]] = {search: set() for search in bonus}
    for search, helper, at_pay, state, reason in _offers_of(list(bonus)):
        said_no = state == OfferState.DECLINED and reason not in WORTH_ASKING_AGAIN
        if said_no or at_pay == bonus[search]:
            found[search].add(helper)
    return found


@worded
def _offers_of(searches: list[UUID]) -> QuerySet[Offer, tuple[UUID, UUID, int, str, str]]:
    offers = Offer.objects.filter(search__pk__among=searches)
    return offers.values_list("search", "helper", "bonus", "state", "decline_reason")

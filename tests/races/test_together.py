"""Two clocks that pass many searches on in the same instant: nobody waits for the other, and nobody is asked twice."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_offer, by
from tests.races.start import at_once, many_times

from mila.booking.models import Offer, OfferState, Search, ServiceCall
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who

OVER = NOON + timedelta(seconds=20)


def passed_on(calls: Sequence[ServiceCall]) -> None:
    with transaction.atomic():
        journey.pass_on_together(machine.lock_free([call.pk for call in calls]), by(Who.CLOCK, OVER))


@many_times
def test_two_clocks_share_the_helpers_without_waiting_for_each_other(number: int) -> None:
    for other in range(6):
        a_helper(f"Luca{number}x{other}")
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=number)) for _ in range(4)]
    for call in calls:
        an_offer(call)
    at_once(lambda: passed_on(calls[:2]), lambda: passed_on(calls[2:]))
    asked = Offer.objects.filter(call__in=calls, state=OfferState.MADE)
    assert len({offer.helper_id for offer in asked}) == len({offer.call_id for offer in asked}) == len(asked) >= 2
    assert Offer.objects.filter(call__in=calls, state=OfferState.UNREACHED).count() == 4
    left = Search.objects.filter(call__in=calls).exclude(call__in=[offer.call_id for offer in asked])
    assert all(search.due_at is not None for search in left)

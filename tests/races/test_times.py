"""The helper's yes to another time against everything else in the same instant: one time binds."""

from datetime import timedelta

from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_accepted_call, an_offer, by, by_helper
from tests.races.start import at_once, many_times, refusals

from mila.booking import queries as booking
from mila.booking.models import ProposalState, ServiceCall, TimeProposal
from mila.journey import actions as journey
from mila.kernel.occasion import Who

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CUSTOMER = by(Who.CUSTOMER, NOON + HOUR)


def one_time_binds(call: ServiceCall) -> bool:
    call.refresh_from_db()
    held = booking.active_assignment(call)
    assert held is not None
    assert held.period is not None
    return bool(held.period.lower == call.visit_starts_at)


@many_times
def test_agreeing_against_taking_the_request_back(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    call = an_accepted_call(luca, starts_at=IN_THREE_DAYS + number * DAY)
    wished = IN_THREE_DAYS + number * DAY + 3 * HOUR
    journey.ask_for_time(call_id=call.id, starts_at=wished, now=CUSTOMER)
    outcomes = at_once(
        lambda: journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + HOUR)),
        lambda: journey.withdraw_time(call_id=call.id, now=CUSTOMER),
    )
    assert refusals(outcomes) == ["nothing_asked"]
    agreed = TimeProposal.objects.get(call=call).state == ProposalState.AGREED
    assert one_time_binds(call)
    assert (call.visit_starts_at == wished) == agreed


@many_times
def test_of_two_requests_at_once_one_is_asked(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    start = IN_THREE_DAYS + number * DAY
    call = an_accepted_call(luca, starts_at=start)
    outcomes = at_once(
        lambda: journey.ask_for_time(call_id=call.id, starts_at=start + HOUR, now=CUSTOMER),
        lambda: journey.ask_for_time(call_id=call.id, starts_at=start + 2 * HOUR, now=CUSTOMER),
    )
    assert refusals(outcomes) == ["already_asked"]
    assert TimeProposal.objects.filter(call=call).count() == 1


@many_times
def test_agreeing_against_accepting_what_overlaps(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    start, wished = IN_THREE_DAYS + number * DAY, IN_THREE_DAYS + number * DAY + 4 * HOUR
    call = an_accepted_call(luca, starts_at=start)
    journey.ask_for_time(call_id=call.id, starts_at=wished, now=CUSTOMER)
    other = a_requested_call(starts_at=wished)
    offer = an_offer(other)
    outcomes = at_once(
        lambda: journey.agree_to_time(call_id=call.id, now=by_helper(luca, NOON + timedelta(seconds=5))),
        lambda: journey.accept(offer_key=offer.key, now=by_helper(luca, NOON + timedelta(seconds=5))),
    )
    assert refusals(outcomes) == ["overlap"]
    assert one_time_binds(call)

"""The client's yes to a further visit against everything else in the same instant: at most one call is booked."""

from datetime import timedelta

from tests.changes import at_work
from tests.factories import IN_THREE_DAYS, a_helper, by, by_helper
from tests.further import a_code, orders, prepares
from tests.races.start import at_once, many_times, refusals

from mila.booking.models import FollowUp, FollowUpState, ServiceCall
from mila.crowd.models import Helper
from mila.journey.actions import preparing
from mila.kernel.occasion import Who

MINUTE = timedelta(minutes=1)


def asked(number: int) -> tuple[Helper, ServiceCall, FollowUp, str]:
    luca = a_helper(f"Luca{number}")
    call = at_work(luca, starts_at=IN_THREE_DAYS + timedelta(days=number))
    prepared = prepares(luca, call, call.since)
    return luca, call, prepared, a_code(call, call.since + MINUTE)


def one_or_none(prepared: FollowUp) -> bool:
    prepared.refresh_from_db()
    booked = ServiceCall.objects.filter(submission_key=f"follow-up:{prepared.pk}").count()
    return booked == int(prepared.state == FollowUpState.CONFIRMED)


@many_times
def test_of_two_presses_one_books(number: int) -> None:
    _luca, call, prepared, code = asked(number)
    at = call.since + 2 * MINUTE
    outcomes = at_once(lambda: orders(prepared, code, at), lambda: orders(prepared, code, at))
    assert refusals(outcomes) == []
    assert len({one.pk for one in outcomes if isinstance(one, ServiceCall)}) == 1
    assert one_or_none(prepared)


@many_times
def test_a_yes_against_taking_it_back(number: int) -> None:
    luca, call, prepared, code = asked(number)
    at = call.since + 2 * MINUTE
    outcomes = at_once(
        lambda: orders(prepared, code, at),
        lambda: preparing.withdraw_follow_up(call_id=call.id, now=by_helper(luca, at)),
    )
    assert refusals(outcomes) == ["no_follow_up"]
    assert one_or_none(prepared)


@many_times
def test_a_yes_against_the_clock(number: int) -> None:
    _luca, call, prepared, code = asked(number)
    due = prepared.due_at
    assert due is not None
    outcomes = at_once(
        lambda: orders(prepared, code, call.since + 2 * MINUTE),
        lambda: preparing.lapse_follow_up(call_id=call.id, now=by(Who.CLOCK, due)),
    )
    assert refusals(outcomes) in ([], ["no_follow_up"])
    assert one_or_none(prepared)

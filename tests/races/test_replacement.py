"""A replacement's yes against everything the holder may do in the same instant; late and double yeses."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_confirmed_call,
    a_helper,
    a_policy,
    a_requested_call,
    an_offer,
    by_helper,
)
from tests.races.start import at_once, many_times, refusals
from tests.story import accepted_by, clock_runs, clock_runs_until, fail, stage

from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, Offer, OfferState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.actions import Accepted
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Occasion, Who
from mila.visit.models import ContactOutcome

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
Verb = Callable[..., object]


def day(number: int) -> datetime:
    return IN_THREE_DAYS + timedelta(days=number)


def holders(call: ServiceCall) -> list[Helper]:
    held = Assignment.objects.select_related("helper").filter(call=call, state=AssignmentState.ACTIVE)
    return [one.helper for one in held]


def an_offer_beside(call: ServiceCall, at: datetime) -> Offer:
    """Let the clock run until a replacement is sought, and return the offer to the replacement."""
    clock_runs_until(at)
    return Offer.objects.select_related("helper").get(call=call, state=OfferState.MADE)


def race(call: ServiceCall, offer: Offer, holder_s: Verb, at: datetime) -> list[object]:
    return at_once(
        lambda: holder_s(call_id=call.id),
        lambda: journey.accept(offer_key=offer.key, now=by_helper(offer.helper, at)),
    )


def one_of_them_has_it(call: ServiceCall, luca: Helper, mia: Helper, outcomes: list[object], kept: Stage) -> None:
    (holder,) = holders(call)
    assert len(refusals(outcomes)) == 1
    assert holder == (luca if stage(call) == kept else mia)
    assert refusals(outcomes) == (["offer_gone"] if holder == luca else ["not_your_visit"])
    assert booking.running_search(call) is None
    assert not call.offers.filter(due_at__isnull=False).exists()


@many_times
def test_confirming_late_against_the_replacement_s_yes(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}", level=5), a_helper(f"Mia{number}")
    call = accepted_by(luca, a_requested_call(starts_at=day(number)), NOON)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, NOON))
    at = day(number) - 24 * HOUR
    offer = an_offer_beside(call, at)
    now = by_helper(luca, at + SECOND)
    outcomes = race(call, offer, lambda call_id: journey.confirm(call_id=call_id, now=now), at + SECOND)
    one_of_them_has_it(call, luca, mia, outcomes, Stage.CONFIRMED)


@many_times
def test_setting_out_late_against_the_replacement_s_yes(number: int) -> None:
    luca = a_helper(f"Luca{number}", level=5)
    call = a_confirmed_call(luca, starts_at=day(number))
    mia = a_helper(f"Mia{number}")
    at = day(number) + HOUR / 2
    offer = an_offer_beside(call, at)
    now = by_helper(luca, at + SECOND)
    outcomes = race(call, offer, lambda call_id: journey.set_out(call_id=call_id, now=now), at + SECOND)
    one_of_them_has_it(call, luca, mia, outcomes, Stage.ON_THE_WAY)


@many_times
def test_dropping_out_against_the_replacement_s_yes(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}", level=5), a_helper(f"Mia{number}")
    call = accepted_by(luca, a_requested_call(starts_at=day(number)), NOON)
    at = NOON + 12 * HOUR
    offer = an_offer_beside(call, at)
    now = by_helper(luca, at + SECOND)
    outcomes = race(call, offer, lambda call_id: journey.drop_out(call_id=call_id, reason="ill", now=now), at + SECOND)
    assert refusals(outcomes) in ([], ["not_your_visit"])
    assert holders(call) == [mia]  # whichever came first, she has it
    assert stage(call) == Stage.ACCEPTED


@many_times
def test_agreeing_to_another_time_against_the_replacement_s_yes(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}", level=5), a_helper(f"Mia{number}")
    call = accepted_by(luca, a_requested_call(starts_at=day(number)), NOON)
    at = NOON + 12 * HOUR
    offer = an_offer_beside(call, at)
    journey.ask_for_time(call_id=call.id, starts_at=day(number) + 3 * HOUR, now=Occasion(Who.CUSTOMER, at))
    now = by_helper(luca, at + SECOND)
    outcomes = race(call, offer, lambda call_id: journey.agree_to_time(call_id=call_id, now=now), at + SECOND)
    (held,) = Assignment.objects.filter(call=call, state=AssignmentState.ACTIVE)
    assert held.helper in (luca, mia)
    assert len(refusals(outcomes)) == 1
    assert held.period is not None
    call.refresh_from_db()
    assert held.period.lower == call.visit_starts_at == day(number) + (3 * HOUR if held.helper == luca else 0 * HOUR)


@many_times
def test_of_two_yeses_in_a_wave_the_first_wins(number: int) -> None:
    people = [a_helper(f"{name}{number}") for name in ("Luca", "Mia")]
    a_policy(mode="wave", wave_size=2)
    call = a_requested_call(starts_at=day(number))
    clock_runs(NOON)
    offers = {offer.helper_id: offer for offer in booking.open_offers(call)}
    outcomes = at_once(
        *[
            lambda one=one: journey.accept(offer_key=offers[one.id].key, now=by_helper(one, NOON + SECOND))
            for one in people
        ]
    )
    assert refusals(outcomes) == ["offer_gone"]
    assert sum(isinstance(one, Accepted) and one.is_yours for one in outcomes) == 1
    assert len(holders(call)) == 1


@many_times
def test_a_late_yes_against_the_end_of_the_window_after_it(number: int) -> None:
    first, second = an_unanswered_pair(number)
    over = NOON + 40 * SECOND
    outcomes = at_once(
        lambda: journey.accept(offer_key=first.key, now=by_helper(first.helper, over)),
        lambda: sweep(at=over, on_fault=fail),
    )
    assert refusals(outcomes) == []
    clock_runs(over + SECOND)
    assert holders(first.call) == [first.helper]  # before the end it stands and wins, after it nobody is waited for
    second.refresh_from_db()
    assert second.state == OfferState.CLOSED


@many_times
def test_a_yes_taken_back_against_the_moment_in_which_it_wins(number: int) -> None:
    first, _second = an_unanswered_pair(number)
    journey.accept(offer_key=first.key, now=by_helper(first.helper, NOON + 30 * SECOND))
    over = NOON + 40 * SECOND
    outcomes = at_once(
        lambda: journey.withdraw_yes(offer_key=first.key, now=by_helper(first.helper, over)),
        lambda: sweep(at=over, on_fault=fail),
    )
    assert refusals(outcomes) == []
    first.refresh_from_db()
    won = first.state == OfferState.ACCEPTED
    assert holders(first.call) == ([first.helper] if won else [])
    assert first.standing_since is None


def an_unanswered_pair(number: int) -> tuple[Offer, Offer]:
    """Return the offers to two helpers of whom the first did not answer, while the second is asked."""
    a_helper(f"Luca{number}")
    a_helper(f"Mia{number}")
    call = a_requested_call(starts_at=day(number))
    return an_offer(call), an_offer(call, NOON + 20 * SECOND)

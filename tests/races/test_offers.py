"""Many at one call in the same instant: exactly one gets it, and everybody else hears why."""

from datetime import datetime, timedelta

from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_offer, by, by_helper
from tests.races.start import at_once, many_times, refusals
from tests.story import accepted_by, clock_runs, fail, stage

from mila.booking.models import Assignment, AssignmentState, Offer, OfferState, SearchState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.actions import Accepted
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.visit.models import ContactOutcome

REACHED = ContactOutcome.REACHED
SOON = NOON + timedelta(seconds=5)


def day(number: int) -> datetime:
    return IN_THREE_DAYS + timedelta(days=number)


def holder(call: ServiceCall) -> Helper:
    return Assignment.objects.select_related("helper").get(call=call, state=AssignmentState.ACTIVE).helper


def said_no(outcome: object) -> bool:
    return not isinstance(outcome, Accepted) or not outcome.is_yours


def rows_agree(call: ServiceCall) -> bool:
    call.refresh_from_db()
    held = call.assignments.filter(state=AssignmentState.ACTIVE).count()
    accepted = call.offers.filter(state=OfferState.ACCEPTED).count()
    running = call.searches.filter(state=SearchState.RUNNING).count()
    numbers = list(call.diary.order_by("number").values_list("number", flat=True))
    expected = (1, 1, 0) if call.stage == Stage.ACCEPTED else (0, 0, int(call.stage == Stage.REQUESTED))
    return (held, accepted, running) == expected and numbers == list(range(1, len(numbers) + 1))


@many_times
def test_a_yes_in_time_beats_a_late_yes_at_the_same_instant(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}"), a_helper(f"Mia{number}")
    call = a_requested_call(starts_at=day(number))
    first = an_offer(call)
    second = an_offer(call, NOON + timedelta(seconds=20))
    assert {first.helper, second.helper} == {luca, mia}
    at = NOON + timedelta(seconds=25)
    outcomes = at_once(
        lambda: journey.accept(offer_key=first.key, now=by_helper(first.helper, at)),
        lambda: journey.accept(offer_key=second.key, now=by_helper(second.helper, at)),
    )
    assert holder(call) == second.helper
    assert said_no(outcomes[0])
    assert isinstance(outcomes[1], Accepted)
    assert rows_agree(call)


@many_times
def test_the_same_yes_from_two_devices_is_one_yes(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    call = a_requested_call(starts_at=day(number))
    offer = an_offer(call)
    outcomes = at_once(*[lambda: journey.accept(offer_key=offer.key, now=by_helper(luca, SOON))] * 3)
    assert [isinstance(one, Accepted) and one.is_yours for one in outcomes] == [True] * 3
    assert call.assignments.count() == 1
    assert rows_agree(call)


@many_times
def test_a_yes_meets_the_end_of_its_window(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}"), a_helper(f"Mia{number}")
    call = a_requested_call(starts_at=day(number))
    offer = an_offer(call)
    over = NOON + timedelta(seconds=20)
    outcomes = at_once(
        lambda: journey.accept(offer_key=offer.key, now=by_helper(offer.helper, over - timedelta(milliseconds=1))),
        lambda: sweep(at=over, on_fault=fail),
    )
    assert refusals(outcomes) == []
    if isinstance(outcomes[0], Accepted) and outcomes[0].is_yours:
        assert holder(call) == offer.helper
    else:
        clock_runs(over)
        other = mia if offer.helper == luca else luca
        assert Offer.objects.get(call=call, state__in=["made", "open"]).helper == other
    assert rows_agree(call)


@many_times
def test_a_yes_meets_the_customer_s_cancellation(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    call = a_requested_call(starts_at=day(number))
    offer = an_offer(call)
    outcomes = at_once(
        lambda: journey.accept(offer_key=offer.key, now=by_helper(luca, SOON)),
        lambda: journey.cancel(call_id=call.id, shown_cost=0, code="", now=by(Who.CUSTOMER, SOON)),
    )
    assert refusals(outcomes) in ([], ["offer_gone"])
    assert stage(call) == Stage.CANCELLED
    assert not call.assignments.filter(state=AssignmentState.ACTIVE).exists()
    assert not call.searches.filter(state=SearchState.RUNNING).exists()
    assert not call.offers.filter(due_at__isnull=False).exists()


@many_times
def test_one_person_cannot_promise_two_overlapping_visits(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    one = a_requested_call(starts_at=day(number))
    early = an_offer(one)
    clock_runs(NOON + timedelta(seconds=20))  # unreached: a yes to it will stand, and win when the clock looks
    other = a_requested_call(NOON + timedelta(seconds=20), starts_at=day(number) + timedelta(minutes=30))
    late = an_offer(other, NOON + timedelta(seconds=20))
    at = NOON + timedelta(seconds=25)
    journey.accept(offer_key=early.key, now=by_helper(luca, at))
    faults: list[Exception] = []
    outcomes = at_once(
        lambda: sweep(at=at, on_fault=lambda _call, fault: faults.append(fault)),
        lambda: journey.accept(offer_key=late.key, now=by_helper(luca, at)),
    )
    assert Assignment.objects.filter(helper=luca, state=AssignmentState.ACTIVE).count() == 1
    assert refusals([*outcomes, *faults]) in ([], ["overlap"])
    assert len(faults) == len(refusals(list(faults)))
    assert {stage(one), stage(other)} == {Stage.ACCEPTED, Stage.REQUESTED}


@many_times
def test_the_desk_cannot_send_one_person_to_two_places(number: int) -> None:
    luca = a_helper(f"Luca{number}")
    calls = [a_requested_call(starts_at=day(number) + timedelta(minutes=20 * later)) for later in range(3)]
    outcomes = at_once(
        *[
            lambda call=call: journey.assign_by_desk(
                call_id=call.id, helper_id=luca.id, reason="test", now=by(Who.DESK, SOON)
            )
            for call in calls
        ]
    )
    assert refusals(outcomes) == ["overlap", "overlap"]
    assert Assignment.objects.filter(helper=luca, state=AssignmentState.ACTIVE).count() == 1
    assert sorted(stage(call) for call in calls) == [Stage.ACCEPTED, Stage.REQUESTED, Stage.REQUESTED]


@many_times
def test_the_helper_s_call_meets_the_replacement_s_yes(number: int) -> None:
    luca, mia = a_helper(f"Luca{number}", level=5), a_helper(f"Mia{number}")
    call = accepted_by(luca, a_requested_call(starts_at=day(number)), NOON)
    late = NOON + timedelta(hours=12)
    clock_runs(late)
    offer = Offer.objects.get(call=call, state="made")
    assert offer.helper == mia
    outcomes = at_once(
        lambda: journey.log_contact(call_id=call.id, outcome=REACHED, now=by_helper(luca, late)),
        lambda: journey.accept(offer_key=offer.key, now=by_helper(mia, late)),
    )
    assert len(refusals(outcomes)) == 1
    kept = stage(call) == Stage.CONTACTED
    assert refusals(outcomes) == (["offer_gone"] if kept else ["not_your_visit"])
    assert holder(call) == (luca if kept else mia)
    assert not call.searches.filter(state=SearchState.RUNNING).exists()

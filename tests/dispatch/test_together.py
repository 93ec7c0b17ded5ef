"""Offers that run out at the same instant are passed on together, and each as if it were alone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_offer, by_helper
from tests.story import clock_runs, fail, stage, steps, told

from mila.booking.models import Offer, OfferState, Search, ServiceCall, Stage
from mila.dispatch.decided import decide_together
from mila.journey import actions as journey
from mila.journey.sweeps import PUT_OFF, sweep
from mila.kernel.occasion import Occasion

pytestmark = pytest.mark.django_db
OVER = NOON + timedelta(seconds=20)
FOR_ONE_MORE = 15  # statements at most, turns among equals included, where each by itself costs more than thirty


def asked(call: ServiceCall) -> Offer:
    return Offer.objects.get(call=call, state=OfferState.MADE)


def some_calls(count: int) -> list[ServiceCall]:
    for number in range(2 * count):
        a_helper(f"Luca{number}")
    return [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(hours=number % 3)) for number in range(count)]


def test_offers_that_run_out_together_are_each_passed_on_to_somebody_else() -> None:
    calls = some_calls(3)
    first = [an_offer(call).helper_id for call in calls]
    sweep(at=OVER, on_fault=fail)
    then = [asked(call).helper_id for call in calls]
    assert len(set(then)) == 3
    assert all(before != after for before, after in zip(first, then, strict=True))
    for call in calls:
        assert steps(call)[-3:] == ["offer_made", "offer_unreached", "offer_made"]
        assert list(call.diary.order_by("number").values_list("number", flat=True)) == list(
            range(1, len(steps(call)) + 1)
        )
        assert len(told(call, "ring_by_sms")) == 1
        assert call.searches.get().rounds == 2


def test_who_waits_longest_is_first_to_have_somebody_whatever_order_the_rows_lie_in() -> None:
    luca = a_helper()
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=number)) for number in range(3)]
    for number, call in enumerate(reversed(calls)):
        call.save()  # a new version of the row lies further back in the table
        Search.objects.filter(call=call).update(due_at=NOON + timedelta(seconds=number))
    sweep(at=OVER, on_fault=fail)
    assert asked(calls[-1]).helper == luca
    assert not Offer.objects.exclude(call=calls[-1]).exists()


def test_five_more_cost_few_statements_more() -> None:
    calls = some_calls(6)
    others = [an_offer(call) for call in calls][1:]
    later = OVER + timedelta(seconds=20)
    Offer.objects.filter(pk__in=[offer.pk for offer in others]).update(due_at=later)
    sweep(at=OVER - timedelta(seconds=1), on_fault=fail)  # what is read once has been read
    with CaptureQueriesContext(connection) as one:
        sweep(at=OVER, on_fault=fail)
    with CaptureQueriesContext(connection) as six:
        sweep(at=later, on_fault=fail)
    assert all(asked(call) for call in calls)
    assert len(six) - len(one) <= 5 * FOR_ONE_MORE, (len(one), len(six))


def test_a_yes_that_stands_wins_while_others_are_passed_on() -> None:
    calls = some_calls(3)
    late, *_others = [an_offer(call) for call in calls]
    sweep(at=OVER, on_fault=fail)
    at = OVER + timedelta(seconds=5)
    journey.accept(offer_key=late.key, now=by_helper(late.helper, at))
    sweep(at=OVER + timedelta(seconds=20), on_fault=fail)
    assert [stage(call) for call in calls] == [Stage.ACCEPTED, Stage.REQUESTED, Stage.REQUESTED]
    assert calls[0].assignments.get().helper == late.helper
    assert all(asked(call) for call in calls[1:])


def test_one_that_fails_is_put_off_and_the_others_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = some_calls(3)
    broken, *whole = calls
    offers = [an_offer(call) for call in calls]

    def decides_on_whole_rows(searches: Sequence[Search], now: Occasion) -> Any:
        if broken.pk in [search.call_id for search in searches]:
            raise ZeroDivisionError
        return decide_together(searches, now)

    monkeypatch.setattr("mila.dispatch.actions.asking.decide_together", decides_on_whole_rows)
    faults: list[UUID] = []
    sweep(at=OVER, on_fault=lambda call_id, _fault: faults.append(call_id))
    assert faults == [broken.pk]
    assert all(asked(call) for call in whole)
    offers[0].refresh_from_db()
    assert offers[0].due_at == OVER + PUT_OFF
    monkeypatch.undo()
    clock_runs(OVER + PUT_OFF)
    assert asked(broken).helper_id != offers[0].helper_id

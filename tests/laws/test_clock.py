"""When the clock takes a step: the times of the guide, nights that are an hour shorter, and a row that is broken."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.factories import NOON, a_confirmed_call, a_helper, a_requested_call, by_helper
from tests.story import accepted_by, clock_runs, clock_runs_until, stage, steps, told

from mila.booking.models import Stage
from mila.journey import actions as journey
from mila.journey import machine, queries
from mila.journey.grammar import Moments
from mila.journey.lifecycle import TO_CONFIRM, TO_CONTACT
from mila.journey.sweeps import PUT_OFF, overdue_steps, sweep
from mila.visit.models import ContactOutcome

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def moments(to_visit: timedelta) -> Moments:
    return Moments(NOON, NOON + to_visit, NOON + to_visit + 30 * MINUTE, brand_pays=False)


@pytest.mark.parametrize(
    ("to_visit", "left"),
    [
        (timedelta(days=3), 12 * HOUR),
        (24 * HOUR, 12 * HOUR),
        (10 * HOUR, 5 * HOUR),
        (40 * MINUTE, 20 * MINUTE),
        (30 * MINUTE, 15 * MINUTE),
        (20 * MINUTE, 15 * MINUTE),
        (MINUTE, 15 * MINUTE),
    ],
)
def test_the_client_is_to_be_called_in_time(to_visit: timedelta, left: timedelta) -> None:
    assert TO_CONTACT(moments(to_visit)) == NOON + left


def test_a_visit_without_a_time_leaves_twelve_hours_to_call() -> None:
    assert TO_CONTACT(Moments(NOON, None, None, brand_pays=False)) == NOON + 12 * HOUR


@pytest.mark.parametrize(("to_visit", "left"), [(timedelta(days=3), 48 * HOUR), (24 * HOUR, HOUR), (2 * HOUR, HOUR)])
def test_the_visit_is_to_be_confirmed_a_day_before(to_visit: timedelta, left: timedelta) -> None:
    assert TO_CONFIRM(moments(to_visit)) == NOON + left


# The night to 29 March 2026 is an hour short in Zürich, the night to 25 October an hour long.
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("booked", "visit"),
    [
        (datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 3, 29, 8, tzinfo=UTC)),
        (datetime(2026, 10, 23, 8, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)),
    ],
)
def test_a_day_before_the_visit_is_twenty_four_hours_in_every_night(booked: datetime, visit: datetime) -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(booked, starts_at=visit), booked)
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, booked))
    assert queries.deadline(call, step="unsure") == visit - 24 * HOUR
    clock_runs_until(visit - 24 * HOUR - MINUTE)
    assert "unsure" not in steps(call)
    clock_runs_until(visit - 24 * HOUR)
    assert "unsure" in steps(call)


@pytest.mark.django_db
def test_a_visit_at_nine_is_at_nine_on_both_sides_of_the_night() -> None:
    luca = a_helper()
    before, after = datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)
    booked = datetime(2026, 3, 25, 8, tzinfo=UTC)
    for visit in (before, after):
        accepted_by(luca, a_requested_call(booked, starts_at=visit), booked)
    too_early = a_requested_call(booked, starts_at=datetime(2026, 3, 29, 5, 30, tzinfo=UTC))  # 7:30, before work
    clock_runs(booked)
    assert not too_early.offers.exists()


@pytest.mark.django_db
def test_the_earliest_deadline_comes_first() -> None:
    later = a_requested_call(starts_at=NOON + 5 * HOUR)
    sooner = a_requested_call(starts_at=NOON + 3 * HOUR)
    at = NOON + timedelta(days=1)
    assert overdue_steps(at, []) == [sooner.id, later.id]
    assert overdue_steps(at, [sooner.id]) == [later.id]
    assert overdue_steps(at, [sooner.id, later.id]) == []
    assert overdue_steps(NOON, []) == []


@pytest.mark.django_db
def test_a_clock_that_stood_still_takes_every_reminder_once() -> None:
    call = a_confirmed_call(a_helper())
    late = NOON + timedelta(days=10)
    clock_runs(late)
    clock_runs(late)
    assert stage(call) == Stage.STRANDED
    assert len(told(call, "ask_helper_to_set_out")) == 1
    assert [steps(call).count(step) for step in ("not_on_the_way", "no_show")] == [1, 1]


@pytest.mark.django_db
def test_a_row_that_fails_is_put_off_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = a_requested_call(starts_at=NOON + HOUR)
    whole = a_requested_call(starts_at=NOON + 2 * HOUR)
    take = machine.take

    def takes_only_whole_rows(name: str, *, call: Any, now: Any, facts: Any = None) -> Any:
        if call.pk == broken.pk:
            raise ZeroDivisionError
        return take(name, call=call, now=now, facts=facts)

    monkeypatch.setattr(machine, "take", takes_only_whole_rows)
    faults: list[UUID] = []
    at = NOON + timedelta(days=1)
    sweep(at=at, on_fault=lambda call_id, _fault: faults.append(call_id))
    assert faults == [broken.id]
    assert (stage(broken), stage(whole)) == (Stage.REQUESTED, Stage.UNSERVED)
    broken.refresh_from_db()
    assert broken.due_at == at + PUT_OFF
    assert steps(broken)[-1] == "clock_failed"
    monkeypatch.undo()
    clock_runs(at + PUT_OFF)
    assert stage(broken) == Stage.UNSERVED

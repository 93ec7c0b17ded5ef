"""When a helper works."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_accepted_call, an_offer, by_helper

from mila.crowd import actions as crowd
from mila.crowd.models import AvailabilityException, ExceptionKind
from mila.crowd.rules import Times, drawn_days
from mila.journey import actions as journey
from mila.kernel.periods import Period

ZURICH = ZoneInfo("Europe/Zurich")
MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(18))
THURSDAY = date(2026, 11, 26)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(THURSDAY, time(hour, minute), ZURICH)


@pytest.mark.django_db
def test_a_day_can_have_several_stretches_but_none_twice() -> None:
    luca = a_helper()
    crowd.set_hours(helper=luca, hours={0: [MORNING, AFTERNOON]})
    assert list(luca.hours.order_by("starts").values_list("weekday", "starts")) == [(0, time(8)), (0, time(13))]
    with pytest.raises(crowd.HoursOverlap):
        crowd.set_hours(helper=luca, hours={0: [MORNING, (time(11), time(14))]})
    assert luca.hours.count() == 2


def test_a_day_is_copied_onto_others() -> None:
    assert crowd.copy_day(hours={0: [MORNING], 1: [AFTERNOON]}, day=0, onto=[1, 2]) == {
        0: [MORNING],
        1: [MORNING],
        2: [MORNING],
    }


@pytest.mark.django_db
def test_who_is_on_vacation_is_not_asked() -> None:
    luca = a_helper()
    crowd.add_vacation(helper=luca, first=THURSDAY, last=THURSDAY, at=NOON)
    call = a_requested_call()
    journey.move_search(call_id=call.id, now=by_helper(luca))
    assert not call.offers.exists()


@pytest.mark.django_db
def test_a_vacation_leaves_open_offers_and_promised_visits_as_they_are() -> None:
    luca = a_helper()
    promised = an_accepted_call(luca)
    offer = an_offer(a_requested_call(starts_at=IN_THREE_DAYS + timedelta(hours=5), email="b@customers.example"))
    crowd.add_vacation(helper=luca, first=THURSDAY, last=THURSDAY, at=NOON)
    assert journey.accept(offer_key=offer.key, now=by_helper(luca)).is_yours
    assert promised.assignments.get().state == "active"


@pytest.mark.django_db
def test_what_is_over_or_years_away_is_no_exception() -> None:
    luca = a_helper()
    past, far = date(2026, 11, 20), date(2031, 1, 1)
    for first, last in ((past, past), (far, far), (date.min, THURSDAY), (THURSDAY, date.max), (date.max, date.max)):
        with pytest.raises(crowd.NotAhead):
            crowd.add_vacation(helper=luca, first=first, last=last, at=NOON)
    assert not AvailabilityException.objects.exists()


@pytest.mark.django_db
def test_the_same_exception_again_changes_nothing() -> None:
    luca = a_helper()
    for _ in range(2):
        crowd.add_exception(helper=luca, kind=ExceptionKind.FREE, period=Period(at(19), at(21)), at=NOON)
    assert luca.exceptions.count() == 1


def test_a_drawn_day_takes_busy_and_promised_time_out_of_the_free_one() -> None:
    times = Times({3: [MORNING]}, [Period(at(19), at(21))], [Period(at(9), at(10))], [Period(at(9, 30), at(11))])
    (day,) = drawn_days(times, first=THURSDAY, days=1, zone=ZURICH)
    assert day.free == (Period(at(8), at(9)), Period(at(11), at(12)), Period(at(19), at(21)))
    assert day.busy == (Period(at(9), at(9, 30)),)
    assert day.visits == (Period(at(9, 30), at(11)),)


def test_a_vacation_over_midnight_is_drawn_on_each_of_its_days() -> None:
    days = drawn_days(
        Times({}, busy=[Period(at(20), at(20) + timedelta(hours=8))]), first=THURSDAY, days=2, zone=ZURICH
    )
    assert [day.busy[0].end - day.busy[0].start for day in days] == [timedelta(hours=4), timedelta(hours=4)]

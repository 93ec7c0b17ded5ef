"""Where there is supply: helpers who are free, less the open calls that compete for them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.factories import (
    BUNDESPLATZ,
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_helper,
    a_price,
    a_requested_call,
    an_accepted_call,
)

from mila.crowd.models import ExceptionKind, Helper
from mila.dispatch.queries import needs_of
from mila.dispatch.supply import AtOnce, Wanted, at_once, open_slots, open_slots_and_at_once
from mila.kernel.place import Point

pytestmark = pytest.mark.django_db

TWO_LATER = IN_THREE_DAYS + timedelta(hours=2)
ZURICH = (47.3769, 8.5417)


def wanted(at: tuple[float, float] = BUNDESPLATZ, language: str = "de") -> Wanted:
    brand = a_brand()
    a_price(brand)
    needs = needs_of(brand=brand, packages=("wifi-setup",), tiers=("friend", "pro"), language=language, on=NOON.date())
    return Wanted(replace(needs, point=Point(*at), accuracy_m=300), "CH")


def slots(asked: Wanted, *starts: datetime) -> list[datetime]:
    return open_slots(asked, starts=starts or (IN_THREE_DAYS,), window_minutes=30, at=NOON)


def make_available(helper: Helper, at: tuple[float, float] = BUNDESPLATZ) -> None:
    helper.available_until = NOON + timedelta(hours=2)
    helper.available_latitude, helper.available_longitude = at
    helper.save()


def test_a_free_helper_is_supply() -> None:
    a_helper()
    assert slots(wanted()) == [IN_THREE_DAYS]


@pytest.mark.parametrize("start_hour", [2, 6, 22])
def test_outside_the_hours_of_work_there_is_none(start_hour: int) -> None:
    a_helper()
    assert slots(wanted(), IN_THREE_DAYS.replace(hour=start_hour)) == []


def test_work_that_would_run_past_the_hours_is_not_offered() -> None:
    a_helper()
    late = IN_THREE_DAYS.replace(hour=20)  # 21:00 in Zürich; window and work end at 22:30
    assert slots(wanted(), late) == []
    assert slots(wanted(), late - timedelta(hours=1)) == [late - timedelta(hours=1)]


def test_an_open_call_competes_for_the_only_helper() -> None:
    a_helper()
    a_requested_call()
    assert slots(wanted(), IN_THREE_DAYS, TWO_LATER) == [TWO_LATER]


def test_a_second_helper_is_supply_again() -> None:
    a_helper("Luca")
    a_helper("Sara", tier="pro")
    a_requested_call()
    assert slots(wanted()) == [IN_THREE_DAYS]


def test_an_open_call_elsewhere_does_not_compete() -> None:
    a_helper("Luca")
    call = a_requested_call()
    call.address.latitude, call.address.longitude = ZURICH
    call.address.save()
    assert slots(wanted()) == [IN_THREE_DAYS]


def test_a_promised_visit_takes_the_helper_with_the_way_there() -> None:
    luca = a_helper()
    an_accepted_call(luca)
    just_after = IN_THREE_DAYS + timedelta(minutes=90)
    assert slots(wanted(), IN_THREE_DAYS, just_after, TWO_LATER) == [TWO_LATER]


def test_the_daily_cap_ends_the_supply_of_the_day() -> None:
    luca = a_helper()
    an_accepted_call(luca)
    Helper.objects.update(daily_cap=1)
    tomorrow = TWO_LATER + timedelta(days=1)
    assert slots(wanted(), TWO_LATER, tomorrow) == [tomorrow]


def test_a_vacation_is_no_supply() -> None:
    luca = a_helper()
    luca.exceptions.create(kind=ExceptionKind.BUSY, starts_at=NOON, ends_at=NOON + timedelta(days=7))
    assert slots(wanted()) == []


@pytest.mark.parametrize(
    "changed",
    [{"state": "suspended"}, {"languages": ["fr"]}, {"latitude": ZURICH[0], "longitude": ZURICH[1]}],
)
def test_who_may_not_be_asked_is_no_supply(changed: dict[str, object]) -> None:
    a_helper()
    Helper.objects.update(**changed)
    assert slots(wanted()) == []


def test_a_level_too_low_is_no_supply() -> None:
    a_helper(level=1)
    assert slots(wanted()) == []


def test_at_once_needs_somebody_who_is_available_now() -> None:
    luca = a_helper()
    assert at_once(wanted(), at=NOON) is None
    make_available(luca)
    assert at_once(wanted(), at=NOON) == AtOnce(minutes=19)  # 10 to get ready, 9 on the road


def test_at_once_an_open_call_competes_too() -> None:
    make_available(a_helper())
    a_requested_call(starts_at=None)
    assert at_once(wanted(), at=NOON) is None


def test_one_look_gives_the_same_answers_as_two() -> None:
    luca = a_helper()
    an_accepted_call(luca)
    make_available(luca)
    asked, starts = wanted(), [IN_THREE_DAYS + timedelta(hours=hour) for hour in range(-60, 60)]

    found = open_slots_and_at_once(asked, starts=starts, window_minutes=30, at=NOON)

    assert found == (slots(asked, *starts), AtOnce(minutes=19))
    assert found[1] == at_once(asked, at=NOON)


def test_the_questions_do_not_grow_with_the_helpers(django_assert_max_num_queries: object) -> None:
    for name in ("Luca", "Sara", "Nina", "Reto", "Urs"):
        a_helper(name)
    asked = wanted()
    fortnight = [IN_THREE_DAYS + timedelta(hours=hour) for hour in range(200)]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert slots(asked, *fortnight)

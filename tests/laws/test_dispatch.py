"""Who is asked first: better stars and higher levels only ever help, and an answer never counts."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, by_helper
from tests.story import clock_runs, open_offer

from mila.crowd.models import HelperState
from mila.dispatch.models import Candidate
from mila.dispatch.rules import CallFacts, HelperFacts, WeightValues, eligible, filters, points
from mila.journey import actions as journey
from mila.kernel.periods import Period
from mila.kernel.place import Point, Transport
from mila.quality.rules import standing

BERN = Point(46.9469, 7.4442)
CALL = CallFacts(
    point=BERN,
    accuracy_m=100,
    periods=(Period(IN_THREE_DAYS, IN_THREE_DAYS + timedelta(hours=1)),),
    asap=False,
    minutes=60,
    tiers=frozenset({"friend", "pro"}),
    skills={"wifi": 2},
    language="de",
    contract=None,
)
HELPER = HelperFacts(
    id=uuid4(),
    active=True,
    payable=True,
    tier="friend",
    contracts=frozenset(),
    skills={"wifi": 3},
    languages=frozenset({"de"}),
    home=BERN,
    radius_km=20,
    second_radius_km=None,
    transport=Transport.CAR,
    zone=ZoneInfo("Europe/Zurich"),
    hours={day: [(time(8), time(22))] for day in range(7)},
    free=(),
    busy=(),
    jobs=(),
    daily_cap=4,
    excluded=False,
    available_until=None,
    available_at=None,
    standing=4500,
)
WEIGHTS = WeightValues(stars=40, level=20, travel=60)
facts = st.builds(
    lambda level, stars, east, transport: replace(
        HELPER,
        skills={"wifi": level},
        standing=stars,
        home=Point(BERN.latitude, BERN.longitude + east),
        transport=transport,
    ),
    st.integers(1, 4),
    st.integers(1000, 4900),
    st.floats(0, 1),
    st.sampled_from(Transport),
)


@given(helper=facts, more=st.integers(1, 100))
@settings(derandomize=True)
def test_better_stars_alone_strictly_add_points(helper: HelperFacts, more: int) -> None:
    better = replace(helper, standing=helper.standing + more)
    assert points(better, CALL, WEIGHTS).total > points(helper, CALL, WEIGHTS).total


@given(helper=facts)
@settings(derandomize=True)
def test_a_higher_level_alone_strictly_adds_points(helper: HelperFacts) -> None:
    better = replace(helper, skills={"wifi": helper.skills["wifi"] + 1})
    assert points(better, CALL, WEIGHTS).total > points(helper, CALL, WEIGHTS).total


@given(st.lists(st.integers(1, 5), max_size=30))
@settings(derandomize=True)
def test_five_stars_never_lower_a_standing_and_one_star_never_raises_it(stars: list[int]) -> None:
    assert standing([*stars, 1]) <= standing(stars) <= standing([*stars, 5])
    assert 1000 <= standing(stars) <= 5000


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        (replace(HELPER, active=False), "active"),
        (replace(HELPER, payable=False), "payable"),
        (replace(HELPER, tier="company"), "tier"),
        (replace(HELPER, skills={"wifi": 1}), "skills"),
        (replace(HELPER, skills={}), "skills"),
        (replace(HELPER, languages=frozenset({"fr"})), "language"),
        (replace(HELPER, home=Point(46.2, 6.15)), "area"),
        (replace(HELPER, excluded=True), "not_excluded"),
        (replace(HELPER, hours={}), "free"),
        (replace(HELPER, busy=(CALL.periods[0],)), "free"),
        (replace(HELPER, daily_cap=0), "daily_cap"),
    ],
)
def test_each_requirement_alone_keeps_a_helper_out(unfit: HelperFacts, why: str) -> None:
    found = filters(unfit, CALL, at=NOON, rung=1)
    assert [name for name, one in found.items() if not one.met] == [why]
    assert not eligible(found)
    assert eligible(filters(HELPER, CALL, at=NOON, rung=1))


@pytest.mark.django_db
def test_nobody_ineligible_is_ever_asked() -> None:
    fit = {a_helper("Luca").id, a_helper("Mia", level=2).id}
    a_helper("Low", level=1)
    a_helper("Far", at=(46.2044, 6.1432))
    away = a_helper("Away")
    away.hours.all().delete()
    resting = a_helper("Resting")
    resting.state = HelperState.SUSPENDED
    resting.save()
    call = a_requested_call()
    at = NOON
    for _ in range(12):
        clock_runs(at)
        at += timedelta(seconds=30)
    assert {offer.helper_id for offer in call.offers.all()} == fit


@pytest.mark.django_db
def test_declining_changes_nobody_s_points() -> None:
    luca, mia = a_helper("Luca"), a_helper("Mia")
    first = a_requested_call()
    open_offer(first, NOON)
    before = totals()
    assert set(before) == {luca.id, mia.id}
    for helper in (luca, mia):
        clock_runs(NOON)
        offer = first.offers.get(helper=helper)
        journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(helper, NOON))
    clock_runs(NOON)
    a_requested_call(NOON + timedelta(hours=1))
    clock_runs(NOON + timedelta(hours=1))
    assert totals() == before


def totals() -> dict[UUID, int]:
    newest = Candidate.objects.order_by("at", "round")
    return {one.helper_id: one.total for one in newest}

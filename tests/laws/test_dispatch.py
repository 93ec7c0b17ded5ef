"""Who is asked first: better stars and higher levels only ever help, and an answer never counts."""

from dataclasses import asdict, replace
from datetime import time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, by_helper
from tests.story import clock_runs, open_offer

from mila.crowd.models import HelperState
from mila.dispatch.kept import lines
from mila.dispatch.models import Decision
from mila.dispatch.points import (
    FAILED,
    LATE,
    RATINGS_COUNTED,
    PointFacts,
    WeightValues,
    faults_of,
    fresh_weight,
    reliability,
    standing,
)
from mila.dispatch.rules import CallFacts, HelperFacts, eligible, filters, points
from mila.journey import actions as journey
from mila.kernel.periods import Period
from mila.kernel.place import Point, Transport

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
    available_until=None,
    available_at=None,
)
WEIGHTS = WeightValues()
weights = st.builds(
    lambda stars, level, most, priors: replace(
        WEIGHTS,
        stars=stars,
        level=level,
        prior_stars=priors[0],
        prior_ratings=priors[1],
        half_life_days=priors[2],
        newcomer=min(most, stars * (5000 - priors[0]) // 1000, 100),
    ),
    st.integers(1, 200),
    st.integers(1, 200),
    st.integers(0, 100),
    st.tuples(st.integers(3000, 5000), st.integers(1, 12), st.integers(30, 1825)),
).filter(lambda made: not faults_of(asdict(made)))
ratings = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4000)), max_size=RATINGS_COUNTED).map(tuple)
facts = st.builds(
    lambda level, rated, east, transport, conduct: replace(
        HELPER,
        skills={"wifi": level},
        ratings=rated,
        home=Point(BERN.latitude, BERN.longitude + east),
        transport=transport,
        promises=conduct[0],
        faults=conduct[0] * 2 - min(conduct),
    ),
    st.integers(2, 4),
    ratings,
    st.floats(0, 1),
    st.sampled_from(Transport),
    st.tuples(st.integers(0, 30), st.integers(0, 60)),
)


@given(helper=facts, by=weights, better=st.data())
@settings(derandomize=True)
def test_better_stars_alone_strictly_add_points(helper: HelperFacts, by: WeightValues, better: st.DataObject) -> None:
    count = [
        place for place, (stars, age) in enumerate(helper.ratings) if stars < 5 and fresh_weight(age, by.half_life_days)
    ]
    assume(count)
    place = better.draw(st.sampled_from(count))
    stars, age = helper.ratings[place]
    raised = (*helper.ratings[:place], (stars + 1, age), *helper.ratings[place + 1 :])
    assert points(replace(helper, ratings=raised), CALL, by).total > points(helper, CALL, by).total


@given(helper=facts, by=weights)
@settings(derandomize=True)
def test_a_higher_level_alone_strictly_adds_points(helper: HelperFacts, by: WeightValues) -> None:
    better = replace(helper, skills={"wifi": helper.skills["wifi"] + 1})
    assert points(better, CALL, by).total > points(helper, CALL, by).total


@given(helper=facts, by=weights)
@settings(derandomize=True)
def test_newcomer_points_never_fall_by_more_than_five_stars_add(helper: HelperFacts, by: WeightValues) -> None:
    assume(len(helper.ratings) < RATINGS_COUNTED)
    rated = replace(helper, ratings=((5, 0), *helper.ratings))
    before, after = points(helper, CALL, by), points(rated, CALL, by)
    assert after.newcomer <= before.newcomer
    assert after.total >= before.total


@given(facts=st.builds(PointFacts, ratings=ratings), by=weights, age=st.integers(0, 4000))
@settings(derandomize=True)
def test_five_stars_never_lower_a_standing_and_one_star_never_raises_it(
    facts: PointFacts, by: WeightValues, age: int
) -> None:
    with_one, with_five = (replace(facts, ratings=(*facts.ratings, (stars, age))) for stars in (1, 5))
    assert standing(with_one, by) <= standing(facts, by) <= standing(with_five, by)
    assert 1000 <= standing(facts, by) <= 5000


@given(promises=st.integers(0, 29), kept=st.integers(0, 29), by=weights)
@settings(derandomize=True)
def test_a_kept_promise_never_lowers_reliability_and_a_broken_one_never_raises_it(
    promises: int, kept: int, by: WeightValues
) -> None:
    facts = PointFacts(promises=promises, faults=2 * max(0, promises - kept))
    more = replace(facts, promises=promises + 1)
    late, failed = replace(more, faults=facts.faults + LATE), replace(more, faults=facts.faults + FAILED)
    assert reliability(failed, by) <= reliability(facts, by) <= reliability(more, by)
    assert reliability(failed, by) <= reliability(late, by) <= reliability(more, by)
    assert reliability(failed, by) >= 0


def test_the_newest_ratings_weigh_most() -> None:
    risen = PointFacts(ratings=((5, 1), (1, 700)))
    fallen = PointFacts(ratings=((1, 1), (5, 700)))
    assert standing(risen, WEIGHTS) > standing(fallen, WEIGHTS)
    assert [fresh_weight(age, 365) for age in (0, 365, 730, 1095, 1460)] == [1000, 500, 250, 125, 0]


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
        (replace(HELPER, excluded_by=frozenset({"customer"})), "not_excluded"),
        (replace(HELPER, company_active=False), "company"),
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
    luca, mia = a_helper("Luca", level=5), a_helper("Mia")
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
    return {one.helper_id: one.total for decision in Decision.objects.order_by("at") for one in lines(decision)}

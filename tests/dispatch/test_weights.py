"""The points: two people, a moment in the future, and nothing that held is ever changed."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.factories import NOON, a_brand, a_country, a_helper, a_requested_call, an_account, by
from tests.story import clock_runs

from mila.booking.models import Assignment, AssignmentState
from mila.dispatch import published
from mila.dispatch.actions.weights import (
    Activated,
    NewcomersFall,
    NotAhead,
    SamePerson,
    WeightsWrong,
    activate_weights,
    change_draft,
    discard_draft,
    draft_weights,
)
from mila.dispatch.kept import lines
from mila.dispatch.models import Decision, Weights
from mila.dispatch.points import PointFacts, WeightValues, importance, values_of
from mila.dispatch.queries import recomputes, weights_for
from mila.dispatch.record import judged_again, same
from mila.kernel.occasion import Occasion, Who
from mila.partners.models import Brand

pytestmark = pytest.mark.django_db

VALUES = asdict(WeightValues())
HOUR = timedelta(hours=1)


def dana(at: datetime = NOON) -> Occasion:
    return by(Who.DESK, at, an_account("dana@mila.example").id)


def carl(at: datetime = NOON) -> Occasion:
    return by(Who.DESK, at, an_account("carl@mila.example").id)


def a_draft(*, brand: Brand | None = None, **values: int) -> Weights:
    country = a_country() if brand else None
    return draft_weights(brand=brand, country=country, values={**VALUES, **values}, reason="test", now=dana())


def a_version(at: datetime = NOON + HOUR, *, brand: Brand | None = None, **values: int) -> Weights:
    return activate_weights(weights=a_draft(brand=brand, **values), holds_from=at, now=carl())


def in_force(brand: UUID, at: datetime) -> int:
    return weights_for(brand=brand, country="CH", at=at).version


@pytest.mark.parametrize(("name", "value"), [("stars", 0), ("level", 0), ("prior_ratings", 13), ("half_life_days", 1)])
def test_values_out_of_bounds_are_refused(name: str, value: int) -> None:
    with pytest.raises(WeightsWrong) as refused:
        draft_weights(brand=None, country=None, values={**VALUES, name: value}, reason="test", now=dana())
    assert refused.value.field == name


def test_newcomers_may_not_fall_by_more_than_ratings_add() -> None:
    assert a_draft(newcomer=20).version == 2
    with pytest.raises(NewcomersFall):
        a_draft(newcomer=21)


def test_who_drafted_may_not_activate() -> None:
    draft = a_draft()
    with pytest.raises(SamePerson):
        activate_weights(weights=draft, holds_from=NOON + HOUR, now=dana())
    with pytest.raises(IntegrityError, match="weights_take_two_people"), transaction.atomic():
        Weights.objects.filter(pk=draft.pk).update(
            activated_by=draft.drafted_by, activated_at=NOON, holds_from=NOON + HOUR
        )


def test_who_changes_a_draft_becomes_its_drafter() -> None:
    draft = change_draft(weights=a_draft(), values={**VALUES, "tier": 5}, reason="less", now=carl())
    with pytest.raises(SamePerson):
        activate_weights(weights=draft, holds_from=NOON + HOUR, now=carl())
    assert activate_weights(weights=draft, holds_from=NOON + HOUR, now=dana()).values["tier"] == 5


def test_a_version_begins_in_the_future_and_at_a_moment_of_its_own() -> None:
    draft = a_draft()
    with pytest.raises(NotAhead):
        activate_weights(weights=draft, holds_from=NOON, now=carl())
    a_version(tier=5)
    with pytest.raises(NotAhead):
        activate_weights(weights=draft, holds_from=NOON + HOUR, now=carl())


def test_what_was_activated_is_never_changed() -> None:
    version = a_version()
    with pytest.raises(Activated):
        change_draft(weights=version, values=VALUES, reason="", now=dana())
    with pytest.raises(Activated):
        discard_draft(weights=version)
    for change in ("update dispatch_weights set values = '{}'", "delete from dispatch_weights"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Weights.objects.raw(f"{change} where version = 2 returning *")[0]


def test_a_draft_can_be_thrown_away() -> None:
    discard_draft(weights=a_draft())
    assert Weights.objects.get().version == 1


def test_the_most_specific_version_wins_from_its_moment_on() -> None:
    mila, other = a_brand(), a_brand("swisscom", is_own=False)
    everywhere = a_version()
    own = a_version(brand=other)
    assert in_force(mila.id, NOON) == in_force(other.id, NOON) == 1
    assert in_force(mila.id, NOON + HOUR) == everywhere.version
    assert in_force(other.id, NOON + HOUR) == own.version
    later = a_version(NOON + 2 * HOUR)
    assert in_force(other.id, NOON + 2 * HOUR) == own.version
    assert in_force(mila.id, NOON + 2 * HOUR) == later.version
    assert published.in_force(brand=other.id, country="CH", at=NOON + HOUR) == own
    assert published.in_force(brand=mila.id, country="CH", at=NOON + HOUR) == everywhere


def test_a_search_keeps_the_version_with_which_it_began() -> None:
    for name in ("Luca", "Mia"):
        a_helper(name)
    call = a_requested_call()
    clock_runs(NOON)
    version = a_version(NOON + timedelta(seconds=10))
    clock_runs(NOON + timedelta(seconds=20))
    assert [one.weights.version for one in Decision.objects.filter(search__call=call)] == [1, 1]
    new = a_requested_call(NOON + timedelta(seconds=30))
    clock_runs(NOON + timedelta(seconds=30))
    assert Decision.objects.get(search__call=new).weights == version


def test_a_kept_decision_gives_the_same_again() -> None:
    for name, level in (("Luca", 3), ("Mia", 4), ("Noe", 5), ("Low", 1)):
        a_helper(name, level=level)
    call = a_requested_call()
    clock_runs(NOON)
    decision = Decision.objects.get()
    assert recomputes(decision)
    assert [line.rank for line in lines(decision)] == [1, 2, 3, None]
    kept = lines(decision)
    assert kept[0].points is not None
    told = replace(kept[0], points=replace(kept[0].points, stars=kept[0].points.stars + 1))
    assert not same([told, *kept[1:]], judged_again(kept, call=call.pk, weights=values_of(decision.weights.values)))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Decision.objects.update(eligible=0)


def test_a_draft_says_what_it_would_have_changed() -> None:
    near, skilled = a_helper("Near"), a_helper("Skilled", level=4, at=(46.99, 7.6))
    a_requested_call()
    clock_runs(NOON)
    same = published.compare(a_draft(), upto=50, at=NOON + HOUR)
    assert (same.sampled, same.looked_at, same.other_first, same.other_order) == (1, 1, 0, 0)
    other = published.compare(a_draft(level=200), upto=50, at=NOON + HOUR)
    assert (other.other_first, other.other_order) == (1, 1)
    assert (other.examples[0].before.helper_id, other.examples[0].after.helper_id) == (near.id, skilled.id)
    assert published.compare(a_draft(), upto=50, at=NOON + timedelta(days=100)).sampled == 0


def test_equal_points_draw_lots_for_every_call_anew() -> None:
    for name in ("Luca", "Mia"):
        a_helper(name)
    firsts = set()
    for day in range(12):
        call = a_requested_call(starts_at=NOON + timedelta(days=2 + day))
        clock_runs(NOON)
        decision = Decision.objects.filter(search__call=call).latest("round")
        firsts.add(lines(decision)[0].helper_id)
        call.searches.update(state="ended", ended_at=NOON, due_at=None)
        call.offers.update(state="closed", due_at=None)
    assert len(firsts) == 2


def test_what_would_add_points_says_by_how_much() -> None:
    facts = PointFacts(ratings=((4, 10),), minutes=30, promises=4, faults=2)
    steps = {one.factor: one.gain for one in published.what_would_add(facts, WeightValues())}
    assert steps["level"] == 20_000
    assert steps["travel"] == 10_000
    assert steps["stars"] > 0
    assert steps["reliability"] > 0
    assert "travel" not in {one.factor for one in published.what_would_add(replace(facts, minutes=90), WeightValues())}


def test_the_shares_of_the_notice_follow_the_values() -> None:
    shares = dict(importance(WeightValues(stars=100, level=10, travel=10)))
    assert shares["stars"] > 700
    assert 990 <= sum(shares.values()) <= 1000


def test_only_own_faults_count_against_a_helper() -> None:
    luca = a_helper("Luca")
    call = a_requested_call()
    for at_fault, faults in ((False, 0), (True, 2)):
        Assignment.objects.create(
            call=call,
            provider=luca.provider,
            helper=luca,
            state=AssignmentState.RELEASED,
            accepted_at=NOON,
            ended_at=NOON,
            release_reason="released",
            at_own_fault=at_fault,
        )
        new = a_requested_call(starts_at=NOON + timedelta(days=5 + faults))
        clock_runs(NOON)
        facts = lines(Decision.objects.get(search__call=new, round=1))[0].facts
        assert facts is not None
        assert (facts.promises, facts.faults) == (faults // 2, faults)
        new.offers.update(state="closed", due_at=None)
        new.searches.update(state="ended", ended_at=NOON, due_at=None)

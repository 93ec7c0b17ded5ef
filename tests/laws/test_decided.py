"""The decision over columns is the decision by the rules: who may be asked, why not, in which order."""

from datetime import date, time, timedelta
from random import Random
from uuid import UUID, uuid5

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import (
    BUNDESPLATZ,
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_confirmed_call,
    a_country,
    a_done_call,
    a_helper,
    a_requested_call,
    a_signature,
    by,
)

from mila.booking.models import Exclusion, ServiceCall, TimeWish, WishedSlot
from mila.catalog.models import Package, Skill
from mila.crowd.models import AvailabilityException, HeldQualification, HeldSkill, Helper, Qualification, WeeklyHours
from mila.dispatch import facts
from mila.dispatch.actions.ranking import Ranked, rank
from mila.dispatch.decided import Order, decide, log, scored
from mila.dispatch.decided.arrays import coded, decoded
from mila.dispatch.kept import first_lines, lines, lines_of, own_lines, page_of
from mila.dispatch.models import Decision, HelperNumber, HelperRow, Road
from mila.dispatch.points import FACTORS, lot
from mila.dispatch.queries import recomputes
from mila.dispatch.record import FULL, Line
from mila.kernel.occasion import Who
from mila.partners.models import ContractText
from mila.quality.models import Rating

TODAY = NOON.date()
CALL, SOMEBODY = UUID(int=7), UUID(int=8)
CUSTOMER = "anna@customers.example"
TOWNS = 9  # kilometres in which everybody lives, so that areas are met and missed
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_the_columns_decide_as_the_rules_do(seed: int) -> None:
    rng = Random(seed)
    _what_is_asked(rng)
    crowd = [_somebody(rng, number) for number in range(14)]
    call = _a_call(rng, seed)
    for helper in rng.sample(crowd, 3):
        home = {"latitude": helper.latitude, "longitude": helper.longitude}
        Road.objects.create(call=call, helper=helper, minutes=rng.randint(3, 50), measured_at=NOON, **home)
    search = call.searches.get()
    search.area = rng.choice([1, 2])
    expected = rank(search, by(Who.CLOCK))
    found = decide(search, by(Who.CLOCK))
    decision = Decision.objects.get(search=search)
    assert [(one.helper_id, one.place, one.minutes) for one in found] == [
        (one.facts.id, one.place, one.minutes) for one in expected if one.place
    ]
    kept = {line.helper_id: line for line in lines(decision)}
    assert {one.facts.id for one in expected} == kept.keys()
    for one in expected:
        _agree(one, kept[one.facts.id])
    assert decision.looked_at == len(kept)
    assert recomputes(decision)
    assert facts.untrue() == 0


def test_somebody_is_ranked_by_visits_and_ratings_as_the_rules_do() -> None:
    luca = a_helper("Luca")
    for week in range(1, 4):
        done = a_done_call(luca, NOON - timedelta(days=7 * week), starts_at=IN_THREE_DAYS - timedelta(days=7 * week))
        Rating.objects.create(call=done, helper=luca, stars=2 + week, at=NOON - timedelta(days=200 * week))
        done.assignments.update(state="kept", ended_at=NOON - timedelta(days=week))
    sara = a_helper("Sara", at=(46.95, 7.5))
    search = a_requested_call().searches.get()
    expected = {one.facts.id: one.points for one in rank(search, by(Who.CLOCK))}
    decide(search, by(Who.CLOCK))
    assert {line.helper_id: line.points for line in lines(Decision.objects.get(search=search))} == expected
    assert expected[luca.id] != expected[sara.id]
    assert facts.untrue() == 0


def test_a_promised_visit_and_the_way_to_it_count_against_the_time() -> None:
    a_confirmed_call(a_helper("Luca"), starts_at=IN_THREE_DAYS - timedelta(hours=2))
    a_helper("Sara", at=(46.95, 7.5))
    search = a_requested_call(email="ben@customers.example").searches.get()
    expected = [(one.facts.id, one.place, one.filters["free"].met) for one in rank(search, by(Who.CLOCK))]
    assert len(decide(search, by(Who.CLOCK))) == sum(place is not None for _id, place, _met in expected)
    kept = lines(Decision.objects.get(search=search))
    assert [(line.helper_id, line.rank, line.filters["free"].met) for line in kept] == expected


def test_a_row_that_is_not_true_is_found_and_mended() -> None:
    helper = a_helper()
    HelperRow.objects.filter(pk=helper.pk).update(daily_cap=9, languages=[])
    assert facts.untrue() == 1
    facts.rebuild()
    assert facts.untrue() == 0


def test_far_away_what_was_missed_is_kept() -> None:
    crowd = [a_helper(f"H{number}", level=1 + number % 3) for number in range(36)]
    search = a_requested_call().searches.get()
    fit = decide(search, by(Who.CLOCK))
    kept = lines(Decision.objects.get(search=search))
    assert [line.helper_id for line in kept[: len(fit)]] == [one.helper_id for one in fit]
    assert {line.helper_id for line in kept} == {helper.id for helper in crowd}
    assert all(not line.filters["skills"].met for line in kept[len(fit) :])


@given(totals=st.lists(st.integers(0, 40), max_size=60), best=st.integers(1, 30))
@settings(derandomize=True)
def test_the_best_stand_by_points_and_lot_and_the_others_as_soon_as_somebody_asks(totals: list[int], best: int) -> None:
    people = [uuid5(CALL, str(number)) for number in range(len(totals))]
    expected = [
        person for _total, _lot, person in sorted((-t, lot(CALL, p), p) for t, p in zip(totals, people, strict=True))
    ]
    ids, total = np.array([one.bytes for one in people], "S16"), np.array(totals, np.int64)
    rows, settled = scored.order(CALL, total, ids, best)
    assert [people[row] for row in rows[:settled]] == expected[:settled]
    assert settled >= min(best, len(people))
    asked = Order(CALL, settled, ids[rows], total[rows], (total[rows], total[rows]))
    assert [one.helper_id for one in asked] == expected
    assert [one.place for one in asked] == list(range(1, len(people) + 1))


@pytest.mark.parametrize("form", ["by number", "by id, as before"])
def test_a_large_round_is_read_in_pages_and_by_name(form: str) -> None:
    a_helper()
    search = a_requested_call().searches.get()
    decide(search, by(Who.CLOCK))
    small = Decision.objects.get()
    fit, near_by, far = FULL + 30, 1, 6
    people = [uuid5(CALL, str(number)) for number in range(fit + near_by + far)]
    points = np.zeros((fit, len(FACTORS)), log.POINTS)
    points[:, 0] = np.sort(np.arange(fit) // 7)[::-1]
    missed = np.array([(5, metres) for metres in (60, 50, 40, 40, 20, 10)], log.FAR)
    one = log.unpacked(bytes(small.whole))
    whole = log.Whole(one.lines.repeat(FULL + 1), one.levels.repeat(FULL + 1, axis=0), one.kinds, one.ratings)
    numbers = HelperNumber.objects.bulk_create(HelperNumber(helper_id=person) for person in people)
    codes = coded(np.array([one.number for one in numbers]))
    decision = Decision.objects.create(
        search=search,
        round=9,
        at=NOON,
        weights=small.weights,
        looked_at=len(people),
        eligible=fit,
        asked=small.asked,
        looked=codes.tobytes() if form == "by number" else b"".join(person.bytes for person in people),
        points=points.tobytes(),
        missed=missed.tobytes(),
        whole=whole.packed(),
    )
    said = lines(decision)
    assert [line.rank for line in said] == [*range(1, fit + 1), *[None] * 7]
    behind = said[FULL:fit]
    assert behind == sorted(behind, key=lambda line: (-line.total, lot(search.call_id, line.helper_id)))
    assert [people.index(line.helper_id) - fit - near_by for line in said[-6:]][:2] == [5, 4]
    pages = [page_of(decision, start=start, count=50) for start in range(0, len(people), 50)]
    assert [line for page in pages for line in page] == said
    for line in (said[0], said[FULL - 1], said[FULL], said[fit - 1], said[fit], said[-1]):
        assert lines_of(decision, [line.helper_id]) == [line]
        assert own_lines([decision.pk, small.pk], line.helper_id) == {decision.pk: line}
    assert first_lines([decision.pk], 20) == {decision.pk: said[:20]}


@given(numbers=st.lists(st.integers(1, 2**28 - 1), min_size=1, max_size=40, unique=True))
@settings(derandomize=True)
def test_a_number_is_found_among_others_by_its_bytes(numbers: list[int]) -> None:
    codes = coded(np.array(numbers))
    assert decoded(codes).tolist() == numbers
    said = codes.tobytes()
    assert [said.index(code.tobytes()) for code in codes] == list(range(0, len(said), 4))


def test_a_round_of_before_is_still_read() -> None:
    luca, mia = a_helper("Luca"), a_helper("Mia", level=1)
    search = a_requested_call().searches.get()
    decide(search, by(Who.CLOCK))
    now_ = Decision.objects.get()
    best, other = log.Values(now_.asked, bytes(now_.whole)), now_.asked["names"].index("skills")
    points = np.frombuffer(bytes(now_.points), log.POINTS)
    before = Decision.objects.create(
        search=search,
        round=9,
        at=NOON,
        weights=now_.weights,
        looked_at=4,
        eligible=2,
        asked=now_.asked,
        lines=[best.best(0, luca.pk.hex, points), best.of(1, mia.pk.hex)],
        ranked=[CALL],
        ranked_points=[points.tolist()],
        beyond=[SOMEBODY],
        beyond_missed=[other],
    )
    said = lines(before)
    assert [(line.helper_id, line.rank) for line in said] == [(luca.pk, 1), (CALL, 2), (mia.pk, None), (SOMEBODY, None)]
    assert [said[0], said[2]] == lines(now_)
    assert page_of(before, start=1, count=2) == said[1:3]
    for line in said:
        assert lines_of(before, [line.helper_id]) == [line]
        assert own_lines([before.pk], line.helper_id) == {before.pk: line}
    assert first_lines([before.pk], 20)[before.pk] == [said[0], said[2]]
    assert recomputes(before)


def _agree(one: Ranked, line: Line) -> None:
    assert line.rank == one.place
    assert line.points == one.points
    assert line.facts == one.point_facts
    said = {name: (each.met, each.found, each.needed) for name, each in line.filters.items()}
    assert said == {name: (each.met, each.found, each.needed) for name, each in one.filters.items()}


def _what_is_asked(rng: Random) -> None:
    a_country()
    brand = a_brand()
    Skill.objects.create(code="nas", name={"en": "Storage"})
    if rng.random() < 0.5:
        Qualification.objects.create(code="seen", brand=brand, name={"en": "Seen"}, asked_from=date(2026, 1, 1))
    if rng.random() < 0.5:
        ContractText.objects.create(brand=brand, version=7, title={}, body={}, holds_from=date(2026, 1, 1))


def _somebody(rng: Random, number: int) -> Helper:
    east = rng.random() * TOWNS / 76
    at = (BUNDESPLATZ[0] + rng.random() / 50, BUNDESPLATZ[1] + east)
    helper = a_helper(f"H{number}", tier=rng.choice(["friend", "pro"]), at=at, radius_km=rng.choice([4, 12, 12]))
    Helper.objects.filter(pk=helper.pk).update(
        state=rng.choice(["active"] * 7 + ["suspended"]),
        languages=rng.choice([["de"], ["fr", "de"], ["de", "en"], ["fr"]]),
        transport=rng.choice(["car", "public", "bicycle", "foot"]),
        zone=rng.choice(["Europe/Zurich"] * 3 + ["Europe/Lisbon"]),
        daily_cap=rng.choice([1, 4]),
        second_radius_km=rng.choice([None, 30]),
        vehicles=rng.choice([[], ["car"], ["van", "cargo_bike"]]),
        **_presence(rng, at),
    )
    HeldSkill.objects.filter(helper=helper).update(level=rng.randint(1, 5), valid_until=_until(rng))
    HeldSkill.objects.create(helper=helper, skill_id="nas", level=rng.randint(1, 5))
    if rng.random() < 0.4:
        WeeklyHours.objects.filter(helper=helper).update(starts=time(15))
    if rng.random() < 0.4:
        starts_at = IN_THREE_DAYS - timedelta(hours=rng.randint(0, 3), minutes=30)
        kind = rng.choice(["free", "busy"])
        ends_at = starts_at + timedelta(hours=2)
        AvailabilityException.objects.create(helper=helper, kind=kind, starts_at=starts_at, ends_at=ends_at)
    if rng.random() < 0.2:
        Exclusion.objects.create(
            helper=helper, by=rng.choice(["customer", "provider"]), email=CUSTOMER.upper(), at=NOON
        )
    for contract in ContractText.objects.all():
        if rng.random() < 0.7:
            a_signature(helper, contract)
    for test in Qualification.objects.all():
        if rng.random() < 0.7:
            HeldQualification.objects.create(
                helper=helper, qualification=test, proven_on=date(2026, 1, 2), valid_until=_until(rng)
            )
    return helper


def _presence(rng: Random, at: tuple[float, float]) -> dict[str, object]:
    if rng.random() < 0.5:
        return {}
    until = NOON + timedelta(hours=rng.choice([-1, 4, 4]))
    if rng.random() < 0.5:
        return {"available_until": until}
    return {"available_until": until, "available_latitude": at[0] + 0.01, "available_longitude": at[1]}


def _until(rng: Random) -> date | None:
    return rng.choice([None, None, TODAY - timedelta(days=1), TODAY + timedelta(days=300)])


def _a_call(rng: Random, seed: int) -> ServiceCall:
    call = a_requested_call(starts_at=None if seed % 3 == 1 else IN_THREE_DAYS)
    Package.objects.update(preferred_tier=rng.choice(["", "pro"]), pick_up_vehicle=rng.choice(["", "", "car"]))
    if seed % 3 == 2:
        ServiceCall.objects.filter(pk=call.pk).update(time_wish=TimeWish.PREFERRED, visit_starts_at=None)
        for position, hours in enumerate((0, 3, 26), 1):
            starts_at = IN_THREE_DAYS + timedelta(hours=hours)
            WishedSlot.objects.create(call=call, position=position, starts_at=starts_at, window_minutes=30)
    return ServiceCall.objects.get(pk=call.pk)

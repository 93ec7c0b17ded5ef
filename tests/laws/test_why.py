"""What was decided can be judged again for ever: proofs and vehicles decide by found and needed alone."""

from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from mila.dispatch.points import PointFacts, WeightValues, lot, score
from mila.dispatch.record import Line, judged_again, same
from mila.dispatch.rules import MEETS, VEHICLES, Filter

CALL = UUID(int=7)
PROOFS = ("ladder", "router", "tv")
WEIGHTS = WeightValues()

proofs = st.sets(st.sampled_from(PROOFS)).map(sorted)
vehicles = st.sets(st.sampled_from(VEHICLES)).map(sorted)
facts = st.builds(
    PointFacts,
    ratings=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 1500)), max_size=6).map(tuple),
    above=st.integers(0, 6),
    skills=st.integers(1, 3),
    minutes=st.integers(0, 90),
    promises=st.integers(0, 30),
    faults=st.integers(0, 10),
    preferred=st.booleans(),
    earlier=st.booleans(),
)
people = st.lists(st.tuples(proofs, vehicles, facts), max_size=8)


@given(proofs, proofs, st.sampled_from(PROOFS))
def test_another_proof_never_hurts_and_a_missing_one_always_does(held: list[str], asked: list[str], more: str) -> None:
    met = MEETS["qualifications"]
    assert not met(held, asked) or met(sorted({*held, more}), asked)
    assert met(held, asked) == (not set(asked) - set(held))


@given(vehicles, st.sampled_from(VEHICLES), st.sampled_from(VEHICLES))
def test_a_larger_vehicle_carries_what_a_smaller_one_does(found: list[str], needed: str, other: str) -> None:
    met = MEETS["vehicle"]
    assert met(found, None)
    assert not met([], needed)
    if met(found, needed) and VEHICLES.index(other) <= VEHICLES.index(needed):
        assert met(found, other)


@given(people, proofs, st.one_of(st.none(), st.sampled_from(VEHICLES)))
@settings(max_examples=60)
def test_a_kept_round_is_judged_again_to_the_same_and_a_changed_one_is_not(
    everybody: list[tuple[list[str], list[str], PointFacts]], asked: list[str], vehicle: str | None
) -> None:
    kept = a_round(everybody, asked, vehicle)
    assert same(kept, judged_again(kept, call=CALL, weights=WEIGHTS))
    dearer = WeightValues(travel=WEIGHTS.travel + 1, reliability=WEIGHTS.reliability + 1)
    if any(one.rank for one in kept):
        assert not same(kept, judged_again(kept, call=CALL, weights=dearer))


def a_round(
    everybody: list[tuple[list[str], list[str], PointFacts]], asked: list[str], vehicle: str | None
) -> list[Line]:
    fit, unfit = [], []
    for number, (held, brought, known) in enumerate(everybody):
        helper = uuid5(CALL, str(number))
        filters = {
            "qualifications": Filter(MEETS["qualifications"](held, asked), held, asked),
            "vehicle": Filter(MEETS["vehicle"](brought, vehicle), brought, vehicle),
        }
        if all(one.met for one in filters.values()):
            fit.append((score(known, WEIGHTS), helper, filters, known))
        else:
            unfit.append(Line(helper, filters, None, None, None))
    fit.sort(key=lambda row: (-row[0].total, lot(CALL, row[1])))
    ranked = [
        Line(helper, filters, points, place, known) for place, (points, helper, filters, known) in enumerate(fit, 1)
    ]
    return ranked + unfit

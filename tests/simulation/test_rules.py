"""What somebody simulated does next follows from the scene alone, and every plot comes to its end."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import IN_THREE_DAYS, NOON

from mila.booking.models import Stage
from mila.simulation.rules import (
    UNCERTAIN,
    Act,
    Answer,
    Asked,
    Held,
    Manner,
    Scene,
    answer_of,
    manner_of,
    next_intent,
)
from mila.sites.demo.models import Plot

SCENE = Scene(
    seed="a call",
    plot=Plot.SMOOTH,
    now=NOON,
    stage=Stage.REQUESTED,
    since=NOON,
    visit_at=IN_THREE_DAYS,
    window_ends_at=IN_THREE_DAYS + timedelta(minutes=30),
    minutes=60,
    asked=None,
    held=None,
    plays_customer=False,
    is_rated=False,
)
ASKED = Asked(number=1, made_at=NOON, has_device=True, rung_at=None, seen_at=None)
HELD = Held(number=1, travel_minutes=15, attempts=0, steps_done=0, steps_open=3, last_step_at=None)


def act(**given: object) -> Act | None:
    intent = next_intent(replace(SCENE, **given))  # type: ignore[arg-type]
    return intent.act if intent else None


def test_a_phone_takes_the_offer_in_only_when_it_has_rung() -> None:
    assert act(asked=ASKED) is Act.LOOK
    assert act(asked=replace(ASKED, rung_at=NOON)) is Act.RECEIVE
    assert act(asked=replace(ASKED, rung_at=NOON, seen_at=NOON)) is Act.ACCEPT


def test_who_is_patient_meets_a_no_a_silence_and_a_phone_that_is_off_and_then_a_yes() -> None:
    answers = [answer_of(replace(SCENE, plot=Plot.PATIENCE), number) for number in range(1, 5)]
    assert answers == [Answer.NO, Answer.SILENCE, Answer.PHONE_OFF, Answer.YES]
    seen = replace(ASKED, rung_at=NOON, seen_at=NOON)
    assert act(plot=Plot.PATIENCE, asked=seen) is Act.DECLINE
    assert act(plot=Plot.PATIENCE, asked=replace(seen, number=2)) is None
    assert act(plot=Plot.PATIENCE, asked=replace(ASKED, number=3, rung_at=NOON)) is None


def test_a_helper_sets_out_in_time_and_a_late_one_after_the_window() -> None:
    held = replace(SCENE, stage=Stage.CONFIRMED, held=HELD)
    in_time, late = next_intent(held), next_intent(replace(held, plot=Plot.LATE))
    assert in_time
    assert late
    assert in_time.at == IN_THREE_DAYS - timedelta(minutes=15)
    assert late.at == IN_THREE_DAYS + timedelta(minutes=35)


def test_who_goes_silent_does_nothing_and_who_drops_out_says_so() -> None:
    assert act(stage=Stage.ACCEPTED, plot=Plot.SILENT, held=HELD) is None
    assert act(stage=Stage.CONTACTED, plot=Plot.REPLACEMENT, held=HELD) is Act.DROP_OUT
    assert act(stage=Stage.CONTACTED, plot=Plot.REPLACEMENT, held=replace(HELD, number=2)) is Act.CONFIRM


def test_the_customers_part_is_played_only_where_it_is_given_away() -> None:
    assert act(stage=Stage.DONE) is None
    assert act(stage=Stage.DONE, plays_customer=True) is Act.SIGN_OFF
    assert act(stage=Stage.CHARGED, plays_customer=True) is Act.RATE
    assert act(stage=Stage.CHARGED, plays_customer=True, is_rated=True) is None


@given(seed=st.text(max_size=20), number=st.integers(UNCERTAIN + 1, 50))
def test_whatever_the_dice_say_the_same_scene_goes_the_same_way_and_ends(seed: str, number: int) -> None:
    scene = replace(SCENE, seed=seed, plot=Plot.CHANCE, asked=replace(ASKED, rung_at=NOON, seen_at=NOON))
    assert next_intent(scene) == next_intent(scene)
    assert answer_of(scene, number) is Answer.YES
    assert manner_of(scene, 2) is Manner.STEADY

"""The table of life has no dead end, no deadline that is over when it begins, and no path that leaves rows astray."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_policy, a_requested_call, by, by_helper
from tests.story import EVIDENCE, bank_runs, books_balance, clock_runs, fresh

from mila.booking import queries as booking
from mila.booking import times
from mila.booking.models import AssignmentState, Offer, OfferMode, SearchState, ServiceCall, Stage
from mila.booking.models.assignments import WAITING
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.grammar import Moments, Step
from mila.journey.lifecycle import LIFE
from mila.kernel.occasion import Who
from mila.kernel.refusal import Refusal
from mila.partners.models import Mode
from mila.payments import queries as payments
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.rules import Cause

NOT_ENDS = [stage for stage in Stage if stage not in LIFE.ends]
HELD = {
    Stage.ACCEPTED,
    Stage.CONTACTED,
    Stage.CONFIRMED,
    Stage.PAUSED,
    Stage.ON_THE_WAY,
    Stage.ARRIVED,
    Stage.WORKING,
    Stage.DONE,
}
OTHER_DAY = timedelta(days=1)
WITH_HELPER = (Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED)
CODES = ("introduce", "tutorial", "tidy_up")
NOBODY_S = {Stage.DRAFTED, Stage.REQUESTED, Stage.PAUSED, Stage.ON_THE_WAY, Stage.CHARGED, *WITH_HELPER}
MAY_BE_SOUGHT = {Stage.REQUESTED, Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED}


def ways_out(stage: Stage) -> Iterator[tuple[Step, Stage]]:
    for step in LIFE.steps:
        if stage in step.at:
            yield from ((step, leads_to) for leads_to in step.stages_after() if leads_to != stage)


@pytest.mark.parametrize("stage", NOT_ENDS)
def test_the_clock_or_the_desk_can_end_every_stay(stage: Stage) -> None:
    leavers = {who for step, _ in ways_out(stage) for who in step.by}
    assert leavers & {Who.CLOCK, Who.DESK}


@pytest.mark.parametrize("stage", NOT_ENDS)
def test_every_stage_has_a_way_to_an_end(stage: Stage) -> None:
    seen, ahead = set[Stage](), {stage}
    while ahead:
        seen |= ahead
        ahead = {leads_to for one in ahead for _, leads_to in ways_out(one)} - seen
    assert seen & set(LIFE.ends)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_but_the_first_is_reached_by_a_step_and_ends_are_left_by_none(stage: Stage) -> None:
    reached = any(stage in step.stages_after() for step in LIFE.steps)
    assert reached or stage == LIFE.begins
    assert list(ways_out(stage)) == [] or stage not in LIFE.ends


@given(
    to_visit=st.none() | st.integers(min_value=1, max_value=40 * 24 * 60),
    window=st.sampled_from([0, 30, 120, 480]),
    brand_pays=st.booleans(),
)
@settings(derandomize=True)
def test_no_deadline_is_over_when_it_begins_to_run(to_visit: int | None, window: int, *, brand_pays: bool) -> None:
    visit_at = NOON + timedelta(minutes=to_visit) if to_visit else None
    ends = visit_at + timedelta(minutes=window) if visit_at else None
    moments = Moments(NOON, visit_at, ends, brand_pays)
    for step in LIFE.steps:
        due = step.due(moments) if step.due and not step.reminder else None
        assert due is None or due > NOON or (step.name, brand_pays) == ("bill_brand", True), step.name
        for stage in step.at:
            found = LIFE.next_due(stage, moments, ())
            assert found is None or found[1] > NOON or found[0] == "bill_brand"


Tap = tuple[str, int, int]
PASSES = st.sampled_from([0, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 3 * 24 * 3600])
NAMES = (
    "clock", "clock", "clock", "bank", "accept", "accept", "accept", "decline", "see", "withdraw", "contact", "contact",
    "confirm", "set_out", "arrive", "badge", "begin_work", "closed", "leave", "absent",
    "tick", "finish", "object", "sign_off", "rate", "cancel", "drop_out",
    "ask_time", "ask_time", "agree_time", "refuse_time", "keep_time", "seek_time", "take_time_back", "go_unsecured",
    "assign", "take_away", "search_anew", "write_off", "cancel_by_desk",
    "seek_replacement", "keep_helper", "raise_bonus", "propose_other_times",
)  # fmt: skip
TAPS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 2), PASSES), min_size=10, max_size=25)
# Along the usual way first, so that the walks get far enough to go astray late, too.
USUAL: tuple[Tap, ...] = (
    ("clock", 0, 0), ("see", 0, 0), ("accept", 0, 10), ("contact", 0, 600), ("confirm", 0, 0), ("day", 0, 0),
    ("set_out", 0, 0), ("arrive", 0, 600), ("badge", 0, 10), ("begin_work", 0, 60), ("tick", 0, 600), ("finish", 0, 0),
    ("sign_off", 0, 60), ("bank", 0, 60), ("clock", 0, 3 * 24 * 3600 + 60),
)  # fmt: skip


@dataclass(frozen=True)
class Weather:
    """Under what a walk goes: how is asked, for when, and whether somebody is wished for by name."""

    mode: Mode
    asap: bool
    wished_for: int | None


WEATHERS = st.builds(Weather, st.sampled_from(Mode), st.booleans(), st.sampled_from([None, None, 1]))


@pytest.mark.django_db
@given(usual=st.integers(0, len(USUAL)), taps=TAPS, weather=WEATHERS)
@example(usual=3, taps=[("clock", 0, 3 * 24 * 3600)], weather=Weather(Mode.WAVE, asap=False, wished_for=None))
@example(usual=0, taps=[("clock", 0, 0), ("accept", 1, 9)], weather=Weather(Mode.ROUND, asap=False, wished_for=None))
@example(usual=0, taps=[("assign", 2, 0)], weather=Weather(Mode.MANUAL, asap=True, wished_for=1))
@settings(derandomize=True, deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
def test_whatever_people_tap_the_rows_agree(usual: int, taps: list[Tap], weather: Weather) -> None:
    with transaction.atomic():
        walk([*USUAL[:usual], *taps], weather)
        transaction.set_rollback(True)


def walk(taps: list[Tap], weather: Weather) -> None:
    people = [a_helper("Luca", level=5), a_helper("Mia", level=4), a_helper("Noe", level=3)]
    a_helper("Low", level=1)
    a_helper("Far", at=(46.2044, 6.1432))
    Helper.objects.update(available_until=NOON + timedelta(days=60))
    a_policy(mode=weather.mode, wave_size=2, bonus_step=500, bonus_most=1000)
    wished_for = people[weather.wished_for].id if weather.wished_for else None
    call = a_requested_call(starts_at=None if weather.asap else IN_THREE_DAYS, preferred_helper=wished_for)
    rival = a_requested_call(starts_at=IN_THREE_DAYS + timedelta(hours=1))
    at = NOON
    for name, who, seconds in taps:
        at = max(at, IN_THREE_DAYS) if name == "day" else at + timedelta(seconds=seconds)
        elsewhere = rows_of(rival) if name == "decline" else None
        with transaction.atomic():
            try:
                tap(name, call, people[who], at)
            except Refusal:
                transaction.set_rollback(True)
        assert elsewhere in (None, rows_of(rival))  # a no changes nothing but its own call
        rows_agree(call)
    for days in range(60, 66):  # a yes that was waited for may win as late as on the first of them
        clock_runs(at + timedelta(days=days))
    for one in (call, rival):
        rows_agree(one)
        assert fresh(one).stage not in NOBODY_S, "somebody waits for ever"


def rows_of(call: ServiceCall) -> list[object]:
    """Return what another call must not notice: its stage, its search and offers, and everybody's standing."""
    return [
        fresh(call).stage,
        list(call.searches.order_by("pk").values()),
        list(call.offers.order_by("pk").values()),
        list(Helper.objects.order_by("pk").values()),
    ]


def nobody_is_asked_twice_at_once(call: ServiceCall) -> None:
    """Hold what is true of offers in every mode: whoever is asked fits, is asked once, and alone where exclusively."""
    waiting = call.offers.filter(state__in=WAITING)
    assert not waiting.filter(mode=OfferMode.EXCLUSIVE).exists() or waiting.count() == 1
    assert waiting.count() <= 2  # a wave of two
    everywhere = Offer.objects.filter(state__in=WAITING).values_list("helper", flat=True)
    assert len(everywhere) == len(set(everywhere))
    assert not call.offers.filter(helper__first_name__in=["Low", "Far"]).exists()


def tap(name: str, call: ServiceCall, helper: Helper, at: datetime) -> None:
    mine, desk, customer = by_helper(helper, at), by(Who.DESK, at), by(Who.CUSTOMER, at)
    offer = Offer.objects.filter(call=call, helper=helper).order_by("-made_at", "-id").first()
    key = offer.key if offer else "none"
    causes = [cause for cause in Cause if cause is not Cause.CLIENT_ABSENT]
    taps: dict[str, Callable[[], object]] = {
        "clock": lambda: clock_runs(at),
        "day": lambda: None,
        "bank": lambda: bank_runs(at),
        "see": lambda: journey.acknowledge(offer_key=key, now=mine),
        "accept": lambda: journey.accept(offer_key=key, now=mine),
        "decline": lambda: journey.decline(offer_key=key, reason="far", now=mine),
        "withdraw": lambda: journey.withdraw_yes(offer_key=key, now=mine),
        "contact": lambda: journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=mine),
        "badge": lambda: journey.show_badge(call_id=call.id, now=mine),
        "closed": lambda: journey.nobody_opens(call_id=call.id, now=mine),
        "leave": lambda: journey.check_out(call_id=call.id, cause=causes[at.minute % len(causes)], words="…", now=mine),
        "absent": lambda: journey.check_out(call_id=call.id, cause=Cause.CLIENT_ABSENT, words="", now=mine),
        "tick": lambda: [journey.tick(call_id=call.id, code=code, now=mine) for code in CODES],
        "drop_out": lambda: journey.drop_out(call_id=call.id, reason="ill", now=mine),
        "object": lambda: journey.object_to(call_id=call.id, words="It does not work.", now=customer),
        "sign_off": lambda: sign_off(call, at),
        "rate": lambda: journey.rate(call_id=call.id, stars=4, axes={}, text="", now=customer),
        "cancel": lambda: cancel(call, at),
        "assign": lambda: journey.assign_by_desk(call_id=call.id, helper_id=helper.id, reason="", now=desk),
        "take_away": lambda: journey.take_away(call_id=call.id, reason="", now=desk),
        "search_anew": lambda: journey.search_anew(call_id=call.id, reason="", now=desk),
        "ask_time": lambda: journey.ask_for_time(call_id=call.id, starts_at=IN_THREE_DAYS + OTHER_DAY, now=customer),
        "agree_time": lambda: journey.agree_to_time(call_id=call.id, now=mine),
        "refuse_time": lambda: journey.refuse_time(call_id=call.id, now=mine),
        "keep_time": lambda: journey.keep_time(call_id=call.id, now=customer),
        "seek_time": lambda: journey.seek_at_time(call_id=call.id, now=customer),
        "take_time_back": lambda: journey.withdraw_time(call_id=call.id, now=customer),
        "go_unsecured": lambda: journey.go_unsecured(call_id=call.id, now=mine),
        "seek_replacement": lambda: journey.seek_replacement(call_id=call.id, now=desk),
        "keep_helper": lambda: journey.keep_helper(call_id=call.id, now=desk),
        "raise_bonus": lambda: journey.raise_bonus(call_id=call.id, upto=500, now=desk),
        "propose_other_times": lambda: journey.propose_other_times(call_id=call.id, now=desk),
        "write_off": lambda: journey.write_off(call_id=call.id, reason="", now=desk),
        "cancel_by_desk": lambda: journey.cancel_by_desk(call_id=call.id, reason="", now=desk),
    }
    for step in ("confirm", "set_out", "arrive", "begin_work", "finish"):
        taps[step] = partial(getattr(journey, step), call_id=call.id, now=mine)
    taps[name]()


def sign_off(call: ServiceCall, at: datetime) -> None:
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, at))
    journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=by(Who.CUSTOMER, at))


def cancel(call: ServiceCall, at: datetime) -> None:
    code = make_code(call=call, purpose=CodePurpose.CANCEL, sent_to="mail", now=by(Who.CUSTOMER, at))
    cost = payments.cancellation_cost(fresh(call), at).cost.minor
    journey.cancel(call_id=call.id, shown_cost=cost, code=code, now=by(Who.CUSTOMER, at))


def assert_one_time_binds(call: ServiceCall) -> None:
    held = booking.active_assignment(call)
    if held is not None:
        assert (held.period.lower if held.period else None) == call.visit_starts_at
    assert times.open_proposal(call) is None or call.stage in WITH_HELPER


def rows_agree(call: ServiceCall) -> None:
    call = fresh(call)
    stage, search = Stage(call.stage), booking.running_search(call)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    assert call.assignments.filter(state=AssignmentState.ACTIVE).count() == (stage in HELD), stage
    nobody_is_asked_twice_at_once(call)
    assert search is None or stage in MAY_BE_SOUGHT, stage
    assert search is not None or stage != Stage.REQUESTED
    assert search is not None or not call.offers.filter(due_at__isnull=False).exists()
    assert call.searches.filter(state=SearchState.RUNNING).count() <= 1
    assert bool(call.due_step) == (call.due_at is not None)
    assert not call.due_step or LIFE.step(call.due_step, stage) is not None
    assert stage not in LIFE.ends or call.due_at is None
    assert_one_time_binds(call)
    numbers = list(call.diary.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert books_balance()
    assert sum(payments.trial_balance().values()) == 0

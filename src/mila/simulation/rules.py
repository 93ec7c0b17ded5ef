"""What somebody simulated does next, and when: given the scene, a pure decision by the plot and by seeded dice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from mila.booking.models import Stage
from mila.sites.demo.models import Plot


class Act(StrEnum):
    """The acts of helpers and customers, each of them a verb of the journey; `LOOK` only looks again."""

    LOOK = "look"
    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    TRY_TO_CALL = "try_to_call"
    CONTACT = "contact"
    CONFIRM = "confirm"
    DROP_OUT = "drop_out"
    SET_OUT = "set_out"
    ARRIVE = "arrive"
    BEGIN_WORK = "begin_work"
    TICK = "tick"
    FINISH = "finish"
    SIGN_OFF = "sign_off"
    RATE = "rate"


class Answer(StrEnum):
    """What comes of an offer: yes, no, silence, or a phone that is off."""

    YES = "yes"
    NO = "no"
    SILENCE = "silence"
    PHONE_OFF = "phone_off"


class Manner(StrEnum):
    """How a helper goes about a visit."""

    STEADY = "steady"
    SILENT = "silent"
    DROPS_OUT = "drops_out"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Asked:
    """An exclusive offer to a simulated helper; `number` counts those asked for the call, from 1.

    `rung_at` is when the device was rung (None: not yet, or it has none), `seen_at` when it took the offer in.
    """

    number: int
    made_at: datetime
    has_device: bool
    rung_at: datetime | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """The promise of a simulated helper; `number` counts those who held the call, from 1; travel in minutes."""

    number: int
    travel_minutes: int
    attempts: int
    steps_done: int
    steps_open: int
    last_step_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scene:
    """A call as the simulation sees it; `asked` and `held` only where the helper is played. `minutes`: of work."""

    seed: str
    plot: Plot
    now: datetime
    stage: Stage
    since: datetime
    visit_at: datetime | None
    window_ends_at: datetime | None
    minutes: int
    asked: Asked | None
    held: Held | None
    plays_customer: bool
    is_rated: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done at a time."""

    act: Act
    at: datetime


ANSWERS: Mapping[Plot, tuple[Answer, ...]] = {
    Plot.PATIENCE: (Answer.NO, Answer.SILENCE, Answer.PHONE_OFF),
    Plot.LATE: (Answer.YES, Answer.SILENCE, Answer.SILENCE, Answer.SILENCE),  # asked while the late one gets going
}
MANNERS: Mapping[Plot, tuple[Manner, ...]] = {
    Plot.REPLACEMENT: (Manner.DROPS_OUT,),
    Plot.SILENT: (Manner.SILENT,),
    Plot.LATE: (Manner.LATE,),
}
CHANCES_OF_ANSWER = {Answer.YES: 60, Answer.NO: 22, Answer.SILENCE: 12, Answer.PHONE_OFF: 6}
CHANCES_OF_MANNER = {Manner.STEADY: 76, Manner.LATE: 12, Manner.DROPS_OUT: 7, Manner.SILENT: 5}
UNCERTAIN = 5  # after so many were asked, the next one says yes: a demonstration comes to its end
NO_ANSWER_IN = 4  # one in four clients does not pick up at first
REASONS = ("no_time", "no_time", "too_far", "not_my_field", "pay")


def next_intent(scene: Scene) -> Intent | None:
    """Return what is done next about the call by anybody simulated; None where nobody has anything to do."""
    found = [one for one in (_answering(scene), _visiting(scene), _as_customer(scene)) if one is not None]
    return min(found, key=lambda intent: intent.at, default=None)


def answer_of(scene: Scene, number: int) -> Answer:
    """Return what the helper asked as the number-th answers, by the plot or by the dice."""
    given = ANSWERS.get(scene.plot, ())
    if number <= len(given):
        return given[number - 1]
    if scene.plot is not Plot.CHANCE or number > UNCERTAIN:
        return Answer.YES
    return _dice(scene, "answer", number).choices(list(CHANCES_OF_ANSWER), list(CHANCES_OF_ANSWER.values()))[0]


def manner_of(scene: Scene, number: int) -> Manner:
    """Return how the number-th holder of the call goes about it, by the plot or by the dice."""
    given = MANNERS.get(scene.plot, ())
    if number <= len(given):
        return given[number - 1]
    if scene.plot is not Plot.CHANCE or number > 1:
        return Manner.STEADY
    return _dice(scene, "manner", number).choices(list(CHANCES_OF_MANNER), list(CHANCES_OF_MANNER.values()))[0]


def reason_of(scene: Scene) -> str:
    """Return why the helper who is asked declines."""
    return _dice(scene, "reason", scene.asked.number if scene.asked else 0).choice(REASONS)


def stars_of(scene: Scene) -> int:
    """Return how many stars the played customer gives."""
    return _dice(scene, "stars", 0).choice((5, 5, 5, 4, 4, 3))


def _answering(scene: Scene) -> Intent | None:
    asked = scene.asked
    if asked is None:
        return None
    answer = answer_of(scene, asked.number)
    if asked.seen_at is None:
        return None if answer is Answer.PHONE_OFF else _receiving(scene, asked)
    thought = asked.seen_at + timedelta(seconds=_between(scene, "thought", 8, 24))
    if answer is Answer.YES:
        return Intent(Act.ACCEPT, thought)
    return Intent(Act.DECLINE, thought) if answer is Answer.NO else None


def _receiving(scene: Scene, asked: Asked) -> Intent:
    if asked.rung_at is not None:
        return Intent(Act.RECEIVE, asked.rung_at + timedelta(seconds=1))
    if asked.has_device:  # the push is still on its way
        return Intent(Act.LOOK, scene.now + timedelta(seconds=1))
    return Intent(Act.RECEIVE, asked.made_at + timedelta(seconds=_between(scene, "look", 3, 8)))


def _visiting(scene: Scene) -> Intent | None:
    held = scene.held
    if held is None:
        return None
    manner = manner_of(scene, held.number)
    match scene.stage:
        case Stage.ACCEPTED:
            return None if manner is Manner.SILENT else _calling(scene, held)
        case Stage.CONTACTED:
            return Intent(Act.DROP_OUT if manner is Manner.DROPS_OUT else Act.CONFIRM, _day_before(scene))
        case Stage.CONFIRMED if manner is Manner.DROPS_OUT:
            return Intent(Act.DROP_OUT, _soon(scene, 3, 6))
        case Stage.CONFIRMED:
            return _setting_out(scene, held, manner)
        case _:
            return _at_work(scene, held, manner)


def _calling(scene: Scene, held: Held) -> Intent:
    if not held.attempts:
        misses = scene.plot is Plot.CHANCE and _dice(scene, "picks up", held.number).randrange(NO_ANSWER_IN) == 0
        return Intent(Act.TRY_TO_CALL if misses else Act.CONTACT, _soon(scene, 2, 5))
    return Intent(Act.CONTACT, _soon(scene, 8, 12))


def _day_before(scene: Scene) -> datetime:
    soon = _soon(scene, 4, 8)
    return max(soon, scene.visit_at - timedelta(hours=30)) if scene.visit_at else soon


def _setting_out(scene: Scene, held: Held, manner: Manner) -> Intent | None:
    if scene.visit_at is None or scene.window_ends_at is None:
        return None
    if manner is Manner.LATE:
        return Intent(Act.SET_OUT, scene.window_ends_at + timedelta(minutes=5))
    return Intent(Act.SET_OUT, max(_soon(scene, 1, 2), scene.visit_at - timedelta(minutes=held.travel_minutes)))


def _at_work(scene: Scene, held: Held, manner: Manner) -> Intent | None:
    match scene.stage:
        case Stage.ON_THE_WAY:
            delay = 8 if manner is Manner.LATE else 0
            return Intent(Act.ARRIVE, scene.since + timedelta(minutes=max(2, held.travel_minutes) + delay))
        case Stage.ARRIVED:
            return Intent(Act.BEGIN_WORK, _soon(scene, 2, 3))
        case Stage.WORKING if held.steps_open:
            pause = timedelta(minutes=scene.minutes) / (held.steps_done + held.steps_open + 1)
            return Intent(Act.TICK, max(scene.since, held.last_step_at or scene.since) + pause)
        case Stage.WORKING:
            return Intent(Act.FINISH, (held.last_step_at or scene.since) + timedelta(minutes=2))
        case _:
            return None


def _as_customer(scene: Scene) -> Intent | None:
    if not scene.plays_customer:
        return None
    if scene.stage is Stage.DONE:
        return Intent(Act.SIGN_OFF, _soon(scene, 2, 5))
    if scene.stage in (Stage.SIGNED_OFF, Stage.CHARGED) and not scene.is_rated:
        return Intent(Act.RATE, _soon(scene, 2, 6))
    return None


def _soon(scene: Scene, least: int, most: int) -> datetime:
    """Return a moment so many minutes after the call has come to where it stands."""
    return scene.since + timedelta(seconds=_between(scene, scene.stage, least * 60, most * 60))


def _between(scene: Scene, what: str, least: int, most: int) -> int:
    number = scene.asked.number if scene.asked else scene.held.number if scene.held else 0
    return _dice(scene, what, number).randint(least, most)


def _dice(scene: Scene, what: str, number: int) -> Random:
    return Random(f"{scene.seed}:{what}:{number}")  # noqa: S311 - the same story at every look is the point

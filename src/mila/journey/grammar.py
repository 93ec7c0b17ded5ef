"""The words in which the life of a call is written: steps, and deadlines as functions of time points."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mila.booking.models import ServiceCall, Stage
from mila.kernel.occasion import Occasion, Who


@dataclass(frozen=True, slots=True)
class Moments:
    """The time points that deadlines are counted from (UTC).

    `entered_at`: when the call entered its stage; `visit_at` and `window_ends_at`: the arrival window, None while the
    time is open; `brand_pays`: whether the brand pays by monthly invoice; `is_unsecured`: whether the last hold on
    the customer's means failed; `has_objected`: whether the customer said that something is not right; `goes_anyway`:
    whether the helper goes although no money is held.
    """

    entered_at: datetime
    visit_at: datetime | None
    window_ends_at: datetime | None
    brand_pays: bool
    is_unsecured: bool = False
    has_objected: bool = False
    goes_anyway: bool = False


Deadline = Callable[[Moments], datetime | None]
Condition = Callable[[ServiceCall, Occasion], None]
Effect = Callable[[ServiceCall, Occasion], None]
Route = Callable[[ServiceCall, Occasion], Stage]


def after(*, days: int = 0, hours: int = 0, minutes: int = 0) -> Deadline:
    """Return the deadline that lies this long after entering the stage."""
    span = timedelta(days=days, hours=hours, minutes=minutes)
    return lambda moments: moments.entered_at + span


def before_visit(*, hours: int = 0, minutes: int = 0) -> Deadline:
    """Return the deadline that lies this long before the visit; never, while the time is open."""
    span = timedelta(hours=hours, minutes=minutes)
    return lambda moments: moments.visit_at - span if moments.visit_at else None


def after_arrival_window(*, hours: int = 0, minutes: int = 0) -> Deadline:
    """Return the deadline that lies this long after the end of the arrival window."""
    span = timedelta(hours=hours, minutes=minutes)
    return lambda moments: moments.window_ends_at + span if moments.window_ends_at else None


def while_time_is_open(deadline: Deadline) -> Deadline:
    """Return the deadline for as long as no time is agreed."""
    return lambda moments: None if moments.visit_at else deadline(moments)


def where_brand_pays(deadline: Deadline) -> Deadline:
    """Return the deadline for calls that the brand pays."""
    return lambda moments: deadline(moments) if moments.brand_pays else None


def part_way_to_visit(parts: int) -> Deadline:
    """Return the deadline after one of so many equal parts of the time between entering the stage and the visit."""

    def part_way(moments: Moments) -> datetime | None:
        if moments.visit_at is None:
            return None
        return moments.entered_at + (moments.visit_at - moments.entered_at) / parts

    return part_way


def halfway_to_visit() -> Deadline:
    """Return the deadline in the middle between entering the stage and the visit."""
    return part_way_to_visit(2)


def while_unsecured(deadline: Deadline) -> Deadline:
    """Return the deadline for as long as no money is held because the last hold failed."""
    return lambda moments: deadline(moments) if moments.is_unsecured else None


def unless_helper_goes(deadline: Deadline) -> Deadline:
    """Return the deadline for as long as the helper has not chosen to go although no money is held."""
    return lambda moments: None if moments.goes_anyway else deadline(moments)


def unless_objected(deadline: Deadline) -> Deadline:
    """Return the deadline for as long as the customer has not objected: after that, silence means nothing."""
    return lambda moments: None if moments.has_objected else deadline(moments)


def sooner(*deadlines: Deadline) -> Deadline:
    """Return the earliest of the deadlines that there are."""
    return lambda moments: min(_those_that_are(deadlines, moments), default=None)


def later(*deadlines: Deadline) -> Deadline:
    """Return the latest of the deadlines that there are."""
    return lambda moments: max(_those_that_are(deadlines, moments), default=None)


def _those_that_are(deadlines: Iterable[Deadline], moments: Moments) -> list[datetime]:
    return [found for deadline in deadlines if (found := deadline(moments)) is not None]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table.

    Taken by `by` while the call is at one of `at`, it leads `to` a stage (or where a route decides; None stays), if
    every `only_if` holds; `then` follows in order, in the same transaction. A step with `due` is taken by the clock
    at that time, once per stay in a stage; a `reminder` whose time is over when the stage is entered is left out.
    `anew` lets a step that leads into its own stage start the stay, and so its deadlines, again.
    """

    name: str
    by: tuple[Who, ...]
    at: tuple[Stage, ...]
    to: Stage | Route | None
    due: Deadline | None = None
    reminder: bool = False
    anew: bool = False
    only_if: tuple[Condition, ...] = ()
    then: tuple[Effect, ...] = ()
    may_lead_to: tuple[Stage, ...] = ()

    def stages_after(self) -> tuple[Stage, ...]:
        """Return the stages to which the step can lead."""
        return (self.to,) if isinstance(self.to, Stage) else self.may_lead_to


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The table of steps, from the stage where calls begin to those where they end."""

    begins: Stage
    ends: tuple[Stage, ...]
    steps: tuple[Step, ...]
    _by_name: Mapping[tuple[str, Stage], Step] = field(init=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, Stage], Step] = {}
        for step in self.steps:
            for stage in step.at:
                if (step.name, stage) in index:
                    raise ValueError(f"two steps {step.name} at {stage}")
                index[step.name, stage] = step
        object.__setattr__(self, "_by_name", index)

    def step(self, name: str, stage: Stage) -> Step | None:
        """Return the step of the name that can be taken at the stage, if there is one."""
        return self._by_name.get((name, stage))

    def knows(self, name: str) -> bool:
        """Tell whether the table has a step of the name at any stage."""
        return any(step.name == name for step in self.steps)

    def next_due(self, stage: Stage, moments: Moments, taken: Iterable[str]) -> tuple[str, datetime] | None:
        """Return the clock's next step at the stage and when it is due; the sooner wins, then the table's order."""
        done = set(taken)
        open_steps = [
            (due, number, step.name)
            for number, step in enumerate(self.steps)
            if stage in step.at and step.name not in done and (due := _due(step, moments)) is not None
        ]
        if not open_steps:
            return None
        due, _, name = min(open_steps)
        return name, due


def _due(step: Step, moments: Moments) -> datetime | None:
    due = step.due(moments) if step.due else None
    if due is not None and step.reminder and due <= moments.entered_at:
        return None
    return due

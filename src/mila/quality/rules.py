"""What counts for and against a helper, and what does not; and how recommendations are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

ASKED_AFTER = timedelta(hours=2)  # product: NPS two hours later
PROMOTERS_FROM, DETRACTORS_TO = 9, 6
IN_95_OF_100 = 1.96  # standard errors

ON_TIME = timedelta(minutes=15)  # product: a visit is on time up to 15 minutes after its window
LATE, FAILED = 1, 2  # halves of a fault


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise that is over: whether it was kept, when the window ended, when the helper arrived, where known."""

    kept: bool
    window_ends_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conduct:
    """A helper's last promises: how many, and how many halves of a fault were the helper's own."""

    promises: int = 0
    faults: int = 0


def fault(promise: Promise) -> int:
    """Return the halves of a fault: one for coming late, two for dropping out or not coming."""
    if not promise.kept:
        return FAILED
    late = (
        promise.window_ends_at is not None
        and promise.arrived_at is not None
        and promise.arrived_at > promise.window_ends_at + ON_TIME
    )
    return LATE if late else 0


def conduct(promises: Iterable[Promise]) -> Conduct:
    """Return the sum over the promises."""
    each = [fault(one) for one in promises]
    return Conduct(len(each), sum(each))


@dataclass(frozen=True, slots=True)
class Promoters:
    """How many of so many answers recommend the brand (9, 10), and how many do not (0 to 6)."""

    answers: int
    promoters: int
    detractors: int

    @property
    def score(self) -> float | None:
        """The net promoter score, −100 to 100: the share of promoters minus that of detractors; None without any."""
        return 100 * (self.promoters - self.detractors) / self.answers if self.answers else None

    @property
    def range(self) -> tuple[float, float] | None:
        """Between what the score lies in 95 of 100 cases, never beyond ±100; None without any answers.

        Three answers that say nothing are added (adjusted Wald), so that a few answers alike do not look certain.
        """
        if not self.answers:
            return None
        answers = self.answers + 3
        net = (self.promoters - self.detractors) / answers
        spread = (self.promoters + self.detractors + 1.5) / answers - net * net
        off = IN_95_OF_100 * sqrt(max(spread, 0) / answers)
        return max(100 * (net - off), -100.0), min(100 * (net + off), 100.0)

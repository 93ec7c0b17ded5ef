"""What counts for and against a helper, and what does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

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

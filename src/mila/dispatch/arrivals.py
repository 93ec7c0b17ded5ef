"""How honest the promised arrivals of calls as soon as possible were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q

from mila.booking.models import Assignment


@dataclass(frozen=True, slots=True)
class Error:
    """Promised against arrived, in minutes late (negative: early), over so many calls."""

    calls: int
    median: int
    p90: int


def arrival_error(*, since: datetime) -> Error | None:
    """Return the error of the arrivals promised since then, None where nobody has arrived yet."""
    arrived = Min("call__diary__at", filter=Q(call__diary__step="arrive", call__diary__at__gte=F("accepted_at")))
    rows = Assignment.objects.filter(promised_at__gte=since).annotate(arrived_at=arrived)
    kept = rows.filter(arrived_at__isnull=False).values_list("promised_at", "arrived_at")
    return error_of([round((at - promised).total_seconds() / 60) for promised, at in kept if promised])


def error_of(minutes: Sequence[int]) -> Error | None:
    """Return the median and the 90th percentile (nearest rank) of the minutes late."""
    if not minutes:
        return None
    ordered = sorted(minutes)
    return Error(len(ordered), _nearest_rank(ordered, 50), _nearest_rank(ordered, 90))


def _nearest_rank(ordered: Sequence[int], percent: int) -> int:
    return ordered[-(-len(ordered) * percent // 100) - 1]

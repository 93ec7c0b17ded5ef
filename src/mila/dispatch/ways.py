"""Ways with a stop at a branch: how long they take, and whether the branch is open in time: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mila.kernel.periods import Period
from mila.kernel.place import Point, Transport, distance_km, travel_minutes

HAND_OUT_MINUTES = 10  # at the counter: ID card, code, loading


@dataclass(frozen=True, slots=True)
class Via:
    """A branch at which something is picked up on the way, with when it is open."""

    point: Point
    openings: tuple[Period, ...] = ()

    def is_in_time(self, start: datetime, to: Point, *, at: datetime) -> bool:
        """Tell whether it can be fetched from `at` on, and brought to a visit that begins then, by car."""
        minutes = HAND_OUT_MINUTES + travel_minutes(distance_km(self.point, to), Transport.CAR)
        latest = start - timedelta(minutes=minutes)
        return any(max(opening.start, at) <= min(latest, opening.end) for opening in self.openings)


def minutes_to(start: Point, to: Point, transport: Transport, *, via: Point | None = None, accuracy_m: int = 0) -> int:
    """Return the minutes on the road, with the stop at the branch where there is one."""
    if via is None:
        return travel_minutes(distance_km(start, to), transport, accuracy_m=accuracy_m)
    onward = travel_minutes(distance_km(via, to), transport, accuracy_m=accuracy_m)
    return travel_minutes(distance_km(start, via), transport) + HAND_OUT_MINUTES + onward

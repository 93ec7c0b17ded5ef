"""Stretches of time: half open, from the start up to but without the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time with an aware start and end; never empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two share a moment; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Period") -> bool:
        """Tell whether the other lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def widened(self, *, before: timedelta, after: timedelta) -> "Period":
        """Return the period with room added on both sides."""
        return Period(self.start - before, self.end + after)


def merged(periods: list[Period]) -> list[Period]:
    """Return the periods in order, with overlapping and touching ones joined."""
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined

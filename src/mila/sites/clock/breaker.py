"""Leaves a firm that is away alone for a while, so that waiting for it costs nobody else anything."""

from datetime import datetime, timedelta

FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(seconds=30)


class Breaker:
    """Lines to firms by name: one that was away rests, twice as long each time, until it answers again.

    Each process finds out for itself; what it knows may be lost.
    """

    def __init__(self) -> None:
        self._rests: dict[str, tuple[datetime, timedelta]] = {}

    def note(self, line: str, at: datetime, *, is_away: bool) -> None:
        """Note whether a line was answered."""
        if not is_away:
            self._rests.pop(line, None)
            return
        _until, last = self._rests.get(line, (at, FIRST_REST / 2))
        rest = min(last * 2, LONGEST_REST)
        self._rests[line] = (at + rest, rest)

    def resting(self, at: datetime) -> frozenset[str]:
        """Return the lines that are left alone now."""
        return frozenset(line for line, (until, _rest) in self._rests.items() if at < until)

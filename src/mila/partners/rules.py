"""What a key looks like, and when a branch is open."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mila.kernel.ids import new_key
from mila.kernel.periods import Period

HINT_LENGTH = 15
DEMONSTRATION_SECRET = "mila_test_demonstration-of-mila-for-everybody"  # noqa: S105 - opens nothing but a demonstration
_SECRET = re.compile(r"mila_(live|test)_[A-Za-z0-9_-]{24,64}")


def new_secret(kind: str) -> str:
    """Return a new secret such as `mila_test_…`: 192 random bits, known by its beginning when it leaks."""
    return f"mila_{kind}_{new_key()}"


def looks_like_a_secret(text: str) -> bool:
    """Tell whether the text has the form of a secret."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; it is random enough to need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


Hours = Mapping[int, Sequence[tuple[time, time]]]  # by weekday, 0 = Monday


def openings(hours: Hours, *, span: Period, zone: ZoneInfo, is_closed: Callable[[date], bool]) -> list[Period]:
    """Return when a branch is open within the span, in order; `is_closed` names its holidays."""
    first, last = span.start.astimezone(zone).date(), span.end.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = [
        Period(max(opens, span.start), min(closes, span.end))
        for day in days
        if not is_closed(day)
        for opens, closes in _of_day(hours, day, zone)
        if opens < span.end and closes > span.start
    ]
    return sorted(found)


def _of_day(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    spans = hours.get(day.weekday(), ())
    return [(datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)) for opens, closes in spans]

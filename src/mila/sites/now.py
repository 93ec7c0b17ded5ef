"""The one place where the house reads the clock; in a demonstration it can be pushed ahead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

FURTHEST = timedelta(days=400)


def now() -> datetime:
    """Return the time at the doors, aware, in UTC."""
    return unpushed() + pushed_by() if settings.DEMONSTRATION else unpushed()


def unpushed() -> datetime:
    """Return the real time, for what a pushed clock must not end: codes of an app, how long somebody was away."""
    return datetime.now(UTC)


def pushed_by() -> timedelta:
    """Return how far the demonstration's clock was pushed ahead of the real one."""
    try:
        return timedelta(seconds=int(_file().read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()


def push(by: timedelta) -> None:
    """Push the demonstration's clock ahead, for all processes at once; never back, and not beyond 400 days."""
    ahead = min(pushed_by() + max(by, timedelta()), FURTHEST)
    new = _file().with_suffix(".new")
    new.write_text(str(int(ahead.total_seconds())))
    new.replace(_file())


def _file() -> Path:
    return settings.STATE / "clock"

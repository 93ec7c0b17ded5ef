"""The one place where the house reads the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time at the doors, aware, in UTC."""
    return datetime.now(UTC)

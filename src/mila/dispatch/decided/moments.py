"""Moments as whole numbers: microseconds since 1970."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
A_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS = 1_000_000
A_MINUTE = 60 * MICROSECONDS
A_DAY = 24 * 60 * A_MINUTE


def microseconds(at: datetime) -> int:
    """Return the microseconds since 1970."""
    return (at - BEGINNING) // A_MICROSECOND


def moment(microseconds_: int) -> datetime:
    """Return the moment so many microseconds after 1970."""
    return BEGINNING + microseconds_ * A_MICROSECOND

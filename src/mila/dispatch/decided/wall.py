"""What the wall clock of a place shows at a moment, in whole seconds: days, and seconds of the week."""

from datetime import UTC
from zoneinfo import ZoneInfo

from mila.dispatch.decided.moments import MICROSECONDS, microseconds, moment

A_WEEK = 7 * 86400
MONDAY = 4 * 86400  # 1 January 1970 was a Thursday
WEEKS = (-A_WEEK, 0, A_WEEK)


def of_week(zone: str, start: int, end: int) -> tuple[int, int]:
    """Return the seconds of the week on the wall clock at which a time begins and ends."""
    place = ZoneInfo(zone)
    monday = monday_of(place, start)
    return _wall(place, start) - monday, _wall(place, end) - monday


def monday_of(zone: ZoneInfo, at: int) -> int:
    """Return when the week of a moment began, in seconds of the wall clock."""
    wall = _wall(zone, at)
    return wall - (wall - MONDAY) % A_WEEK


def _wall(zone: ZoneInfo, at: int) -> int:
    """Return a moment in seconds of the wall clock since 1970."""
    local = moment(at).astimezone(zone).replace(tzinfo=UTC)
    return microseconds(local) // MICROSECONDS


def on_clock(zone: ZoneInfo, wall: int) -> int:
    """Return the moment at which the wall clock shows that."""
    return microseconds(moment(wall * MICROSECONDS).replace(tzinfo=zone))


def day_of(zone: str, at: int) -> int:
    """Return the number of the day on the wall clock."""
    return _wall(ZoneInfo(zone), at) // 86400

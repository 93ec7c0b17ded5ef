"""The arrival windows that a door may offer, and the night: pure, the same for people and programs."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOW_MINUTES = 30
DAYS_AHEAD = 14
FIRST_HOUR, LAST_HOUR = 8, 20
NOTICE = timedelta(hours=2)
FURTHEST = timedelta(days=365)  # a visit that is to be later than this cannot be arranged


def possible_starts(zone: ZoneInfo, at: datetime) -> list[datetime]:
    """Return every start of an arrival window from two hours ahead to the end of the fourteenth day."""
    today = at.astimezone(zone).date()
    hours = [
        datetime.combine(today + timedelta(days=ahead), time(hour), zone)
        for ahead in range(DAYS_AHEAD + 1)
        for hour in range(FIRST_HOUR, LAST_HOUR + 1)
    ]
    return [start.astimezone(at.tzinfo) for start in hours if start >= at + NOTICE]


def night_ends(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime | None:
    """Return when the quiet hours that hold at the time end, None by day; they may lie across midnight."""
    local = at.astimezone(zone)
    across = quiet_from > quiet_until
    clock = local.time()
    is_quiet = (clock >= quiet_from or clock < quiet_until) if across else quiet_from <= clock < quiet_until
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if across and clock >= quiet_from else 0)
    return datetime.combine(day, quiet_until, zone).astimezone(at.tzinfo)

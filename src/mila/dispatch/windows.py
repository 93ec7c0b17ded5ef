"""The arrival windows that a door may offer: pure, the same for people and programs."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOW_MINUTES = 30
DAYS_AHEAD = 14
FIRST_HOUR, LAST_HOUR = 8, 20
NOTICE = timedelta(hours=2)


def possible_starts(zone: ZoneInfo, at: datetime) -> list[datetime]:
    """Return every start of an arrival window from two hours ahead to the end of the fourteenth day."""
    today = at.astimezone(zone).date()
    hours = [
        datetime.combine(today + timedelta(days=ahead), time(hour), zone)
        for ahead in range(DAYS_AHEAD + 1)
        for hour in range(FIRST_HOUR, LAST_HOUR + 1)
    ]
    return [start.astimezone(at.tzinfo) for start in hours if start >= at + NOTICE]

"""Reading a calendar that somebody keeps elsewhere (iCalendar, RFC 5545): fetched with care, bounded in every way."""

from mila.crowd.adapters.calendar.fault import CalendarFault
from mila.crowd.adapters.calendar.line import address_of, fetch
from mila.crowd.adapters.calendar.reading import OWN_UID, busy_times

__all__ = ["OWN_UID", "CalendarFault", "address_of", "busy_times", "fetch"]

"""The country that a page is about: in its time zone times are shown, in its way amounts are written.

A request begins in the country of the installation; pages about a call, a helper or a booking name theirs.
"""

from collections.abc import Callable
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mila.countries.files import FILES

_code: ContextVar[str] = ContextVar("country")


def speak_of(code: str) -> None:
    """Let the rest of this request be about the country."""
    _code.set(code)


def spoken_of() -> str:
    """Return the code of the country that the page is about."""
    return _code.get(settings.MILA_COUNTRY)


def zone_of(code: str) -> ZoneInfo:
    """Return the time zone in which the country's times are shown."""
    return ZoneInfo(FILES[code].zone)


def begins_at_home(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Begin every request in the country of the installation, whatever the one before was about."""

    def answer(request: HttpRequest) -> HttpResponse:
        token = _code.set(settings.MILA_COUNTRY)
        try:
            return get_response(request)
        finally:
            _code.reset(token)

    return answer

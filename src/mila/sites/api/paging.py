"""Pages of a list: an opaque, signed cursor says after which row to go on."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from mila.sites.api.once import said
from mila.sites.api.problems import CursorInvalid

MOST = 200
USUAL = 50
LONGEST_CURSOR = 600
SALT = "mila.api.cursor"

Place = list[str | int]


def cursor_at(of: str, place: Place) -> str:
    """Return the cursor of a row of the list `of`, which names brand and filters."""
    return signing.dumps([of, place], salt=SALT)


def place_of(text: str | None, *, of: str) -> Place | None:
    """Return the row to go on after, None at the start. Refuses what was not made for this list."""
    if text is None:
        return None
    try:
        found_of, place = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as fault:
        raise CursorInvalid from fault
    if found_of != of:
        raise CursorInvalid
    return list(place)


def paged(request: HttpRequest, page: BaseModel, *, next_cursor: str | None, asked: dict[str, str]) -> HttpResponse:
    """Answer a page, with a Link header (RFC 8288) to the next one where there is one."""
    response = said(page)
    if next_cursor:
        query = urlencode({**asked, "cursor": next_cursor})
        response.headers["Link"] = f'<{settings.PUBLIC_URL}{request.path}?{query}>; rel="next"'
    return response


def time_and_id(place: Place) -> tuple[datetime, UUID]:
    """Return the time and the id that a cursor holds. Refuses what holds something else."""
    try:
        at, row = place
        return datetime.fromisoformat(str(at)), UUID(str(row))
    except ValueError as fault:
        raise CursorInvalid from fault


def written(at: datetime) -> str:
    """Return a time as a cursor holds it."""
    return at.isoformat()

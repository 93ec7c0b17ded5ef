"""The queue of calls, with their clocks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.sites import streams
from mila.sites.desk.filters import FILTERS, chips
from mila.sites.desk.frame import frame
from mila.sites.desk.lists import found_by, page_of
from mila.sites.door import DeskRequest, desk_only
from mila.sites.now import now

SEARCH_AT_MOST = 120
MARK_AT_MOST = 80


@require_safe
@desk_only
def home(request: DeskRequest) -> HttpResponse:
    """Show the queue: the calls of one filter, or those that a search finds."""
    stream = streams.address(streams.DESK)
    return render(request, "desk/queue.html", {**frame("home"), **_queue(request), "stream": stream})


@require_safe
@desk_only
def rows(request: DeskRequest) -> HttpResponse:
    """Answer with the filters and rows alone, for the page that looks again every five seconds."""
    return streams.renewed(render(request, "desk/parts/rows.html", _queue(request)), streams.DESK)


def _queue(request: DeskRequest) -> dict[str, object]:
    words = _typed(request, "q", SEARCH_AT_MOST).strip()
    after = _typed(request, "after", MARK_AT_MOST)
    asked = _typed(request, "filter", 20)
    chosen = "" if words else (asked if asked in FILTERS else "attention")
    at = now()
    page = found_by(words=words, after=after, at=at) if words else page_of(filter_key=chosen, after=after, at=at)
    return {"chips": chips(chosen), "page": page, "chosen": chosen, "q": words, "after": after}


def _typed(request: DeskRequest, name: str, at_most: int) -> str:
    # The database takes no NUL in a text.
    return request.GET.get(name, "")[:at_most].replace("\0", "")

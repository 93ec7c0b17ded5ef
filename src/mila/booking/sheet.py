"""What is written about the calls in hand goes on one sheet, and into the tables at the end: a statement a table.

Whoever does the same for many calls at once (the clock, when offers run out together) lays a sheet on them. Lines of
the diary, messages and searches are then gathered; all else is written as ever.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db.models import Max, Model, QuerySet

from mila import written
from mila.booking.models import DiaryEntry, Search, ServiceCall
from mila.worded import worded


class Sheet:
    """Rows that wait to be written about some locked calls."""

    def __init__(self, calls: Sequence[UUID]) -> None:
        self._last: dict[UUID, int] = dict(_last_numbers(list(calls)))
        self._new: dict[type[Model], list[Any]] = {}
        self._searches: dict[UUID, Search] = {}

    def next_number(self, call: UUID) -> int:
        """Return the number of the next line of a call's diary."""
        self._last[call] = self._last.get(call, 0) + 1
        return self._last[call]

    def add(self, row: Model) -> None:
        """Take a new row; of rows with the same key the first is kept."""
        self._new.setdefault(type(row), []).append(row)

    def change(self, search: Search) -> None:
        """Take a search as it will be at the end."""
        self._searches[search.pk] = search

    def write(self) -> None:
        """Write everything."""
        for kind, rows in self._new.items():
            write = written.add if kind is DiaryEntry else written.add_new
            write(rows)
        written.change(list(self._searches.values()))


@contextmanager
def on_one_sheet(calls: Sequence[ServiceCall]) -> Iterator[None]:
    """Gather what the block writes about the locked calls, and write it at its end; nothing where it fails."""
    sheet = Sheet([call.pk for call in calls])
    for call in calls:
        call.__dict__[_LIES] = sheet
    try:
        yield
    finally:
        for call in calls:
            del call.__dict__[_LIES]
    sheet.write()


def sheet_of(call: ServiceCall) -> Sheet | None:
    """Return the sheet that lies on the call, if one does."""
    found: Sheet | None = call.__dict__.get(_LIES)
    return found


def write_search(search: Search) -> None:
    """Write a search: on the sheet that lies on its call, or at once."""
    # A search that was read without its call is not of a call in hand.
    sheet = sheet_of(search.call) if Search.call.is_cached(search) else None
    if sheet:
        sheet.change(search)
    else:
        search.save()


@worded
def _last_numbers(calls: list[UUID]) -> QuerySet[DiaryEntry, tuple[UUID, int]]:
    return DiaryEntry.objects.filter(call__pk__among=calls).values_list("call").annotate(last=Max("number"))


_LIES = "_sheet"

"""A decision over columns in the process: who is around, who meets everything, in which order, and why (decision 0038).

What it judges is defined in `rules` and `points`; this is the same over whole arrays of the one row that is kept of
each helper (`models.HelperRow`). A law compares the two over random helpers and calls, and whoever says yes is judged
by `rules` again. Its parts, in the order of a decision: what is `wanted`, with what has changed (`held`, of `columns`
and `kinds`); who is `near` and what keeps them; those whose time counts (`timed`); the points (`scored`); the `log`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload
from uuid import UUID

from mila.booking.models import Search
from mila.dispatch.around import NEAREST_OF_THE_OTHERS
from mila.dispatch.decided import held, near, scored, timed, wanted
from mila.dispatch.decided.arrays import Array
from mila.dispatch.decided.held import Held
from mila.dispatch.decided.near import NUMBERS, Few
from mila.dispatch.decided.timed import Timed
from mila.dispatch.decided.wanted import Wanted
from mila.dispatch.decided.writing import Found, write
from mila.dispatch.record import FULL
from mila.kernel.occasion import Occasion


@dataclass(frozen=True, slots=True)
class InTurn:
    """Somebody who may be asked, with the minutes on the road and the kilometres from home; the best is `place` 1."""

    helper_id: UUID
    place: int
    minutes: int
    km: float


class Order(Sequence[InTurn]):
    """Whom to ask, in order. Lots beyond the best are drawn when somebody asks that far."""

    def __init__(self, call: UUID, settled: int, ids: Array, total: Array, ways: tuple[Array, Array]) -> None:
        self._call, self._settled = call, settled
        self._ids, self._total = ids, total
        self._minutes, self._km = ways

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> InTurn: ...
    @overload
    def __getitem__(self, place: slice) -> list[InTurn]: ...
    def __getitem__(self, place: int | slice) -> InTurn | list[InTurn]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        if at >= self._settled:
            self._settle()
        helper = UUID(bytes=self._ids[at : at + 1].tobytes())
        return InTurn(helper, at + 1, int(self._minutes[at]), float(self._km[at]))

    def __iter__(self) -> Iterator[InTurn]:
        return (self[place] for place in range(len(self)))

    def _settle(self) -> None:
        rows = scored.drawn(self._call, self._total, self._ids)
        self._ids, self._total = self._ids[rows], self._total[rows]
        self._minutes, self._km = self._minutes[rows], self._km[rows]
        self._settled = len(self)


def decide(search: Search, now: Occasion) -> Order:
    """Look at everybody around the search's call, keep why as its next round, and return whom to ask in which order.

    The caller saves the search, whose rounds are counted.
    """
    return decide_together([search], now)[0]


def decide_together(searches: Sequence[Search], now: Occasion) -> list[Order]:
    """Do the same for several searches, each by itself: what is asked of one call is asked of all at once."""
    if not searches:
        return []
    columns, answers = held.up_to_date(lambda since: wanted.ask(searches, now, since))
    found = [_found(columns, wanted.with_offered(answer, columns.offered)) for answer in answers.calls]
    for search in searches:
        search.rounds += 1
    write([(search, one) for search, (one, _order) in zip(searches, found, strict=True)])
    return [order for _found, order in found]


def _found(columns: Held, call: Wanted) -> tuple[Found, Order]:
    """Return what is found for a call, to be kept, and the order that follows from it."""
    around = near.look(columns, call)
    some, few = near.few(columns, call, around, NEAREST_OF_THE_OTHERS)
    clock = timed.look(columns, call, few)
    keeps = _keeps(columns, call, few, clock)
    fit = (keeps == 0).nonzero()[0]
    eligible, minutes = few.only(fit), clock.minutes.take(fit)
    points = scored.points(columns, call, eligible, minutes, wanted.weighed(call.weights))
    ids, total = eligible.near.rows["id"], points.sum(axis=1)
    rows, settled = scored.order(call.call, total, ids, FULL)
    found = Found(columns, call, around, some, few, clock, keeps, fit.take(rows), points.take(rows, axis=0))
    ways = minutes.take(rows), eligible.near.km.take(rows)
    return found, Order(call.call, settled, ids.take(rows), total.take(rows), ways)


def _keeps(columns: Held, call: Wanted, few: Few, clock: Timed) -> Array:
    """Return the number of what keeps each of the few, the clock included."""
    keeps = few.near.missed.copy()
    if not call.asap and not call.slots:
        return keeps
    free = clock.available & clock.fits if call.asap else clock.free.any(axis=1)
    keeps[(keeps == 0) & ~free] = NUMBERS["free"]
    cap = columns.words.kinds.table("daily_cap").take(few.near.rows["kind"])
    keeps[(keeps == 0) & (clock.visits >= cap)] = NUMBERS["daily_cap"]
    return keeps

"""The columns that this process holds, brought up to the moment at every decision (decision 0038).

Every row of the database names the transaction that last wrote it. A version of the columns knows its `horizon`: the
oldest transaction that had not ended when it was read. What was written by any since is read again; so nothing that
commits late is missed, and nothing depends on being told. What the own transaction has written counts for its own
decisions and is not kept, since it may be undone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, Protocol, TypeVar
from uuid import UUID

import numpy as np
from django.db import connection

from mila.dispatch.decided.arrays import Array
from mila.dispatch.decided.columns import Columns, Words, read
from mila.dispatch.decided.moments import A_DAY, microseconds, moment

LOOK_BACK = 30 * A_DAY  # exceptions of so long ago are held as well, for whoever decides as of then
READ_ANEW = 20_000  # changed rows: from there on reading everybody is quicker
MERGED = 2_000  # rows that have changed are looked at beside the others until there are so many


WHAT_IS_OFFERED = UUID(int=0)  # who is said to have changed when that was written


class Told(Protocol):
    """What a question to the database says of the rows: where they are, which have changed, up to when.

    `house` names server, database and table; `own` tells that the own transaction has written some; exceptions count
    that end after `first`.
    """

    @property
    def house(self) -> str: ...
    @property
    def horizon(self) -> int: ...
    @property
    def own(self) -> bool: ...
    @property
    def changed(self) -> Sequence[UUID]: ...
    @property
    def first(self) -> int: ...


Answer = TypeVar("Answer", bound=Told)


@dataclass(frozen=True, slots=True)
class Held:
    """A version of the columns: `base`, without those `gone`, and `fresh` beside it; a place counts through both.

    In `offered` decisions put what they read of it; it goes on from version to version until some of it is written.
    """

    house: str
    horizon: int
    since: int
    words: Words
    base: Columns
    most: float
    by_id: Array
    gone: Array | None
    fresh: Columns
    offered: dict[Any, Any]

    def around(self, country: str, latitude: float, longitude: float) -> Array:
        """Return the places of the country's helpers whose reach covers a point."""
        line = self.words.countries.get(country)
        if line is None:
            return np.empty(0, np.int64)
        start = self.words.line(country)
        found = self.base.around(start, latitude, longitude, self.most)
        if self.gone is not None:
            found = found[~self.gone[found]]
        if not len(self.fresh):
            return found
        late = self.fresh.around(start, latitude, longitude, self.fresh.most)
        return np.concatenate((found, late + len(self.base)))

    def ids(self, places: Array) -> Array:
        """Return the ids of the helpers at the places."""
        return self._taken(self.base.ids, self.fresh.ids, places)

    def near(self, places: Array) -> Array:
        """Return what is looked at of everybody around (`columns.NEAR`)."""
        return self._taken(self.base.near, self.fresh.near, places)

    def rest(self, places: Array) -> Array:
        """Return what is looked at of a few besides (`columns.REST`)."""
        return self._taken(self.base.rest, self.fresh.rest, places)

    def levels(self, skills: Sequence[str], places: Array) -> Array:
        """Return the levels of the skills, a column each, 0 where one is not held."""
        levels = self._taken(self.base.levels, self.fresh.levels, places)
        found = np.zeros((len(places), len(skills)), np.uint8)
        for column, skill in enumerate(skills):
            number = self.words.skills.get(skill)
            if number is not None and number < levels.shape[1]:
                found[:, column] = levels[:, number]
        return found

    def places(self, helpers: Sequence[UUID]) -> Array:
        """Return the places of those of the helpers who are there, and of the others none."""
        ids = np.array([one.bytes for one in helpers], "S16")
        base, found = self._in_base(ids)
        if self.gone is not None:
            found &= ~self.gone[base]
        return np.concatenate((base[found], np.flatnonzero(np.isin(self.fresh.ids, ids)) + len(self.base)))

    def with_changes(self, changed: Sequence[UUID], horizon: int) -> "Held":
        """Return the version in which these helpers' rows are as the database has them now."""
        if WHAT_IS_OFFERED in changed:
            people = [one for one in changed if one != WHAT_IS_OFFERED]
            anew = replace(self, horizon=horizon, offered={})
            return anew.with_changes(people, horizon) if people else anew
        ids = np.array([one.bytes for one in changed], "S16")
        base, found = self._in_base(ids)
        gone = np.zeros(len(self.base), bool) if self.gone is None else self.gone.copy()
        gone[base[found]] = True
        more = read(self.words, moment(self.since), changed)
        if self.words.columns_of_skills > self.base.levels.shape[1] or self.words.is_overgrown:
            return load(self.house, horizon, self.since)
        fresh = self.fresh.only(np.flatnonzero(~np.isin(self.fresh.ids, ids))).joined(more)
        if len(fresh) > MERGED:
            whole = self.base.only(np.flatnonzero(~gone)).joined(fresh)
            return replace(_version(self.house, horizon, self.since, self.words, whole), offered=self.offered)
        return replace(self, horizon=horizon, gone=gone, fresh=fresh)

    def _in_base(self, ids: Array) -> tuple[Array, Array]:
        if not len(self.base):
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
        at = np.searchsorted(self.base.ids, ids, sorter=self.by_id)
        places = self.by_id[np.minimum(at, len(self.base) - 1)]
        return places, self.base.ids[places] == ids

    def _taken(self, base: Array, fresh: Array, places: Array) -> Array:
        if not len(fresh):
            return base.take(places, axis=0)
        late = (places >= len(base)).nonzero()[0]
        if len(late) == len(places):
            return fresh.take(places - len(base), axis=0)
        found = base.take(places, axis=0, mode="clip")
        found[late] = fresh.take(places[late] - len(base), axis=0)
        return found


def load(house: str, horizon: int, since: int) -> Held:
    """Read everybody, with the exceptions that ended after `since`."""
    words = Words()
    everybody = read(words, moment(since))
    words.settle()
    return _version(house, horizon, since, words, everybody)


def read_ahead(at: datetime) -> None:
    """Read everybody unless this process has, so that no decision has to wait for it."""
    with _loading:
        if known() is not None:
            return
        with connection.cursor() as cursor:
            cursor.execute("select house, horizon from dispatch_wanted(null, null)")
            house, horizon = cursor.fetchone()
        version = load(house, horizon, microseconds(at) - A_DAY - LOOK_BACK)
        with _keeping:
            _held.setdefault(_name(), version)


def up_to_date(ask: Callable[[int | None], Answer]) -> tuple[Held, Answer]:
    """Ask the database one question, and return the columns as of its answer; `ask` is given the horizon known.

    The first decision of a process reads everybody, unless that was done ahead; others that begin meanwhile wait.
    """
    while True:
        held = known()
        told = ask(held.horizon if held else None)
        if held is not None and _holds(held, told) and len(told.changed) <= READ_ANEW:
            if told.changed:
                held = held.with_changes(told.changed, told.horizon)
            return _kept(replace(held, horizon=told.horizon), told), told
        with _loading:
            if told.own or known() is held:
                return _kept(load(told.house, told.horizon, told.first - LOOK_BACK), told), told


def _holds(version: Held, told: Told) -> bool:
    return version.house == told.house and version.since <= told.first


def known() -> Held | None:
    """Return the version that this process holds of the database, None before its first decision."""
    return _held.get(_name())


def _kept(version: Held, told: Told) -> Held:
    """Keep the version for the next decisions, unless it holds what may be undone or a later one is there."""
    if told.own:
        return version
    name = _name()
    with _keeping:
        other = _held.get(name)
        if other is None or not _holds(other, told) or other.horizon <= version.horizon:
            _held[name] = version
    return version


def _version(house: str, horizon: int, since: int, words: Words, base: Columns) -> Held:
    by_id = np.argsort(base.ids).astype(np.int32)
    fresh = base.only(np.empty(0, np.int64))
    return Held(house, horizon, since, words, base, base.most, by_id, None, fresh, {})


def _name() -> str:
    return "/".join(str(connection.settings_dict[one]) for one in ("HOST", "PORT", "NAME"))


_held: dict[str, Held] = {}
_keeping = Lock()
_loading = Lock()

"""How a decision is read, and judged again from what was kept: pure. `decided` writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mila.dispatch.points import PointFacts, Points, WeightValues, lot, score
from mila.dispatch.rules import MEETS, Filter

FULL = 200  # of the best keep all values and what their points follow from; who is behind keeps points and rank

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A helper in a decision: every requirement, and of who meets them all points and rank (from 1).

    `facts` is what the points follow from, None where it was not kept. Of who meets everything and stands behind the
    best the requirements are not kept; of who is further away than the nearest of those who are not eligible only the
    one that was missed first, without what was found.
    """

    helper_id: UUID
    filters: Mapping[str, Filter]
    points: Points | None
    rank: int | None
    facts: PointFacts | None

    @property
    def total(self) -> int:
        """The points that ranked, 0 of who was not ranked."""
        return self.points.total if self.points else 0


def read(said: Said, asked: Said) -> Line:
    """Return a line from its kept form."""
    if "m" in said:
        needed = asked["needed"].get(said["m"])
        return Line(UUID(said["h"]), {said["m"]: Filter(met=False, found=None, needed=needed)}, None, None, None)
    filters = {}
    names = asked["names"] if "f" in said else ()  # who met everything and stands behind the best has points alone
    for name, kept in zip(names, said.get("f", ()), strict=True):
        needed = asked["needed"][name] if name in asked["needed"] else said.get("n", {}).get(name)
        found = _lengthened(name, kept, needed)
        filters[name] = Filter(met(name, found, needed), found, needed)
    points = said.get("s")
    facts = said.get("p")
    return Line(
        helper_id=UUID(said["h"]),
        filters=filters,
        points=Points(*points) if points else None,
        rank=said.get("r"),
        facts=PointFacts(tuple((stars, age) for stars, age in facts[0]), *facts[1:]) if facts else None,
    )


def met(name: str, found: object, needed: object) -> bool:
    """Tell whether the requirement is met by what was found."""
    return MEETS[name](found, needed)


def judged_again(lines: Sequence[Line], *, call: UUID, weights: WeightValues) -> list[Line]:
    """Return the lines as the weights rank them, the best first, those who miss a requirement last.

    Lines whose facts were not kept stand behind the others with the points they had.
    """
    fit = [one for one in lines if one.points is not None and all(each.met for each in one.filters.values())]
    scored = [(score(one.facts, weights) if one.facts else one.points, one) for one in fit]
    scored.sort(key=lambda row: (row[1].facts is None, -_total(row[0]), lot(call, row[1].helper_id)))
    ranked = [
        Line(one.helper_id, one.filters, points, place, one.facts) for place, (points, one) in enumerate(scored, 1)
    ]
    fit_ids = {one.helper_id for one in fit}
    return ranked + [one for one in lines if one.helper_id not in fit_ids]


def same(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Tell whether two judgements agree on who is eligible, on all points and on the order."""
    return _essence(one) == _essence(other)


def _essence(lines: Sequence[Line]) -> dict[int, tuple[UUID, Points | None]]:
    return {one.rank: (one.helper_id, one.points) for one in lines if one.rank is not None}


def _total(points: Points | None) -> int:
    return points.total if points else 0


def _lengthened(name: str, kept: object, needed: object) -> object:
    if name == "free" and isinstance(kept, list) and isinstance(needed, list):
        return [needed[place] if isinstance(place, int) else place for place in kept]
    return kept

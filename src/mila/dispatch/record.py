"""How a decision is kept, and judged again from what was kept: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

from mila.dispatch.points import PointFacts, Points, WeightValues, lot, score
from mila.dispatch.rules import MEETS, Filter

FULL = 200  # of the best keep what their points follow from; who is behind them keeps points and rank

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A helper in a decision: every requirement, and of who meets them all points and rank (from 1).

    `facts` is what the points follow from, None where it was not kept. Of who is further away than the nearest of
    those who are not eligible only the requirement that was missed first is kept, without what was found.
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


def asked_of(lines: Sequence[Line]) -> Said:
    """Return what was needed, by requirement, as far as it was the same for all."""
    if not lines:
        return {"names": [], "needed": {}}
    names = list(lines[0].filters)
    first = {name: lines[0].filters[name].needed for name in names}
    return {
        "names": names,
        "needed": {name: need for name, need in first.items() if all(_needs(one, name) == need for one in lines)},
    }


def written(line: Line, asked: Said) -> Said:
    """Return the line as it is kept: values in the order of the names, short keys, nothing said twice."""
    said: Said = {
        "h": line.helper_id.hex,
        "f": [_shortened(name, line.filters[name], asked) for name in asked["names"]],
    }
    own = {name: line.filters[name].needed for name in asked["names"] if name not in asked["needed"]}
    if own:
        said["n"] = own
    if line.points is not None and line.rank is not None:
        said |= {"r": line.rank, "s": list(astuple(line.points))}
        if line.facts is not None and line.rank <= FULL:
            said["p"] = list(astuple(line.facts))
    return said


def far(helper: str, missed: str) -> Said:
    """Return what is kept of somebody further away: the helper's id in hexadecimal, and what was missed first."""
    return {"h": helper, "m": missed}


def read(said: Said, asked: Said) -> Line:
    """Return a line from its kept form."""
    if "m" in said:
        needed = asked["needed"].get(said["m"])
        return Line(UUID(said["h"]), {said["m"]: Filter(met=False, found=None, needed=needed)}, None, None, None)
    filters = {}
    for name, kept in zip(asked["names"], said["f"], strict=True):
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


def _needs(line: Line, name: str) -> object:
    return line.filters[name].needed


def _total(points: Points | None) -> int:
    return points.total if points else 0


def _shortened(name: str, one: Filter, asked: Said) -> object:
    if name == "free" and isinstance(one.found, list) and isinstance(one.needed, list) and name in asked["needed"]:
        return [one.needed.index(period) for period in one.found]
    return one.found


def _lengthened(name: str, kept: object, needed: object) -> object:
    if name == "free" and isinstance(kept, list) and isinstance(needed, list):
        return [needed[place] if isinstance(place, int) else place for place in kept]
    return kept

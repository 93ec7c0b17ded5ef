"""Cut the outlines of the three countries out of the world's borders (TopoJSON, Natural Earth)."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

NUMBERS = {"CH": "756", "DE": "276", "FR": "250"}  # ISO 3166-1 numeric
EUROPE = (-6.0, 41.0, 16.0, 56.0)  # west, south, east, north: leaves the overseas departments out
FINEST_DEGREES = {"CH": 0.004, "DE": 0.025, "FR": 0.03}

Ring = list[tuple[float, float]]


def write_outlines(world: dict[str, Any], *, into: Path) -> None:
    """Write one GeoJSON file for each country, of rings [longitude, latitude]."""
    arcs = decoded(world)
    for country, number in NUMBERS.items():
        shape = next(g for g in world["objects"]["countries"]["geometries"] if g.get("id") == number)
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [thinned(joined(ring, arcs), FINEST_DEGREES[country]) for polygon in polygons for ring in polygon]
        kept = [[ring] for ring in rings if len(ring) > 8 and in_europe(ring)]
        text = json.dumps({"type": "MultiPolygon", "coordinates": kept}, separators=(",", ":"))
        (into / f"{country.lower()}.outline.json").write_text(text + "\n")


def decoded(world: dict[str, Any]) -> list[Ring]:
    """Return the arcs in degrees: they are stored as whole steps from point to point."""
    (grow_x, grow_y), (start_x, start_y) = world["transform"]["scale"], world["transform"]["translate"]
    arcs = []
    for arc in world["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * grow_x + start_x, y * grow_y + start_y))
        arcs.append(line)
    return arcs


def joined(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Return a ring from its arcs; a negative number means the arc backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc if not ring else arc[1:])
    return ring


def thinned(ring: Ring, finest: float) -> Ring:
    """Return the ring with no two points closer than the given degrees, rounded, closed."""
    kept = [ring[0]]
    for point in ring[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= finest:
            kept.append(point)
    rounded = [(round(x, 3), round(y, 3)) for x, y in [*kept, ring[0]]]
    return [rounded[0], *(b for a, b in pairwise(rounded) if a != b)]


def in_europe(ring: Ring) -> bool:
    """Say whether a ring lies in Europe."""
    west, south, east, north = EUROPE
    return all(west <= x <= east and south <= y <= north for x, y in ring)

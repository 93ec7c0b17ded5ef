"""The files that an operator may bring: the official Swiss list of localities and GeoNames' postal files."""

import csv
from collections.abc import Iterable, Iterator

from mila.countries.gazetteer.rules import Spot

OFFICIAL_ACCURACY_M = 3000
# GeoNames' own word for it: 1 estimated, 4 the place, 6 the middle of the addresses.
GEONAMES_ACCURACY_M = {"1": 10000, "2": 8000, "3": 6000, "4": 4000, "5": 3000, "6": 2500}
GEONAMES_COLUMNS = 12
SWISS_COLUMNS = ("Ortschaftsname", "PLZ", "Kantonskürzel", "E", "N")


class UnreadableFileError(ValueError):
    """The file is neither of the two formats; the message says which line."""


def read(lines: Iterable[str], *, country: str) -> Iterator[Spot]:
    """Yield the localities of a file of either format, told apart by its first line.

    Raises `UnreadableFileError` for a line that does not fit.
    """
    given = iter(lines)
    first = next(given, "").lstrip("\ufeff").rstrip("\r\n")
    if "PLZ" in first.split(";"):
        yield from _swiss(csv.DictReader(given, fieldnames=first.split(";"), delimiter=";"))
    else:
        yield from _geonames([first], country=country, begins_at=1)
        yield from _geonames(given, country=country, begins_at=2)


def degrees(east: float, north: float) -> tuple[float, float]:
    """Return latitude and longitude of Swiss coordinates (LV95, metres); degrees pass unchanged.

    swisstopo's approximation, good to about a metre.
    """
    if east < 1000:
        return north, east
    y, x = (east - 2_600_000) / 1e6, (north - 1_200_000) / 1e6
    longitude = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x**2 - 0.0436 * y**3
    latitude = 16.9023892 + 3.238272 * x - 0.270978 * y**2 - 0.002528 * x**2 - 0.0447 * y**2 * x - 0.0140 * x**3
    return latitude * 100 / 36, longitude * 100 / 36


def _swiss(rows: "csv.DictReader[str]") -> Iterator[Spot]:
    missing = [column for column in SWISS_COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise UnreadableFileError(f"line 1: no column {', '.join(missing)}")
    for number, row in enumerate(rows, start=2):
        try:
            latitude, longitude = degrees(float(row["E"]), float(row["N"]))
        except (TypeError, ValueError) as reason:
            raise UnreadableFileError(f"line {number}: E and N are no coordinates") from reason
        yield Spot(row["PLZ"], row["Ortschaftsname"], row["Kantonskürzel"], latitude, longitude, OFFICIAL_ACCURACY_M)


def _geonames(lines: Iterable[str], *, country: str, begins_at: int) -> Iterator[Spot]:
    for number, line in enumerate(lines, start=begins_at):
        cells = line.rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        if len(cells) != GEONAMES_COLUMNS:
            raise UnreadableFileError(f"line {number}: {len(cells)} columns, not {GEONAMES_COLUMNS}")
        if cells[0] == country and " " not in cells[1]:
            yield _geonames_spot(cells, number)


def _geonames_spot(cells: list[str], number: int) -> Spot:
    try:
        latitude, longitude = float(cells[9]), float(cells[10])
    except ValueError as reason:
        raise UnreadableFileError(f"line {number}: columns 10 and 11 are no coordinates") from reason
    region = cells[6] if cells[0] == "FR" else cells[4]
    return Spot(cells[1], cells[2], region, latitude, longitude, GEONAMES_ACCURACY_M.get(cells[11], 10000))

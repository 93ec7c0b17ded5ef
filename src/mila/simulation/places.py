"""The places of three countries with their inhabitants, from GeoNames (docs/data.md)."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from mila.kernel.place import Point


@dataclass(frozen=True, slots=True)
class Place:
    """A town of 5,000 people or more."""

    country: str
    name: str
    point: Point
    people: int

    @property
    def language(self) -> str:
        """The language spoken there, of Switzerland by a line on the map."""
        if self.country != "CH":
            return self.country.lower()
        if self.point.latitude < 46.5 and self.point.longitude > 8.4:
            return "it"
        return "fr" if self.point.longitude < 7.05 else "de"


def places() -> Iterator[Place]:
    """Yield the places, those of a country together and the largest first."""
    packed = files(__package__).joinpath("data", "places.csv.gz").read_bytes()
    for row in csv.DictReader(gzip.decompress(packed).decode().splitlines()):
        point = Point(float(row["latitude"]), float(row["longitude"]))
        yield Place(row["country"], row["name"], point, int(row["people"]))

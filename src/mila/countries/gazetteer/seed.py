"""The rows and outlines that ship with Mila; docs/data.md names their sources and licences."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from mila.countries.gazetteer.rules import Spot

SHIPPED = ("CH", "DE", "FR")
SOURCE = "GeoNames, CC BY 4.0"

Ring = list[tuple[float, float]]


def spots(country: str) -> Iterator[Spot]:
    """Yield the shipped localities of a country, none for a country that does not ship."""
    if country not in SHIPPED:
        return
    packed = files(__package__).joinpath("data", f"{country.lower()}.csv.gz").read_bytes()
    for row in csv.DictReader(io.StringIO(gzip.decompress(packed).decode())):
        yield Spot(
            postcode=row["postcode"],
            name=row["name"],
            region=row["region"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            accuracy_m=int(row["accuracy_m"]),
        )


@lru_cache(maxsize=16)  # every map draws them
def rings(country: str) -> list[Ring]:
    """Return the border of a country as closed rings of (longitude, latitude), the mainland among them."""
    text = files(__package__).joinpath("data", f"{country.lower()}.outline.json").read_text()
    return [[(x, y) for x, y in polygon[0]] for polygon in json.loads(text)["coordinates"]]

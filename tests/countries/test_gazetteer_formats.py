"""Official files, read line by line."""

import pytest

from mila.countries.gazetteer.formats import UnreadableFileError, degrees, read

SWISS = (
    "\ufeffOrtschaftsname;PLZ;Zusatzziffer;ZIP_ID;Gemeindename;BFS-Nr;Kantonskürzel;Adressenanteil;E;N;Sprache;Validity",
    "Lausanne 26;1000;26;1001;Epalinges;5584;VD;0.3%;2542732.0;1156543.0;fr;2008-07-01",
)
GEONAMES = "CH\t3011\tBern\tKanton Bern\tBE\tBern-Mittelland\t246\tBern\t351\t46.948\t7.4458\t6"


def test_the_official_swiss_file_gives_degrees() -> None:
    (spot,) = read(SWISS, country="CH")
    assert (spot.postcode, spot.name, spot.region) == ("1000", "Lausanne 26", "VD")
    assert (spot.latitude, spot.longitude) == pytest.approx((46.557, 6.690), abs=0.005)


def test_swiss_coordinates_of_the_old_observatory_in_bern() -> None:
    assert degrees(2_600_000, 1_200_000) == pytest.approx((46.95108, 7.43864), abs=0.0001)


def test_a_geonames_file_gives_its_own_country_only() -> None:
    lines = [GEONAMES, GEONAMES.replace("CH\t3011", "LI\t9490"), ""]
    (spot,) = read(lines, country="CH")
    assert (spot.postcode, spot.name, spot.region, spot.accuracy_m) == ("3011", "Bern", "BE", 2500)


@pytest.mark.parametrize(
    "lines",
    [
        ["<html>"],
        [GEONAMES, "CH\t3012"],
        [GEONAMES.replace("46.948", "north")],
        [SWISS[0], SWISS[1].replace("2542732.0", "")],
        ["PLZ;Ort", "8001;Zürich"],
    ],
)
def test_another_file_is_refused_with_its_line(lines: list[str]) -> None:
    with pytest.raises(UnreadableFileError, match="line"):
        list(read(lines, country="CH"))

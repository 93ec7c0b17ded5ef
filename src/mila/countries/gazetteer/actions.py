"""Filling the gazetteer: from the shipped files, and from official ones."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from mila.countries.gazetteer import seed
from mila.countries.gazetteer.rules import Spot, is_postcode
from mila.countries.models import Locality
from mila.kernel.ids import new_id
from mila.kernel.refusal import Refusal

AS_COPY_READS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CHANGEABLE = ("region", "latitude", "longitude", "accuracy_m", "source")


class TooFewPostcodes(Refusal):
    """A file that would leave less than half of a country's postcodes is taken for a mistake."""

    code = "too-few-postcodes"
    status = 422
    sentence = _("This file knows less than half of the postcodes that are there already. Nothing was changed.")


def load(*, country: str) -> int:
    """Put the shipped localities of a country in, and return how many there are; doing it twice changes nothing.

    Rows that an official file brought are left as they are.
    """
    known = Locality.objects.filter(country=country)
    if not known.exists():
        return _copy(seed.spots(country), country=country, source=seed.SOURCE)
    if known.exclude(source=seed.SOURCE).exists():
        return 0
    return _upsert(seed.spots(country), country=country, source=seed.SOURCE)


@transaction.atomic
def take_over(spots: Iterable[Spot], *, country: str, source: str) -> int:
    """Make the spots of an official file the country's gazetteer, and return how many there are.

    Rows that the file does not have go. Refuses a file that is too small with `TooFewPostcodes`.
    """
    given = list(spots)
    _must_be_whole(given, country=country)
    count = _upsert(given, country=country, source=source)
    kept = {(spot.postcode, spot.name) for spot in given}
    known = Locality.objects.filter(country=country).values_list("id", "postcode", "name")
    gone = [row for row, postcode, name in known if (postcode, name) not in kept]
    Locality.objects.filter(id__in=gone).delete()
    return count


def _must_be_whole(given: list[Spot], *, country: str) -> None:
    known = Locality.objects.filter(country=country).values("postcode").distinct().count()
    if len({spot.postcode for spot in given}) * 2 < max(known, 2):
        raise TooFewPostcodes


def _copy(spots: Iterable[Spot], *, country: str, source: str) -> int:
    """Write the shipped rows where there are none: tens of thousands in a second or two."""
    columns = ", ".join(("id", "country", "postcode", "name", *CHANGEABLE))
    lines = [_line(spot, country=country, source=source) for spot in spots]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {Locality._meta.db_table} ({columns}) from stdin") as copy,
    ):
        copy.write("".join(lines))
    return len(lines)


def _line(spot: Spot, *, country: str, source: str) -> str:
    """Return the spot as COPY reads it: the library would look up how to write each of half a million values."""
    place = (spot.region, spot.latitude, spot.longitude, spot.accuracy_m)
    given = (new_id(), country, spot.postcode, spot.name, *place, source)
    return "\t".join(str(one).translate(AS_COPY_READS) for one in given) + "\n"


def _upsert(spots: Iterable[Spot], *, country: str, source: str) -> int:
    best: dict[tuple[str, str], Spot] = {}
    for spot in spots:
        if is_postcode(spot.postcode, country=country):
            best.setdefault((spot.postcode, spot.name), spot)
    Locality.objects.bulk_create(
        [_row(spot, country=country, source=source) for spot in best.values()],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["country", "postcode", "name"],
        update_fields=CHANGEABLE,
    )
    return len(best)


def _row(spot: Spot, *, country: str, source: str) -> Locality:
    return Locality(
        country=country,
        postcode=spot.postcode,
        name=spot.name,
        region=spot.region,
        latitude=spot.latitude,
        longitude=spot.longitude,
        accuracy_m=spot.accuracy_m,
        source=source,
    )

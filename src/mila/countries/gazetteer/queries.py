"""Where a postcode and a town lie, and what somebody may have meant."""

from mila.countries.gazetteer.rules import ALIKE, Placed, clean_postcode, likeness, prefix_pattern
from mila.countries.models import Locality
from mila.kernel.place import distance_km

MOST_TYPED = 60
MOST_OF_ONE_CODE = 100


def place(*, country: str, postcode: str, town: str) -> Placed | None:
    """Return where a postcode and a town lie, the town spelled correctly; None if they do not belong together.

    An empty town stands for the whole postcode: the accuracy then spans all of its places.
    """
    rows = Locality.objects.filter(country=country, postcode=clean_postcode(postcode))
    known = [_placed(row) for row in rows.order_by("name")[:MOST_OF_ONE_CODE]]
    if not known:
        return None
    if not town.strip():
        return _whole(known)
    best = max(known, key=lambda found: (likeness(town, found.town), -found.accuracy_m))
    return best if likeness(town, best.town) >= ALIKE else None


def suggest(*, country: str, text: str, limit: int = 8) -> list[Locality]:
    """Return localities for what was typed so far: a postcode, a town, or both, best first, at most `limit`.

    For completing a field and for "did you mean": a postcode with a town it does not have
    gives the postcode's places first and then the places called like the town.
    """
    digits, town = _parted(text)
    here = Locality.objects.filter(country=country).order_by("postcode", "name")
    found = list(here.filter(postcode__startswith=digits)[:limit]) if digits else []
    if town and len(found) < limit:
        found += here.filter(name__iregex=prefix_pattern(town))[: limit * 10]
    unique = {(row.postcode, row.name): row for row in found}
    return sorted(unique.values(), key=lambda row: _rank(row, digits, town))[:limit]


def _parted(text: str) -> tuple[str, str]:
    words = text[:MOST_TYPED].split()
    digits = "".join(word for word in words if word[-1].isdigit())
    return clean_postcode(digits), " ".join(word for word in words if not word[-1].isdigit())


def _rank(row: Locality, digits: str, town: str) -> tuple[bool, float, str, str]:
    return not (digits and row.postcode.startswith(digits)), -likeness(town, row.name), row.postcode, row.name


def _placed(row: Locality) -> Placed:
    return Placed(row.latitude, row.longitude, row.accuracy_m, row.region, row.name)


def _whole(known: list[Placed]) -> Placed:
    middle = min(known, key=lambda found: found.accuracy_m)
    reach = max(distance_km(middle.point, other.point) * 1000 + other.accuracy_m for other in known)
    return Placed(middle.latitude, middle.longitude, round(reach), middle.region, middle.town)

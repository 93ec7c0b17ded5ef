"""A crowd of thousands over three countries, drawn by inhabitants: the same for the same seed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, islice
from random import Random
from uuid import UUID

from mila.accounts.models import Account
from mila.countries.models import Country
from mila.crowd.models import AvailabilityException, ExceptionKind, Helper, LegalStatus, TaxStatus
from mila.kernel.place import Point
from mila.kernel.texts import LANGUAGES
from mila.partners.models import Tier
from mila.simulation.copying import copy
from mila.simulation.crowd import BUSINESS, EVENINGS, TRANSPORTS
from mila.simulation.enrolment import enrol
from mila.simulation.files import read
from mila.simulation.people import Person
from mila.simulation.places import Place, places

MAILS = "crowd.example"
FRIENDS = 0.7
KM_PER_DEGREE = 111.2
AT_ONCE = 5000
ON_VACATION, EXTRA_HOURS = 0.2, 0.1
AVAILABLE_ONE_IN = 20


def enrol_many(count: int, *, seed: int, vetted_by: Account, at: datetime) -> None:
    """Write so many active helpers with skills, hours, contracts, areas and exceptions; a known seed writes nobody."""
    rng = Random(seed)  # noqa: S311 - the same crowd for the same seed is the point
    countries = {country.code: country for country in Country.objects.all()}
    found = list(places())
    drawn = sorted(rng.choices(range(len(found)), weights=[place.people for place in found], k=count))
    crowd = (_person(rng, number, found[index]) for number, index in enumerate(drawn))
    for code, people in groupby(crowd, key=lambda pair: pair[0]):
        while some := [person for _code, person in islice(people, AT_ONCE)]:
            enrol(some, country=countries[code], vetted_by=vetted_by, at=at)
    _except_them(rng, at)


def _person(rng: Random, number: int, place: Place) -> tuple[str, Person]:
    lore = read("crowd" if place.country == "CH" else f"crowd_{place.country.lower()}")
    friend = rng.random() < FRIENDS
    language = place.language
    person = Person(
        email=f"helper{number}@{MAILS}",
        first_name=rng.choice(lore["first_names"][language]),
        last_name=rng.choice(lore["last_names"][language]),
        phone=f"+4179{number:07}",
        languages=(language, *(other for other in LANGUAGES if other != language and rng.random() < 0.4)),
        about={},
        tier=Tier.FRIEND if friend else Tier.PRO,
        legal_status=LegalStatus.PRIVATE if friend else LegalStatus.SOLE_TRADER,
        tax_status=TaxStatus.NONE,
        tax_number="",
        street=rng.choice(lore["streets"][language]),
        house_number=str(rng.randint(1, 80)),
        postcode="",
        town=place.name,
        home=_home(rng, place),
        radius_km=(radius := round(5 + 35 * rng.betavariate(1.5, 3))),
        second_radius_km=radius + 15 if rng.random() < 0.4 else None,
        transport=rng.choices(list(TRANSPORTS), weights=list(TRANSPORTS.values()))[0],
        daily_cap=rng.randint(2, 3) if friend else rng.randint(4, 6),
        skills=_skills(rng),
        hours=EVENINGS if friend else BUSINESS,
        contracts=tuple(brand for brand in lore["brands"] if rng.random() < 0.4),
    )
    return place.country, person


def _home(rng: Random, place: Place) -> Point:
    """Return a home around the middle of the place: the more people, the wider."""
    spread = (1 + (place.people / 1e5) ** 0.5) / KM_PER_DEGREE
    north, east = rng.gauss(0, spread), rng.gauss(0, spread * 1.45)
    return Point(round(place.point.latitude + north, 4), round(place.point.longitude + east, 4))


def _skills(rng: Random) -> dict[str, int]:
    known = rng.sample(list(read("basics")["skills"]), k=rng.randint(2, 5))
    return {skill: rng.randint(1, 5) for skill in known}


def _except_them(rng: Random, at: datetime) -> None:
    helpers = Helper.objects.filter(account__email__endswith=f"@{MAILS}", exceptions=None).order_by("id")
    ids = list(helpers.values_list("id", flat=True))
    copy(AvailabilityException, (row for helper in ids for row in _exceptions(rng, helper, at)))
    now = Helper.objects.filter(pk__in=ids[::AVAILABLE_ONE_IN])
    now.update(available_until=at + timedelta(hours=12))


def _exceptions(rng: Random, helper: UUID, at: datetime) -> Iterator[AvailabilityException]:
    for chance, kind, days in ((ON_VACATION, ExceptionKind.BUSY, 14), (EXTRA_HOURS, ExceptionKind.FREE, 1)):
        if rng.random() < chance:
            starts_at = at + timedelta(days=rng.randint(-20, 60))
            yield AvailabilityException(
                helper_id=helper, kind=kind, starts_at=starts_at, ends_at=starts_at + timedelta(days=days)
            )

"""Inventing a country's crowd: the same people at every start, spread over the towns by their inhabitants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from random import Random
from typing import Any

from mila.countries.models import Locality
from mila.crowd.models import LegalStatus, TaxStatus
from mila.kernel.place import Point, Transport
from mila.kernel.texts import LANGUAGES
from mila.partners.models import Tier
from mila.simulation.files import read
from mila.simulation.people import Hours, Person

SEED = 2026
FILES = {"CH": "crowd", "DE": "crowd_de", "FR": "crowd_fr"}
GERMAN_FILMS = ("17139200", "176040690")
FRIENDS = 0.7
BEST_LEVEL = 4  # the named people stay ahead, so that a demonstration goes as foretold
SCATTER = (0.012, 0.017)  # degrees north and east: about 1.3 km
TRANSPORTS = {Transport.CAR: 50, Transport.PUBLIC: 25, Transport.BICYCLE: 20, Transport.FOOT: 5}
EVENINGS: tuple[Hours, ...] = (
    *((weekday, time(17), time(21, 30)) for weekday in range(5)),
    *((weekday, time(9), time(19)) for weekday in (5, 6)),
)
BUSINESS: tuple[Hours, ...] = (
    *((weekday, time(8), time(18, 30)) for weekday in range(5)),
    (5, time(9), time(16)),
)


Lore = Mapping[str, Any]  # what a file of the crowd says: towns, names, streets, brands


@dataclass(frozen=True, slots=True)
class Signs:
    """How a country's people are told apart from the others': by e-mail, phone and tax number, with their number."""

    email: str
    phone: Callable[[int], str]
    tax: Callable[[int], str]


SIGNS = {  # phones are those that nobody has: set aside for films
    "CH": Signs("helper", lambda number: f"+4179000{1000 + number}", lambda number: f"CHE-200.300.{number:03} MWST"),
    "DE": Signs(
        "helperde", lambda number: f"+49{GERMAN_FILMS[number // 100]}{number % 100:02}", lambda n: f"DE200300{n:03}"
    ),
    "FR": Signs("helperfr", lambda number: f"+3363998{number:04}", lambda number: f"FR00200300{number:03}"),
}


@dataclass(frozen=True, slots=True)
class Town:
    """A place where helpers live; `weight` is its inhabitants in thousands."""

    country: str
    postcode: str
    name: str
    language: str
    weight: int


def invent(country: str) -> list[Person]:
    """Return the country's crowd, which lives where the gazetteer says."""
    rng = Random(SEED)  # noqa: S311 - the same crowd at every start is the point
    lore = read(FILES[country])
    towns = [Town(country, *given) for given in lore["towns"]]
    centres = _centres(towns, country)
    drawn = rng.choices(towns, weights=[town.weight for town in towns], k=lore["headcount"])
    return [
        _person(rng, lore, number, town, centres[town.postcode, town.name])
        for number, town in enumerate(drawn, start=1)
    ]


def _centres(towns: list[Town], country: str) -> Mapping[tuple[str, str], Point]:
    rows = Locality.objects.filter(country=country, postcode__in=[town.postcode for town in towns])
    return {(row.postcode, row.name): Point(row.latitude, row.longitude) for row in rows}


def _person(rng: Random, lore: Lore, number: int, town: Town, centre: Point) -> Person:
    language, signs = town.language, SIGNS[town.country]
    friend = rng.random() < FRIENDS
    first, last = _name(rng, lore, language)
    registered = not friend and rng.random() < 0.4
    languages = _languages(rng, language)
    about = read("crowd")["about"]
    radius = rng.randint(8, 30)
    return Person(
        email=f"{signs.email}{number:03}@{'friends' if friend else 'pros'}.example",
        first_name=first,
        last_name=last,
        phone=signs.phone(number),
        languages=languages,
        about={spoken: rng.choice(about[spoken]) for spoken in languages},
        tier=Tier.FRIEND if friend else Tier.PRO,
        legal_status=LegalStatus.PRIVATE if friend else LegalStatus.SOLE_TRADER,
        tax_status=TaxStatus.REGISTERED if registered else TaxStatus.NONE,
        tax_number=signs.tax(number) if registered else "",
        street=rng.choice(lore["streets"][language]),
        house_number=str(rng.randint(1, 80)),
        postcode=town.postcode,
        town=town.name,
        home=_near(rng, centre),
        radius_km=radius,
        second_radius_km=radius + 15 if rng.random() < 0.4 else None,
        transport=rng.choices(list(TRANSPORTS), weights=list(TRANSPORTS.values()))[0],
        daily_cap=rng.randint(2, 3) if friend else rng.randint(4, 6),
        skills=_skills(rng),
        hours=EVENINGS if friend else BUSINESS,
        contracts=_contracts(rng, lore["brands"], 0.5 if friend else 0.85),
    )


def _name(rng: Random, lore: Lore, language: str) -> tuple[str, str]:
    return rng.choice(lore["first_names"][language]), rng.choice(lore["last_names"][language])


def _languages(rng: Random, mother_tongue: str) -> tuple[str, ...]:
    others = [language for language in LANGUAGES if language != mother_tongue]
    chances = {"en": 0.7, "de": 0.35, "fr": 0.3, "it": 0.2}
    return (mother_tongue, *(language for language in others if rng.random() < chances[language]))


def _skills(rng: Random) -> dict[str, int]:
    known = rng.sample(list(read("basics")["skills"]), k=rng.randint(2, 5))
    return {skill: rng.randint(1, BEST_LEVEL) for skill in known}


def _contracts(rng: Random, brands: list[str], chance: float) -> tuple[str, ...]:
    if rng.random() >= chance or not brands:
        return ()
    return tuple(rng.sample(brands, k=rng.randint(1, len(brands))))


def _near(rng: Random, centre: Point) -> Point:
    north, east = SCATTER
    return Point(
        round(centre.latitude + rng.uniform(-north, north), 4), round(centre.longitude + rng.uniform(-east, east), 4)
    )

"""Who a simulated helper is, before there are rows for it; and the two whom every demonstration meets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from mila.crowd.models import LegalStatus, TaxStatus
from mila.kernel.place import Point, Transport
from mila.kernel.texts import LANGUAGES, Texts
from mila.partners.models import Tier

Hours = tuple[int, time, time]
EVERY_DAY: tuple[Hours, ...] = tuple((weekday, time(7), time(23)) for weekday in range(7))


@dataclass(frozen=True, slots=True)
class Person:
    """A helper to be: `contracts` are slugs of brands, `hours` weekday, start and end in local time."""

    email: str
    first_name: str
    last_name: str
    phone: str
    languages: tuple[str, ...]
    about: Texts
    tier: Tier
    legal_status: LegalStatus
    tax_status: TaxStatus
    tax_number: str
    street: str
    house_number: str
    postcode: str
    town: str
    home: Point
    radius_km: int
    second_radius_km: int | None
    transport: Transport
    daily_cap: int
    skills: Mapping[str, int]
    hours: tuple[Hours, ...]
    contracts: tuple[str, ...]


LUCA = Person(
    email="luca@friends.example",
    first_name="Luca",
    last_name="Brunner",
    phone="+41790000001",
    languages=LANGUAGES,
    about={
        "de": "Ich erkläre so lange, bis Sie es selber können.",
        "fr": "J’explique jusqu’à ce que vous sachiez le faire.",
        "it": "Spiego finché lo sa fare anche Lei.",
        "en": "I explain until you can do it yourself.",
    },
    tier=Tier.FRIEND,
    legal_status=LegalStatus.PRIVATE,
    tax_status=TaxStatus.NONE,
    tax_number="",
    street="Rennweg",
    house_number="12",
    postcode="8001",
    town="Zürich",
    home=Point(47.3732, 8.5393),
    radius_km=20,
    second_radius_km=35,
    transport=Transport.CAR,
    daily_cap=12,
    skills={
        "wifi_network": 5,
        "tv_home_cinema": 5,
        "computer": 5,
        "printer": 5,
        "phone_tablet": 5,
        "smart_home": 5,
    },
    hours=EVERY_DAY,
    contracts=("swisscom", "conrad", "interdiscount"),
)

SARA = Person(
    email="sara@pros.example",
    first_name="Sara",
    last_name="Keller",
    phone="+41790000002",
    languages=LANGUAGES,
    about={
        "de": "Netze, die halten, und Heimkinos, die klingen.",
        "fr": "Des réseaux qui tiennent et des home cinémas qui sonnent.",
        "it": "Reti che tengono e home cinema che suonano.",
        "en": "Networks that hold and home cinemas that sound.",
    },
    tier=Tier.PRO,
    legal_status=LegalStatus.SOLE_TRADER,
    tax_status=TaxStatus.REGISTERED,
    tax_number="CHE-100.200.300 MWST",
    street="Josefstrasse",
    house_number="85",
    postcode="8005",
    town="Zürich",
    home=Point(47.3865, 8.5275),
    radius_km=25,
    second_radius_km=45,
    transport=Transport.CAR,
    daily_cap=8,
    skills={
        "wifi_network": 4,
        "tv_home_cinema": 4,
        "computer": 4,
        "printer": 4,
        "phone_tablet": 4,
        "smart_home": 5,
    },
    hours=EVERY_DAY,
    contracts=("swisscom", "conrad", "interdiscount"),
)

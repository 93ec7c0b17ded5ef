"""The demonstration country: everything somebody needs to try Mila on a fresh database."""

from datetime import datetime

from django.db import transaction

from mila.accounts.models import Account, DeskRole, DeskSeat
from mila.countries.actions import open_country
from mila.countries.ch import SWITZERLAND
from mila.countries.gazetteer import actions as gazetteer
from mila.countries.models import Country, LegalEntity, Locality
from mila.simulation.brands import fill_brands
from mila.simulation.catalogue import fill_catalogue
from mila.simulation.crowd import invent
from mila.simulation.enrolment import enrol, make_some_available
from mila.simulation.history import fill_history
from mila.simulation.people import LUCA, SARA

DESK = "desk@mila.example"
COMMUNITY = "community@mila.example"


@transaction.atomic
def fill(at: datetime) -> None:
    """Fill what is missing, as seen at `at`; filling again only renews who is available now."""
    country = open_country(SWITZERLAND)
    _fill_country(country)
    desk = _seat(DESK, "Desk", DeskRole.ADMIN, at)
    community = _seat(COMMUNITY, "Community", DeskRole.COMMUNITY, at)
    fill_catalogue()
    fill_brands(country)
    enrol([LUCA, SARA], country=country, vetted_by=desk, at=at)
    enrol(invent(), country=country, vetted_by=community, at=at)
    make_some_available(at=at)
    fill_history(country, at=at)


def _fill_country(country: Country) -> None:
    if not country.legal_entities.exists():
        LegalEntity.objects.create(
            country=country,
            name="Mila Demonstration AG",
            street="Bahnhofplatz",
            house_number="1",
            postcode="8001",
            town="Zürich",
            tax_number="CHE-123.456.788 MWST",
        )
    if not Locality.objects.filter(country=country.code).exists():
        gazetteer.load(country=country.code)


def _seat(email: str, name: str, role: DeskRole, at: datetime) -> Account:
    account, _ = Account.objects.get_or_create(email=email, defaults={"language": "de", "created_at": at})
    DeskSeat.objects.get_or_create(account=account, defaults={"name": name, "role": role})
    return account

"""The countries of the demonstration: everything somebody needs to try Mila on a fresh database."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mila.accounts.models import Account, DeskRole, DeskSeat
from mila.countries.actions import open_country
from mila.countries.files import FILES
from mila.countries.gazetteer import actions as gazetteer
from mila.countries.models import Country, LegalEntity, Locality
from mila.kernel.occasion import by_clock
from mila.partners import actions as partners
from mila.partners.models import ApiKey, Branch, KeyKind, Scope
from mila.partners.queries import own_brand
from mila.partners.rules import DEMONSTRATION_SECRET, digest_of
from mila.simulation.brands import fill_brands
from mila.simulation.catalogue import fill_catalogue
from mila.simulation.crowd import invent
from mila.simulation.enrolment import enrol, give_phones, make_some_available
from mila.simulation.files import read
from mila.simulation.history import fill_history
from mila.simulation.people import LUCA, SARA

HOME = "CH"
DESK = "desk@mila.example"
COMMUNITY = "community@mila.example"
COUNTER, COUNTER_AT = "counter@interdiscount.example", "zuerich-hb"


@transaction.atomic
def fill(at: datetime, codes: Sequence[str] = tuple(FILES)) -> None:
    """Fill what is missing, as seen at `at`; filling again only renews who is available now.

    The named people, and what happened before, are in Switzerland, the first of the countries.
    """
    countries = [open_country(FILES[code]) for code in codes]
    desk = _seat(DESK, "Desk", DeskRole.ADMIN, at)
    community = _seat(COMMUNITY, "Community", DeskRole.COMMUNITY, at)
    fill_catalogue()
    for country in countries:
        _fill_country(country)
        fill_brands(country)
        named = [LUCA, SARA] if country.code == HOME else []
        enrol(named, country=country, vetted_by=desk, at=at)
        enrol(invent(country.code), country=country, vetted_by=community, at=at)
    _key(at)
    _counters(at)
    make_some_available(at=at)
    give_phones(at=at)
    fill_history(next(country for country in countries if country.code == HOME), at=at)


def _fill_country(country: Country) -> None:
    if not country.legal_entities.exists():
        given = {key: value for key, value in read("companies")[country.code].items() if key != "phone"}
        LegalEntity.objects.create(country=country, **given)
    if not Locality.objects.filter(country=country.code).exists():
        gazetteer.load(country=country.code)


def _key(at: datetime) -> None:
    """Renew the key that everybody may try the programs' door with, which everybody knows."""
    ApiKey.objects.filter(digest=digest_of(DEMONSTRATION_SECRET)).delete()
    partners.make_key(
        brand=own_brand(),
        name="Demonstration",
        kind=KeyKind.TEST,
        scopes=list(Scope),
        life=partners.LONGEST_LIFE,
        now=by_clock(at),
        secret=DEMONSTRATION_SECRET,
    )


def _counters(at: datetime) -> None:
    """Give somebody a place at the counter of each of the demonstration's branches, once."""
    for branch in Branch.objects.filter(seats=None).select_related("brand").order_by("brand__slug", "code"):
        email = COUNTER if branch.code == COUNTER_AT else f"{branch.code}@{branch.brand.slug}.example"
        Account.objects.get_or_create(email=email, defaults={"language": "de", "created_at": at})
        partners.give_seat(branch=branch, email=email, name="Counter", now=by_clock(at))


def _seat(email: str, name: str, role: DeskRole, at: datetime) -> Account:
    account, _ = Account.objects.get_or_create(email=email, defaults={"language": "de", "created_at": at})
    DeskSeat.objects.get_or_create(account=account, defaults={"name": name, "role": role})
    return account

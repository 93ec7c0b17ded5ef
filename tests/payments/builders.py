"""Small rows for the tests of payments: a Swiss call with its quote, its means and its helper."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from mila.accounts.models import Account
from mila.booking.models import Address, Assignment, LineKind, Party, Quote, QuoteLine, ServiceCall, Stage, TimeWish
from mila.catalog.models import Family, Package
from mila.countries.actions import open_country
from mila.countries.ch import SWITZERLAND
from mila.countries.models import LegalEntity
from mila.crowd.models import Helper, LegalStatus, Provider, TaxStatus
from mila.kernel.occasion import Occasion, Who, by_clock
from mila.partners.models import Brand, CommissionRule, ContractModel, Payer, Tier
from mila.payments.actions import begin_means, note_means
from mila.payments.adapters import MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of

BOOKED = datetime(2026, 11, 2, 9, tzinfo=UTC)
VISIT = datetime(2026, 11, 12, 9, tzinfo=UTC)


def at(moment: datetime) -> Occasion:
    return by_clock(moment)


BY_BANK = Occasion(by=Who.BANK, at=BOOKED)


@dataclass(frozen=True)
class Terms:
    model: ContractModel = ContractModel.AGENCY
    payer: Payer = Payer.CUSTOMER
    package: int = 11900
    fee: int = 490
    commission: int = 2000
    pay: int = 7000
    wish: TimeWish = TimeWish.SLOT


AGENCY = Terms()
PRINCIPAL = Terms(model=ContractModel.PRINCIPAL)
BRAND_PAYS = Terms(model=ContractModel.PARTNER_PRINCIPAL, payer=Payer.BRAND, package=9401, fee=0)


def a_brand() -> Brand:
    defaults = {"name": "Mila", "colour": "#0e5a5e", "ink": "#ffffff", "language": "de"}
    return Brand.objects.get_or_create(slug="mila", defaults=defaults)[0]


def an_entity() -> LegalEntity:
    country = open_country(SWITZERLAND)
    where = {"street": "Hardstrasse", "house_number": "1", "postcode": "8005", "town": "Zürich"}
    defaults = where | {"name": "Mila AG", "tax_number": "CHE-109.322.551 MWST"}
    return LegalEntity.objects.get_or_create(country=country, defaults=defaults)[0]


def a_package() -> Package:
    family, _ = Family.objects.get_or_create(
        code="wifi", defaults={"name": {"en": "Wi-Fi"}, "icon": "wifi", "position": 1}
    )
    defaults = {"family": family, "name": {"en": "Wi-Fi"}, "summary": {}, "minutes": 60}
    return Package.objects.get_or_create(code="wifi-setup", defaults=defaults)[0]


def a_provider(tax_status: TaxStatus = TaxStatus.NONE, *, account: str = "acct_1") -> Provider:
    legal, tier = LegalStatus.PRIVATE, Tier.FRIEND
    if tax_status == TaxStatus.REGISTERED:
        legal, tier = LegalStatus.COMPANY, Tier.PRO
    return Provider.objects.create(
        tier=tier, legal_status=legal, tax_status=tax_status, name="Leo Frei", country=an_entity().country,
        street="Langstrasse", house_number="8", postcode="8004", town="Zürich", payout_account=account,
    )  # fmt: skip


def a_helper(provider: Provider) -> Helper:
    account = Account.objects.create(email=f"{uuid4()}@example.org", created_at=BOOKED)
    return Helper.objects.create(
        provider=provider, account=account, first_name="Leo", last_name="Frei", phone="+41790000000",
        languages=["de"], transport="car", latitude=47.37, longitude=8.54, radius_km=20, zone="Europe/Zurich",
    )  # fmt: skip


def a_call(terms: Terms = AGENCY, *, visit: datetime | None = VISIT) -> ServiceCall:
    brand, country = a_brand(), an_entity().country
    party = Party.objects.create(brand=brand, name="Anna Keller", email="anna@example.org", language="de")
    address = Address.objects.create(
        street="Seestrasse", house_number="5", postcode="8002", town="Zürich", country=country,
        latitude=47.36, longitude=8.53, accuracy_m=50,
    )  # fmt: skip
    call = ServiceCall.objects.create(
        submission_key=str(uuid4()), brand=brand, country=country, booker=party, payer=party, site_contact=party,
        address=address, language="de", time_wish=terms.wish, visit_starts_at=visit, minutes=60, booked_at=BOOKED,
        stage=Stage.DRAFTED, since=BOOKED,
    )  # fmt: skip
    a_quote(call, terms)
    return call


def a_quote(call: ServiceCall, terms: Terms) -> Quote:
    agency = terms.model == ContractModel.AGENCY
    quote = Quote.objects.create(
        call=call, version=call.quotes.count() + 1, contract_model=terms.model, payer_kind=terms.payer,
        issuing_entity=an_entity(), commission_rule=a_rule(terms.commission) if agency else None,
        tiers=["friend"], currency="CHF", total=terms.package + terms.fee,
        provider_pay=None if agency else terms.pay, approved_at=BOOKED, seal="",
    )  # fmt: skip
    a_line(quote, 1, LineKind.PACKAGE, terms.package)
    if terms.fee:
        a_line(quote, 2, LineKind.GUARANTEE_FEE, terms.fee)
    return quote


def a_line(quote: Quote, position: int, kind: LineKind, amount: int) -> None:
    package = a_package() if kind == LineKind.PACKAGE else None
    QuoteLine.objects.create(
        quote=quote, position=position, kind=kind, package=package, description={"en": kind}, amount=amount,
        vat_code="standard",
    )  # fmt: skip


def a_rule(basis_points: int) -> CommissionRule:
    version = CommissionRule.objects.count() + 1
    day = date(2000, 1, 1) + timedelta(days=version)
    return CommissionRule.objects.create(
        brand=a_brand(), country=an_entity().country, version=version, basis_points=basis_points,
        holds=(day, day + timedelta(days=1)),
    )  # fmt: skip


def assigned(call: ServiceCall, provider: Provider | None = None, *, accepted: datetime = BOOKED) -> Assignment:
    provider = provider or a_provider()
    helper = a_helper(provider)
    return Assignment.objects.create(call=call, provider=provider, helper=helper, accepted_at=accepted)


def saved(call: ServiceCall, card: str = "4242") -> None:
    means = begin_means(call=call, now=at(BOOKED))
    result = Saved(means_of(CARDS[card]), CARDS[card].label, CARDS[card].can_hold)
    note_means(call, MeansAnswer(call.id, means.id, means.attempt, result), BY_BANK)

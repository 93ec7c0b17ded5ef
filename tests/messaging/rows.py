"""Real rows for the tests of messaging: one call in Zurich with three people, one helper who may come."""

from datetime import UTC, date, datetime, timedelta

from mila.accounts.models import Account
from mila.booking.models import (
    Address,
    Assignment,
    AssignmentState,
    Offer,
    Party,
    Quote,
    QuoteLine,
    Search,
    ServiceCall,
    Stage,
    TimeWish,
)
from mila.catalog.models import Family, Package
from mila.countries.actions import open_country
from mila.countries.ch import SWITZERLAND
from mila.countries.models import Country, LegalEntity
from mila.crowd.models import Helper, HelperState, Provider
from mila.kernel.occasion import Occasion, Who, by_clock
from mila.messaging.models import Message
from mila.partners.models import Brand, CommissionRule, ContractModel, Payer, SupportContact

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
VISIT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # a Tuesday, 14:00 in Zurich
NOW = by_clock(NOON)


def later(**span: int) -> Occasion:
    return by_clock(NOON + timedelta(**span))


def a_country() -> Country:
    return open_country(SWITZERLAND)


def a_brand() -> Brand:
    country = a_country()
    brand = Brand.objects.create(slug="mila", name="Mila", colour="#0e5a5e", ink="#ffffff", language="de", is_own=True)
    SupportContact.objects.create(country=country, phone="+41 43 508 01 92", email="info@mila.example", hours={})
    return brand


def a_party(brand: Brand, name: str, *, email: str = "", phone: str = "", language: str = "de") -> Party:
    return Party.objects.create(brand=brand, name=name, email=email, phone=phone, language=language)


def a_call(brand: Brand | None = None) -> ServiceCall:
    """Return a call that Anna (de, mail) booked, Paul (en, mail) pays and Rosa (de, phone) waits for."""
    brand = brand or a_brand()
    call = ServiceCall.objects.create(
        submission_key="once",
        brand=brand,
        country=a_country(),
        booker=a_party(brand, "Anna Canary", email="anna.canary@example.org"),
        payer=a_party(brand, "Paul Canary", email="paul.canary@example.org", language="en"),
        site_contact=a_party(brand, "Rosa Canary", phone="+41790000001"),
        address=an_address(),
        language="de",
        notes="the canary sings in the hall",
        time_wish=TimeWish.SLOT,
        visit_starts_at=VISIT,
        window_minutes=60,
        minutes=60,
        booked_at=NOON,
        stage=Stage.REQUESTED,
        since=NOON,
    )
    a_quote(call)
    return call


def an_address() -> Address:
    return Address.objects.create(
        street="Canarygasse",
        house_number="7",
        postcode="8004",
        town="Zürich",
        country=a_country(),
        latitude=47.37,
        longitude=8.52,
        accuracy_m=50,
    )


def a_quote(call: ServiceCall) -> Quote:
    """Return the price of CHF 118.90: a package of 114.00 and the guarantee fee of 4.90."""
    quote = Quote.objects.create(
        call=call,
        version=1,
        contract_model=ContractModel.AGENCY,
        payer_kind=Payer.CUSTOMER,
        issuing_entity=LegalEntity.objects.create(
            country=call.country, name="Mila AG", street="Weg", house_number="1", postcode="8000", town="Zürich"
        ),
        commission_rule=CommissionRule.objects.create(
            brand=call.brand, country=call.country, version=1, basis_points=2000, holds=(date(2024, 1, 1), None)
        ),
        tiers=["friend"],
        currency="CHF",
        total=11890,
        approved_at=NOON,
        seal="0" * 64,
    )
    family = Family.objects.create(code="wifi", name={"en": "Wi-Fi"}, icon="wifi", position=1)
    package = Package.objects.create(code="wifi-setup", family=family, name={}, summary={}, minutes=60)
    lines = (
        ("package", package, {"de": "WLAN einrichten", "en": "Set up Wi-Fi"}, 11400, "none"),
        ("guarantee_fee", None, {"de": "Garantie", "en": "Guarantee"}, 490, "standard"),
    )
    for position, (kind, item, description, amount, vat) in enumerate(lines, start=1):
        QuoteLine.objects.create(
            quote=quote,
            position=position,
            kind=kind,
            package=item,
            description=description,
            amount=amount,
            vat_code=vat,
        )
    return quote


def an_account(email: str, language: str = "de") -> Account:
    return Account.objects.create(email=email, language=language, created_at=NOON)


def a_helper(first_name: str = "Luca", *, language: str = "de") -> Helper:
    country = a_country()
    account = an_account(f"{first_name.lower()}@helpers.example", language)
    provider = Provider.objects.create(
        tier="friend",
        legal_status="private",
        tax_status="none",
        name=first_name,
        country=country,
        street="Weg",
        house_number="2",
        postcode="8000",
        town="Zürich",
    )
    return Helper.objects.create(
        provider=provider,
        account=account,
        state=HelperState.ACTIVE,
        vetted_at=NOON,
        vetted_by=account,
        first_name=first_name,
        last_name="Muster",
        phone="+41790000009",
        languages=["de"],
        transport="bicycle",
        latitude=47.37,
        longitude=8.54,
        radius_km=10,
        zone="Europe/Zurich",
    )


def an_assignment(call: ServiceCall, helper: Helper) -> Assignment:
    return Assignment.objects.create(call=call, provider=helper.provider, helper=helper, accepted_at=NOON)


def release(assignment: Assignment, now: Occasion) -> None:
    assignment.state = AssignmentState.RELEASED
    assignment.ended_at = now.at
    assignment.save()


def an_offer(call: ServiceCall, helper: Helper) -> Offer:
    search = Search.objects.create(call=call, purpose="first", opened_at=NOON, due_at=NOON)
    return Offer.objects.create(
        search=search,
        call=call,
        helper=helper,
        made_at=NOON,
        due_at=NOON + timedelta(seconds=20),
        rank=1,
        pay=9120,
        currency="CHF",
        travel_minutes=12,
        distance_km=2.5,
    )


def by_helper(helper: Helper, at: datetime = NOON) -> Occasion:
    return Occasion(by=Who.PROVIDER, at=at, actor=helper.account_id)


def told() -> dict[str, list[str]]:
    """Return who was told what: the templates by recipient, in order."""
    heard: dict[str, list[str]] = {}
    for message in Message.objects.order_by("made_at", "id"):
        heard.setdefault(message.recipient, []).append(message.template)
    return heard


def the_message(recipient: str) -> Message:
    return Message.objects.get(recipient=recipient)

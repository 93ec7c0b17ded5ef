"""Rows for tests: a small country with a few people, built by the same verbs that the doors call."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from mila.accounts.models import Account
from mila.booking import queries as booking
from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven
from mila.booking.given import PickUpGiven
from mila.booking.models import Offer, ServiceCall, TimeWish
from mila.catalog.models import Family, Package, PackageSkill, Skill
from mila.countries.actions import open_country
from mila.countries.ch import SWITZERLAND
from mila.countries.models import Country, LegalEntity
from mila.crowd.models import HeldSkill, Helper, HelperState, Provider, SignedContract, WeeklyHours
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.partners.models import (
    Branch,
    BranchHours,
    BranchSeat,
    Brand,
    CommissionRule,
    ContractText,
    Price,
    Product,
    SalesCommission,
    SearchPolicy,
    SupportContact,
)
from mila.payments.models import Means, MeansState
from mila.visit.models import ContactOutcome
from mila.visit.parcels import Delivery, PickUp

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday, 12:00 in Zürich
IN_THREE_DAYS = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)  # Thursday, 14:00 in Zürich
ALWAYS = (date(2024, 1, 1), None)
ALWAYS_AT = datetime(2024, 1, 1, tzinfo=UTC)
BUNDESPLATZ = (46.9469, 7.4442)
STEPS: list[dict[str, Any]] = [
    {"code": "introduce", "text": {"en": "Introduce yourself"}},
    {"code": "tutorial", "text": {"en": "Explain the main functions"}, "tutorial": True},
    {"code": "tidy_up", "text": {"en": "Tidy up"}},
]


def a_country() -> Country:
    country = open_country(SWITZERLAND)
    if not country.legal_entities.exists():
        LegalEntity.objects.create(
            country=country,
            name="Mila Test AG",
            street="Bundesplatz",
            house_number="1",
            postcode="3011",
            town="Bern",
            tax_number="CHE-123.456.789 MWST",
        )
        SupportContact.objects.create(
            country=country, brand=None, phone="+41435080192", email="info@mila.example", hours={"en": "8–20"}
        )
        a_policy()  # the doors read the real clock, and tests run at night too
    return country


def a_policy(**given: Any) -> SearchPolicy:
    """Write how helpers are sought in Switzerland, or in `country_id`, from the beginning on or from `holds_from`."""
    key = {"brand": given.pop("brand", None), "holds_from": given.pop("holds_from", ALWAYS_AT)}
    key["country_id"] = given.pop("country_id", "CH")
    values: dict[str, Any] = {"made_at": ALWAYS_AT, "quiet_from": None, "quiet_until": None, **given}
    return SearchPolicy.objects.update_or_create(**key, defaults=values)[0]


def a_brand(slug: str = "mila", *, is_own: bool = True) -> Brand:
    country = a_country()
    found = Brand.objects.filter(slug=slug).first()
    if found:
        return found
    brand = Brand.objects.create(
        slug=slug, name=slug.title(), colour="#0e5a5e", ink="#ffffff", language="de", is_own=is_own
    )
    CommissionRule.objects.create(brand=brand, country=country, version=1, basis_points=2000, holds=ALWAYS)
    return brand


def a_package(code: str = "wifi-setup", *, minutes: int = 60, level: int = 2) -> Package:
    skill, _ = Skill.objects.get_or_create(code="wifi", defaults={"name": {"en": "Wi-Fi"}})
    family, _ = Family.objects.get_or_create(
        code="internet", defaults={"name": {"en": "Internet"}, "icon": "wifi", "position": 1}
    )
    package, made = Package.objects.get_or_create(
        code=code,
        defaults={
            "family": family,
            "name": {"en": "Wi-Fi set-up", "de": "WLAN einrichten"},
            "summary": {"en": "Wi-Fi in every room"},
            "contents": [{"en": "Router set up"}],
            "tools": [{"en": "Laptop"}],
            "steps": STEPS,
            "minutes": minutes,
        },
    )
    if made:
        PackageSkill.objects.create(package=package, skill=skill, level=level)
    return package


def a_brought_package(code: str = "soundbar", *, vehicle: str = "") -> Package:
    """Return a package whose helper fetches a soundbar at a branch."""
    package = a_package(code)
    package.pick_up_item = {"en": "Soundbar", "de": "Soundbar"}
    package.pick_up_size_cm, package.pick_up_grams, package.pick_up_vehicle = [120, 25, 20], 8500, vehicle
    package.save()
    return package


def a_branch(code: str = "bern", *, brand: Brand | None = None, at: tuple[float, float] = BUNDESPLATZ) -> Branch:
    """Return a branch at the Bundesplatz, open every day from 8 to 20 but on the holidays of Bern."""
    branch = Branch.objects.create(
        brand=brand or a_brand(),
        code=code,
        name=code.title(),
        street="Marktgasse",
        house_number="10",
        postcode="3011",
        town="Bern",
        region="BE",
        country=a_country(),
        latitude=at[0],
        longitude=at[1],
        phone="+41790009902",
    )
    for weekday in range(7):
        BranchHours.objects.create(branch=branch, weekday=weekday, starts=time(8), ends=time(20))
    return branch


def a_counter(branch: Branch, name: str = "counter") -> BranchSeat:
    """Return a seat at the branch's counter."""
    account = an_account(f"{name}@counters.example")
    account.two_factors = True
    account.save()
    return BranchSeat.objects.create(account=account, branch=branch, name=name)


def a_price(
    brand: Brand | None = None,
    package: Package | None = None,
    *,
    amount: int = 8900,
    model: str = "agency",
    payer: str = "customer",
    tiers: tuple[str, ...] = ("friend", "pro"),
    provider_pay: int | None = None,
) -> Price:
    brand, package = brand or a_brand(), package or a_package()
    price, _ = Price.objects.get_or_create(
        brand=brand,
        package=package,
        country=a_country(),
        defaults={
            "contract_model": model,
            "payer": payer,
            "tiers": list(tiers),
            "amount": amount,
            "currency": "CHF",
            "provider_pay": provider_pay,
            "vat_code": "none" if model == "agency" else "standard",
            "holds": ALWAYS,
        },
    )
    return price


def an_account(email: str) -> Account:
    return Account.objects.get_or_create(email=email, defaults={"created_at": NOON})[0]


def a_helper(
    name: str = "Luca",
    *,
    tier: str = "friend",
    level: int = 3,
    at: tuple[float, float] = BUNDESPLATZ,
    radius_km: int = 20,
) -> Helper:
    account = an_account(f"{name.lower()}@helpers.example")
    provider = Provider.objects.create(
        tier=tier,
        legal_status="private" if tier == "friend" else "sole_trader",
        tax_status="none",
        name=f"{name} Muster",
        country=a_country(),
        street="Marktgasse",
        house_number="1",
        postcode="3011",
        town="Bern",
        payout_account=f"acct_{name.lower()}",
    )
    helper = Helper.objects.create(
        provider=provider,
        account=account,
        state=HelperState.ACTIVE,
        vetted_at=NOON,
        vetted_by=an_account("desk@mila.example"),
        first_name=name,
        last_name="Muster",
        phone="+41791112233",
        languages=["de", "en"],
        transport="car",
        latitude=at[0],
        longitude=at[1],
        radius_km=radius_km,
        zone="Europe/Zurich",
    )
    skill, _ = Skill.objects.get_or_create(code="wifi", defaults={"name": {"en": "Wi-Fi"}})
    HeldSkill.objects.create(helper=helper, skill=skill, level=level)
    for weekday in range(7):
        WeeklyHours.objects.create(helper=helper, weekday=weekday, starts=time(8), ends=time(22))
    return helper


def a_signature(helper: Helper, contract: ContractText) -> SignedContract:
    return SignedContract.objects.create(
        provider=helper.provider, contract=contract, signed_at=NOON, evidence={"by": "test"}
    )


def a_booking(
    *,
    brand: Brand | None = None,
    starts_at: datetime | None = IN_THREE_DAYS,
    key: str | None = None,
    packages: tuple[str, ...] = ("wifi-setup",),
    email: str = "anna@customers.example",
    preferred_helper: UUID | None = None,
    branch: Branch | None = None,
    order: str | None = None,
) -> BookingGiven:
    brand = brand or a_brand()
    a_price(brand)
    asap = TimeGiven(TimeWish.ASAP)
    slot = TimeGiven(TimeWish.SLOT, (starts_at,), 30) if starts_at else asap
    return BookingGiven(
        submission_key=key or str(uuid4()),
        brand=brand,
        country=a_country(),
        packages=packages,
        booker=PersonGiven("Anna Canary", email, "+41791234567", "de"),
        address=AddressGiven("Kanarienweg", "7", "3011", "Bern", "BE", BUNDESPLATZ[0], BUNDESPLATZ[1], 300),
        time=slot,
        notes="Hund heisst Zitrone",
        preferred_helper=preferred_helper,
        partner_order_id=order,
        pick_up=PickUpGiven(branch, "Sonos Arc") if branch else None,
    )


def by(who: Who, at: datetime = NOON, actor: UUID | None = None) -> Occasion:
    return Occasion(by=who, at=at, actor=actor)


def by_helper(helper: Helper, at: datetime = NOON) -> Occasion:
    return Occasion(by=Who.PROVIDER, at=at, actor=helper.id)


def a_drafted_call(at: datetime = NOON, **given: object) -> ServiceCall:
    return journey.book(given=a_booking(**given), now=by(Who.CUSTOMER, at))  # type: ignore[arg-type]


def a_requested_call(at: datetime = NOON, **given: object) -> ServiceCall:
    """Return a call whose means of payment is saved and whose search has begun."""
    call = a_drafted_call(at, **given)
    Means.objects.create(
        call=call, state=MeansState.SAVED, reference="means_4242", label="Visa •••• 4242", asked_at=at, saved_at=at
    )
    return _step(call, "secure", by(Who.BANK, at))


def an_offer(call: ServiceCall, at: datetime = NOON) -> Offer:
    """Return the exclusive offer that the search now makes for the call."""
    journey.move_search(call_id=call.id, now=by(Who.CLOCK, at))
    offer = booking.exclusive_offer(call)
    assert offer is not None, "nobody was asked"
    return offer


def an_accepted_call(helper: Helper, at: datetime = NOON, **given: object) -> ServiceCall:
    call = a_requested_call(at, **given)
    offer = an_offer(call, at)
    now = by_helper(helper, at + timedelta(seconds=30))
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    return journey.accept(offer_key=offer.key, now=now).call


def a_confirmed_call(helper: Helper, at: datetime = NOON, **given: object) -> ServiceCall:
    call = an_accepted_call(helper, at, **given)
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))
    return call if call.stage == "confirmed" else journey.confirm(call_id=call.id, now=by_helper(helper, at))


def a_call_to_bring(
    branch: Branch, at: datetime = NOON, *, order: str = "ID-1", starts_at: datetime = IN_THREE_DAYS
) -> ServiceCall:
    """Return a call, paid by the brand, with a soundbar to be fetched at the branch."""
    a_price(branch.brand, a_brought_package(), model="partner_principal", payer="brand", provider_pay=6400)
    given = a_booking(brand=branch.brand, packages=("soundbar",), branch=branch, order=order, starts_at=starts_at)
    return journey.book(given=given, now=by(Who.BRAND, at))


def a_brought_call(
    helper: Helper, at: datetime = NOON, *, branch: Branch, starts_at: datetime = IN_THREE_DAYS
) -> ServiceCall:
    """Return such a call after the helper has confirmed it."""
    call = a_call_to_bring(branch, at, starts_at=starts_at)
    offer = an_offer(call, at)
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    journey.accept(offer_key=offer.key, now=by_helper(helper, at))
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))
    return call if call.stage == "confirmed" else journey.confirm(call_id=call.id, now=by_helper(helper, at))


def an_errand_to(branch: Branch, call: ServiceCall) -> PickUp:
    """Return an errand of whoever holds the call to the branch, whatever its packages are."""
    delivery = Delivery.objects.create(call=call, branch=branch, items=[{"en": "Soundbar"}])
    held = call.assignments.get(state="active")
    return PickUp.objects.create(delivery=delivery, assignment=held, code="123456")


def an_errand(call: ServiceCall) -> PickUp:
    """Return the newest errand to the branch for the call."""
    rows = PickUp.objects.select_related("assignment__helper", "delivery__branch")
    return rows.filter(delivery__call=call).latest("assignment__accepted_at")


def a_done_call(helper: Helper, at: datetime = NOON, **given: object) -> ServiceCall:
    """Return a call whose visit took place at its time, and which waits for the sign-off."""
    call = a_confirmed_call(helper, at, **given)
    assert call.visit_starts_at is not None
    then = by_helper(helper, call.visit_starts_at)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    journey.show_badge(call_id=call.id, now=then)
    journey.begin_work(call_id=call.id, now=then)
    for step in STEPS:
        journey.tick(call_id=call.id, code=str(step["code"]), now=then)
    return journey.finish(call_id=call.id, now=then)


def _step(call: ServiceCall, name: str, now: Occasion) -> ServiceCall:
    with transaction.atomic():
        return machine.take(name, call=machine.lock(call.id), now=now)


def a_product(code: str = "repeater", *, brand: Brand | None = None, packages: tuple[str, ...] = ()) -> Product:
    """Return a product that the brand's shop sells for CHF 49.90."""
    brand = brand or a_brand()
    return Product.objects.create(
        brand=brand,
        country=a_country(),
        code=code,
        name={"en": f"{brand.name} {code}", "de": f"{brand.name} {code}"},
        amount=4990,
        currency="CHF",
        packages=list(packages),
        shop_url=f"https://shop.{brand.slug}.example/{code}",
    )


def a_sales_rate(brand: Brand | None = None, *, points: int = 1000, helper_share: int = 6000) -> SalesCommission:
    """Let the brand pay 10 % for the sale of a recommended product, of which 60 % is the helper's."""
    return SalesCommission.objects.create(
        brand=brand or a_brand(),
        country=a_country(),
        basis_points=points,
        helper_share=helper_share,
        holds=ALWAYS,
    )

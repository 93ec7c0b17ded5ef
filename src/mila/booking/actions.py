"""Writing calls, quotes and the diary. Stages are written by the journey alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from mila.booking.given import PickUpGiven
from mila.booking.lines import AnyPrice, NotSold, guarantee_line, must_go_together, package_line
from mila.booking.models import (
    Address,
    DiaryEntry,
    Party,
    Quote,
    QuoteLine,
    ServiceCall,
    Stage,
    TimeWish,
    WishedSlot,
)
from mila.booking.rules import SEAL_FORM, PricedLine, Terms, seal
from mila.booking.sheet import sheet_of
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.kernel.occasion import Occasion
from mila.partners import queries as partners
from mila.partners.models import Brand, CommissionRule, ContractModel
from mila.worded import worded


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """A person as the booking names them; an e-mail address or a phone number is enough."""

    name: str
    email: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class AddressGiven:
    """An address as typed, with the position found for it."""

    street: str
    house_number: str
    postcode: str
    town: str
    region: str
    latitude: float
    longitude: float
    accuracy_m: int
    floor: str = ""
    has_lift: bool | None = None


@dataclass(frozen=True, slots=True)
class TimeGiven:
    """The wish for a time: `slots` are starts of arrival windows, one for a slot, up to three preferred ones."""

    wish: TimeWish
    slots: tuple[datetime, ...] = ()
    window_minutes: int = 0


@dataclass(frozen=True, slots=True)
class BookingGiven:
    """All that a door knows of a booking; `submission_key` makes a repeated submit book once.

    `early_start` is the version of the declaration that the work may begin before the withdrawal period is over;
    `preferred_helper` is asked first, and with `only_preferred` nobody else unless the customer says so.
    """

    submission_key: str
    brand: Brand
    country: Country
    packages: tuple[str, ...]
    booker: PersonGiven
    address: AddressGiven
    time: TimeGiven
    payer: PersonGiven | None = None
    site_contact: PersonGiven | None = None
    partner_order_id: str | None = None
    notes: str = ""
    early_start: str = ""
    preferred_helper: UUID | None = None
    only_preferred: bool = False
    pick_up: PickUpGiven | None = None


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """What a booking would cost today, before it is made: the same lines that the quote will freeze."""

    contract_model: ContractModel
    payer_kind: str
    tiers: tuple[str, ...]
    currency: str
    lines: tuple[PricedLine, ...]
    provider_pay: int | None
    minutes: int

    @property
    def total(self) -> int:
        """The gross total in minor units."""
        return sum(line.amount for line in self.lines)


def price_booking(*, brand: Brand, country: Country, packages: tuple[str, ...], on: date) -> PriceOffer:
    """Return what the packages cost together at the brand on the day. Refuses what is not sold, or not together."""
    sold = partners.prices(brand=brand, country=country.code, on=on)
    return _priced({price.package_id: price for price in sold if price.package_id in packages}, country, packages, on)


def price_other_tier(*, brand: Brand, country: Country, packages: tuple[str, ...], on: date) -> PriceOffer:
    """Return what the packages cost on the day where another tier comes. Refuses where the brand has no such price."""
    sold = partners.fallback_prices(brand=brand, country=country.code, on=on)
    return _priced({price.package_id: price for price in sold if price.package_id in packages}, country, packages, on)


def _priced(prices: Mapping[str, AnyPrice], country: Country, packages: tuple[str, ...], on: date) -> PriceOffer:
    if not packages or set(prices) != set(packages):
        raise NotSold
    ordered = [prices[code] for code in packages]
    must_go_together(ordered)
    model = ContractModel(ordered[0].contract_model)
    lines = [package_line(price) for price in ordered]
    if model is ContractModel.AGENCY:
        lines.append(guarantee_line(country, on))
    return PriceOffer(
        contract_model=model,
        payer_kind=ordered[0].payer,
        tiers=tuple(sorted(set.intersection(*(set(price.tiers) for price in ordered)))),
        currency=ordered[0].currency,
        lines=tuple(lines),
        provider_pay=None if model is ContractModel.AGENCY else sum(price.provider_pay or 0 for price in ordered),
        minutes=sum(price.package.minutes for price in ordered),
    )


def write_call(*, given: BookingGiven, now: Occasion) -> ServiceCall:
    """Write a call with its people, address, wishes and first quote; the caller enters it into its first stage."""
    today = countries.day_in(given.country, now.at)
    offer = price_booking(brand=given.brand, country=given.country, packages=given.packages, on=today)
    booker = _party(given.brand, given.booker)
    call = ServiceCall.objects.create(
        submission_key=given.submission_key,
        brand=given.brand,
        partner_order_id=given.partner_order_id,
        country=given.country,
        booker=booker,
        payer=_party(given.brand, given.payer) if given.payer else booker,
        site_contact=_party(given.brand, given.site_contact) if given.site_contact else booker,
        address=_address(given),
        language=given.booker.language,
        notes=given.notes,
        time_wish=given.time.wish,
        visit_starts_at=given.time.slots[0] if given.time.wish is TimeWish.SLOT else None,
        window_minutes=given.time.window_minutes,
        minutes=offer.minutes,
        preferred_helper_id=given.preferred_helper,
        only_preferred=given.only_preferred,
        booked_at=now.at,
        stage=Stage.DRAFTED,
        since=now.at,
    )
    if given.time.wish is TimeWish.PREFERRED:
        for position, starts_at in enumerate(given.time.slots, start=1):
            WishedSlot.objects.create(
                call=call, position=position, starts_at=starts_at, window_minutes=given.time.window_minutes
            )
    add_quote(call=call, offer=offer, now=now)
    return call


def add_quote(*, call: ServiceCall, offer: PriceOffer, now: Occasion) -> Quote:
    """Add a version to the call's chain of quotes; earlier versions stay as they are."""
    previous = call.quotes.order_by("-version").first()
    rule = _commission_rule(call, offer, previous, now)
    quote = Quote(
        version=previous.version + 1 if previous else 1,
        contract_model=offer.contract_model,
        payer_kind=offer.payer_kind,
        issuing_entity=countries.issuing_entity(call.country_id),
        commission_rule=rule,
        tiers=list(offer.tiers),
        currency=offer.currency,
        total=offer.total,
        provider_pay=offer.provider_pay,
        approved_at=now.at,
        seal=_seal(call, offer, previous, rule),
        seal_form=SEAL_FORM,
    )
    call.quotes.add(quote, bulk=False)
    QuoteLine.objects.bulk_create(
        QuoteLine(
            quote=quote,
            position=position,
            kind=line.kind,
            package_id=line.package,
            description=dict(line.description),
            amount=line.amount,
            vat_code=line.vat_code,
        )
        for position, line in enumerate(offer.lines, start=1)
    )
    return quote


def seal_of_next(*, call: ServiceCall, offer: PriceOffer, now: Occasion) -> str:
    """Return the seal that a quote of this price would have, were it added now: what a yes to it is a yes to."""
    previous = call.quotes.order_by("-version").first()
    return _seal(call, offer, previous, _commission_rule(call, offer, previous, now))


def _seal(call: ServiceCall, offer: PriceOffer, previous: Quote | None, rule: CommissionRule | None) -> str:
    terms = Terms(
        call=str(call.pk),
        version=previous.version + 1 if previous else 1,
        contract_model=str(offer.contract_model),
        payer_kind=offer.payer_kind,
        tiers=offer.tiers,
        currency=offer.currency,
        provider_pay=offer.provider_pay,
        commission=rule.basis_points if rule else None,
        lines=offer.lines,
    )
    return seal(terms, previous=previous.seal if previous else "")


def _commission_rule(
    call: ServiceCall, offer: PriceOffer, previous: Quote | None, now: Occasion
) -> CommissionRule | None:
    """Return the version of the commission: frozen with the first agency quote, none under the fixed-price models."""
    if offer.contract_model is not ContractModel.AGENCY:
        return None
    if previous is not None and previous.commission_rule is not None:
        return previous.commission_rule
    on = countries.day_in(call.country, now.at)
    return partners.commission_rule(brand=call.brand, country=call.country_id, on=on)


def note(
    call: ServiceCall,
    *,
    step: str,
    now: Occasion,
    stage: Stage | None = None,
    facts: Mapping[str, object] | None = None,
) -> DiaryEntry:
    """Write a line into the diary of a locked call; `facts` hold no personal data of the customer."""
    sheet = sheet_of(call)
    number = sheet.next_number(call.pk) if sheet else next(iter(_last_numbers(call.pk)), 0) + 1
    entry = DiaryEntry(
        call=call,
        number=number,
        at=now.at,
        by=now.by,
        actor=now.actor,
        step=step,
        stage=stage or call.stage,
        facts=dict(facts or {}),
    )
    if sheet:
        sheet.add(entry)
    else:
        entry.save(force_insert=True)
    return entry


@worded
def _last_numbers(call: UUID) -> QuerySet[DiaryEntry, int]:
    return DiaryEntry.objects.filter(call=call).order_by("-number").values_list("number", flat=True)[:1]


def _party(brand: Brand, given: PersonGiven) -> Party:
    return Party.objects.create(
        brand=brand, name=given.name, email=given.email, phone=given.phone, language=given.language
    )


def _address(given: BookingGiven) -> Address:
    typed = given.address
    return Address.objects.create(
        street=typed.street,
        house_number=typed.house_number,
        postcode=typed.postcode,
        town=typed.town,
        region=typed.region,
        country=given.country,
        floor=typed.floor,
        has_lift=typed.has_lift,
        latitude=typed.latitude,
        longitude=typed.longitude,
        accuracy_m=typed.accuracy_m,
    )

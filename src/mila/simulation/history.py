"""What happened before: visits that are over, with their prices, promises, diaries and ratings; no money is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven, write_call
from mila.booking.models import (
    Assignment,
    AssignmentState,
    DiaryEntry,
    Offer,
    OfferState,
    Search,
    SearchPurpose,
    SearchState,
    ServiceCall,
    Stage,
    TimeWish,
)
from mila.booking.queries import bound_period
from mila.countries.models import Country
from mila.crowd.models import Helper, HelperState
from mila.kernel.kept import SECONDS, keep_for
from mila.kernel.money import BASIS_POINTS, Money
from mila.kernel.occasion import Occasion, Who
from mila.partners.models import Brand, ContractModel, Price
from mila.quality.models import AXES, Rating
from mila.simulation.brands import COMMISSION, OWN
from mila.simulation.files import read
from mila.simulation.people import LUCA, SARA

SEED = 1848
SUBMITTED = "history"
STARS_OF_LUCA = (5, 5, 5, 4, 5, 5, 5, 5, 5, 4, 5, 5, 5, 5, 5, 4, 5, 5, 5, 5, 5, 4, 5, 5)
STARS_OF_SARA = (5, 5, 4, 5, 5, 5, 4, 5, 5, 5, 4, 5, 5, 5)
NAMED = (LUCA.email, SARA.email)
STARS_OF_OTHERS = (5, 4, 3, 5, 4, 4, 5, 5, 2)
VISITS_OF_ANOTHER = 3
TOWNS = ("Zürich", "Bern", "Basel", "Genève", "Lausanne", "Lugano", "Luzern", "St. Gallen")
HOURS = (9, 11, 14, 17)
LAST_ONE = 5  # days ago
DAYS_BETWEEN = 6
WINDOW_MINUTES = 30
KM_AWAY = 2.2
MINUTES_AWAY = 12
ASAP_EVERY = 3  # visits; these were wanted as soon as possible
MINUTES_LATE = (-3, 4, 1, 9, -6, 2, 14, 0, 6)
BEFORE_ASAP = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Past:
    """A visit that was: its number, who came and when, what it was, how many stars it got.

    `late` is by how many minutes an arrival promised as soon as possible was missed; None for an agreed time.
    """

    number: int
    helper: Helper
    price: Price
    starts_at: datetime
    stars: int
    late: int | None

    @property
    def arrived_at(self) -> datetime:
        """When the helper was at the door."""
        return self.starts_at + timedelta(minutes=self.late or 0)

    @property
    def ended_at(self) -> datetime:
        """When the work was done."""
        return self.starts_at + timedelta(minutes=self.price.package.minutes)

    @property
    def booked_at(self) -> datetime:
        """Four days before the visit; less than an hour where it was wanted as soon as possible."""
        return self.starts_at - (timedelta(days=4) if self.late is None else BEFORE_ASAP)


def fill_history(country: Country, *, at: datetime) -> None:
    """Write the past of the named people and of some others, once."""
    brand = Brand.objects.get(slug=OWN)
    if ServiceCall.objects.filter(brand=brand, submission_key__startswith=SUBMITTED).exists():
        return
    rng = Random(SEED)  # noqa: S311 - the same past at every start
    keep_for(SECONDS)  # what is on the shelf is asked for at every visit
    try:
        _write_all(_remember(brand, country, at), brand, country, rng)
    finally:
        keep_for(0)


def _write_all(pasts: list[Past], brand: Brand, country: Country, rng: Random) -> None:
    told = [(past, _write(past, brand, country, rng)) for past in pasts]
    promises = [_promise(past, call) for past, call in told]
    Search.objects.bulk_create(offer.search for offer, _ in promises)
    Offer.objects.bulk_create(offer for offer, _ in promises)
    Assignment.objects.bulk_create(assignment for _, assignment in promises)
    DiaryEntry.objects.bulk_create(entry for past, call in told for entry in _diary(past, call))
    Rating.objects.bulk_create(_rating(past, call, rng) for past, call in told)


def _remember(brand: Brand, country: Country, at: datetime) -> list[Past]:
    prices = list(
        brand.prices.filter(country=country, contract_model=ContractModel.AGENCY)
        .select_related("package")
        .prefetch_related("package__needs")
        .order_by("package")
    )
    found: list[Past] = []
    for helper, stars in _rated():
        held = {skill.skill_id: skill.level for skill in helper.skills.all()}
        able = [price for price in prices if _can(held, price) and helper.provider.tier in price.tiers]
        for turn, given in enumerate(stars if able else ()):
            starts_at = _day(at, turn, country.zone)
            late = MINUTES_LATE[turn % len(MINUTES_LATE)] if turn % ASAP_EVERY == 1 else None
            found.append(Past(len(found) + 1, helper, able[turn % len(able)], starts_at, given, late))
    return found


def _rated() -> list[tuple[Helper, Sequence[int]]]:
    rows = Helper.objects.filter(state=HelperState.ACTIVE).select_related("provider", "account")
    active = list(rows.prefetch_related("skills").order_by("account__email"))
    by_email = {helper.account.email: helper for helper in active}
    named = [(by_email[LUCA.email], STARS_OF_LUCA), (by_email[SARA.email], STARS_OF_SARA)]
    others: list[tuple[Helper, Sequence[int]]] = []
    for number, town in enumerate(TOWNS):
        local = [one for one in active if one.provider.town == town and one.account.email not in NAMED]
        first = number % VISITS_OF_ANOTHER * VISITS_OF_ANOTHER
        others += [(one, STARS_OF_OTHERS[first : first + VISITS_OF_ANOTHER]) for one in local[:1]]
    return [*named, *others]


def _can(held: dict[str, int], price: Price) -> bool:
    return all(held.get(need.skill_id, 0) >= need.level for need in price.package.needs.all())


def _day(at: datetime, turn: int, zone: str) -> datetime:
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=LAST_ONE + DAYS_BETWEEN * turn)
    return datetime.combine(day, time(HOURS[turn % len(HOURS)]), ZoneInfo(zone))


def _write(past: Past, brand: Brand, country: Country, rng: Random) -> ServiceCall:
    spoken = past.helper.languages
    language, local = spoken[past.number % len(spoken)], spoken[0]
    names = read("crowd")
    name = f"{rng.choice(names['first_names'][local])} {rng.choice(names['last_names'][local])}"
    home = past.helper.provider
    given = BookingGiven(
        submission_key=f"{SUBMITTED}-{past.number}",
        brand=brand,
        country=country,
        packages=(past.price.package_id,),
        booker=PersonGiven(name, f"client{past.number}@customers.example", f"+4179000{5000 + past.number}", language),
        address=AddressGiven(
            street=rng.choice(names["streets"][local]),
            house_number=str(rng.randint(1, 60)),
            postcode=home.postcode,
            town=home.town,
            region="",
            latitude=round(past.helper.latitude + 0.014, 4),
            longitude=round(past.helper.longitude - 0.02, 4),
            accuracy_m=300,
        ),
        time=_wish(past),
    )
    call = write_call(given=given, now=Occasion(by=Who.CUSTOMER, at=past.booked_at))
    # The journey did not run: the row is put straight where it would have led.
    call.stage, call.since = Stage.CLOSED, past.ended_at + timedelta(days=3)
    call.visit_starts_at = past.starts_at
    call.save(update_fields=["stage", "since", "visit_starts_at"])
    return call


def _wish(past: Past) -> TimeGiven:
    if past.late is not None:
        return TimeGiven(TimeWish.ASAP)
    return TimeGiven(TimeWish.SLOT, (past.starts_at,), WINDOW_MINUTES)


def _promise(past: Past, call: ServiceCall) -> tuple[Offer, Assignment]:
    asked_at = past.booked_at + timedelta(minutes=3)
    said_yes_at = asked_at + timedelta(seconds=40)
    search = Search(
        call=call,
        purpose=SearchPurpose.FIRST,
        state=SearchState.FOUND,
        rounds=1,
        opened_at=asked_at,
        ended_at=said_yes_at,
    )
    offer = Offer(
        search=search,
        call=call,
        helper=past.helper,
        state=OfferState.ACCEPTED,
        made_at=asked_at,
        acknowledged_at=asked_at + timedelta(seconds=5),
        answered_at=said_yes_at,
        rank=1,
        pay=Money(past.price.amount, past.price.currency).share(BASIS_POINTS - COMMISSION).minor,
        currency=past.price.currency,
        travel_minutes=MINUTES_AWAY,
        distance_km=KM_AWAY,
    )
    assignment = Assignment(
        call=call,
        provider=past.helper.provider,
        helper=past.helper,
        offer=offer,
        state=AssignmentState.KEPT,
        period=_range(call, past.starts_at),
        accepted_at=said_yes_at,
        promised_at=None if past.late is None else past.starts_at,
        ended_at=past.ended_at + timedelta(minutes=5),
    )
    return offer, assignment


def _range(call: ServiceCall, starts_at: datetime) -> tuple[datetime, datetime]:
    period = bound_period(call, starts_at)
    return period.start, period.end


def _diary(past: Past, call: ServiceCall) -> list[DiaryEntry]:
    booked, visit, ended = past.booked_at, past.arrived_at, past.ended_at
    called, confirmed = booked + timedelta(hours=2), visit - timedelta(hours=30)
    if past.late is not None:
        called, confirmed = booked + timedelta(minutes=8), booked + timedelta(minutes=9)
    steps = (
        ("book", Who.CUSTOMER, Stage.DRAFTED, booked),
        ("secure", Who.BANK, Stage.REQUESTED, booked + timedelta(minutes=2)),
        ("accept", Who.PROVIDER, Stage.ACCEPTED, booked + timedelta(minutes=3, seconds=40)),
        ("contact", Who.PROVIDER, Stage.CONTACTED, called),
        ("confirm", Who.PROVIDER, Stage.CONFIRMED, confirmed),
        ("set_out", Who.PROVIDER, Stage.ON_THE_WAY, visit - timedelta(minutes=MINUTES_AWAY)),
        ("arrive", Who.PROVIDER, Stage.ARRIVED, visit),
        ("begin_work", Who.PROVIDER, Stage.WORKING, visit + timedelta(minutes=4)),
        ("finish", Who.PROVIDER, Stage.DONE, ended),
        ("sign_off", Who.CUSTOMER, Stage.SIGNED_OFF, ended + timedelta(minutes=5)),
        ("charge", Who.BANK, Stage.CHARGED, ended + timedelta(minutes=6)),
        ("release", Who.CLOCK, Stage.CLOSED, ended + timedelta(days=3)),
    )
    return [
        DiaryEntry(
            call=call,
            number=number,
            at=at,
            by=by,
            actor=past.helper.id if by is Who.PROVIDER else None,
            step=step,
            stage=stage,
        )
        for number, (step, by, stage, at) in enumerate(steps, start=1)
    ]


def _rating(past: Past, call: ServiceCall, rng: Random) -> Rating:
    return Rating(
        call=call,
        helper=past.helper,
        stars=past.stars,
        axes=dict.fromkeys(AXES, past.stars) if past.number % 2 else {},
        text=rng.choice(read("words")["praise"][call.language]) if past.stars > 3 else "",
        at=past.ended_at + timedelta(hours=3),
    )

"""Reading the facts of calls and helpers, and answering where there is supply."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, Exists, F, FloatField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from mila.booking import queries as booking
from mila.booking.models import Search, ServiceCall, Stage, TimeWish, WishedSlot
from mila.catalog.models import Package, PackageSkill
from mila.countries import queries as countries
from mila.crowd import queries as crowd
from mila.crowd.models import Helper, HelperState
from mila.dispatch.kept import APART, lines_of, page_of
from mila.dispatch.models import Decision, Weights
from mila.dispatch.points import JOBS_COUNTED, RATINGS_COUNTED, values_of
from mila.dispatch.record import Line, judged_again, same
from mila.dispatch.rules import VEHICLES, CallFacts, HelperFacts
from mila.dispatch.ways import Via
from mila.kernel.kept import kept
from mila.kernel.periods import Period
from mila.kernel.place import Point
from mila.partners import queries as partners
from mila.partners.models import Branch, Brand
from mila.quality import queries as quality
from mila.visit import queries as visit
from mila.worded import worded

VIA_LOOKS_AHEAD = timedelta(days=60)
OF_OPEN_CALLS = ("pk", "address__latitude", "address__longitude", "visit_starts_at", "window_minutes", "minutes")
_Open = tuple[UUID, float, float, datetime | None, int, int]

REACHES = (
    "crowd_reach(crowd_helper.latitude, crowd_helper.longitude, crowd_helper.radius_km, crowd_helper.second_radius_km)"
    " && box(point(%s, %s), point(%s, %s))"
)
KM = "crowd_km(crowd_helper.latitude, crowd_helper.longitude, %s, %s)"


def call_facts(call: ServiceCall) -> CallFacts:
    """Return what a decision needs to know of the call."""
    quote = booking.current_quote(call)
    booked_on = countries.day_in(call.country, call.booked_at)
    contract = partners.contract_to_sign(brand=call.brand, on=booked_on)
    packages = booking.packages(call)
    return CallFacts(
        point=call.address.point,
        accuracy_m=call.address.accuracy_m,
        periods=tuple(booking.bound_period(call, start) for start in _starts(call)),
        asap=call.time_wish == TimeWish.ASAP and call.visit_starts_at is None,
        minutes=call.minutes,
        tiers=frozenset(quote.tiers),
        skills=skills_needed(packages),
        language=call.site_contact.language,
        contract=contract.id if contract else None,
        qualifications=crowd.qualifications_asked(brand=call.brand, packages=packages, on=booked_on),
        vehicle=vehicle_needed(packages),
        via=_via_of(call),
        preferred_tier=tier_preferred(packages),
        key=call.id,
    )


def skills_needed(packages: Iterable[Package]) -> dict[str, int]:
    """Return the skills that the packages need together, each at the highest level asked."""
    needed: dict[str, int] = {}
    for _package, skill, level in levels_of(tuple(package.code for package in packages)):
        needed[skill] = max(level, needed.get(skill, 0))
    return needed


@kept
def levels_of(packages: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """Return which skill each of the packages needs, and at which level."""
    return tuple(PackageSkill.objects.filter(package__in=packages).values_list("package", "skill", "level"))


def vehicle_needed(packages: Iterable[Package]) -> str | None:
    """Return the smallest vehicle in which all that has to be picked up fits, None where nothing has to be."""
    wanted = [package.pick_up_vehicle for package in packages if package.pick_up_vehicle]
    return max(wanted, key=VEHICLES.index, default=None)


def tier_preferred(packages: Iterable[Package]) -> str | None:
    """Return the tier that the packages prefer, None where none does or they differ."""
    wanted = {package.preferred_tier for package in packages if package.preferred_tier}
    return next(iter(wanted)) if len(wanted) == 1 else None


def nearest_active(point: Point, *, country: str, most: int) -> list[Helper]:
    """Return the country's nearest active helpers whose area reaches the point or misses it narrowly."""
    east, north = point.longitude, point.latitude
    reached = RawSQL(REACHES, (east, north, east, north), output_field=BooleanField())  # noqa: S611 - our own text
    km = RawSQL(KM, (north, east), output_field=FloatField())  # noqa: S611 - our own text
    rows = Helper.objects.filter(reached, provider__country_id=country, state=HelperState.ACTIVE)
    return list(rows.select_related("provider").order_by(km, "pk")[:most])


def with_record(facts: Sequence[HelperFacts], *, email: str, phone: str, at: datetime) -> list[HelperFacts]:
    """Return the facts with what points follow from besides: ratings, conduct, earlier visits to this customer."""
    ids = [one.id for one in facts]
    ratings = quality.last_ratings(ids, at=at, limit=RATINGS_COUNTED)
    conduct = quality.last_conduct(ids, limit=JOBS_COUNTED)
    earlier = quality.good_visits(ids, email=email, phone=phone)
    return [
        replace(
            one,
            ratings=ratings[one.id],
            promises=conduct[one.id].promises,
            faults=conduct[one.id].faults,
            earlier=earlier.get(one.id, 0),
        )
        for one in facts
    ]


def weights_for(*, brand: UUID, country: str, at: datetime) -> Weights:
    """Return the version that holds for a brand's calls in a country at the time: the most specific wins.

    A version for the brand in the country goes before one for the brand, that before one for the country, and that
    before the version for all; among equals the one that began last.
    """
    live = Weights.objects.filter(Q(brand=brand) | Q(brand=None), Q(country=country) | Q(country=None))
    return live.filter(holds_from__lte=at).latest(
        F("brand").asc(nulls_first=True), F("country").asc(nulls_first=True), "holds_from"
    )


def weights_of_search(search: Search) -> Weights | None:
    """Return the version with which the search began, None before its first round."""
    first = Decision.objects.filter(search=search).select_related("weights").order_by("round").first()
    return first.weights if first else None


def decisions(call: ServiceCall) -> QuerySet[Decision]:
    """Return the rounds of the call's searches, the newest first."""
    return Decision.objects.filter(search__call=call).order_by("-at", "-round").defer(*APART)


def line_of(call: ServiceCall, helper_id: UUID) -> Line | None:
    """Return what the newest round that looked at the helper found, None where none did."""
    rounds = decisions(call).only("id", "asked").iterator(chunk_size=20)
    return next((line for decision in rounds for line in lines_of(decision, [helper_id])), None)


def recomputes(decision: Decision) -> bool:
    """Tell whether the kept facts and the version of the weights give the kept points and order again."""
    kept = page_of(decision, start=0, count=decision.eligible)
    again = judged_again(kept, call=decision.search.call_id, weights=values_of(decision.weights.values))
    return same(kept, again)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An open call without a helper, as it competes: its own time, or each that its customer prefers; none is open."""

    id: UUID
    point: Point
    periods: Sequence[Period]


def competing_calls(country: str, periods: Sequence[Period]) -> list[OpenCall]:
    """Return the open calls without a helper whose slots touch one of the periods."""
    if not periods:
        return []
    first = min(period.start for period in periods) - timedelta(hours=12)
    last = max(period.end for period in periods)
    return _open(_competing(country, first, last))


def calls_at_once(country: str) -> list[OpenCall]:
    """Return the open calls without a helper that are to be kept as soon as possible."""
    return _open(_at_once(country))


def _open(calls: Sequence[_Open]) -> list[OpenCall]:
    wished = defaultdict(list)
    for call, start in _wished_starts([one[0] for one in calls if one[3] is None]):
        wished[call].append(start)
    return [
        OpenCall(call, Point(north, east), [_bound(start, *minutes) for start in ([own] if own else wished[call])])
        for call, north, east, own, *minutes in calls
    ]


def _bound(starts_at: datetime, window_minutes: int, minutes: int) -> Period:
    return booking.period_of(starts_at, window_minutes=window_minutes, minutes=minutes)


@worded
def _competing(country: str, first: datetime, last: datetime) -> QuerySet[ServiceCall, _Open]:
    fixed = Q(visit_starts_at__gte=first, visit_starts_at__lte=last)
    slots = WishedSlot.objects.filter(call=OuterRef("pk"), starts_at__gte=first, starts_at__lte=last)
    wished = Q(visit_starts_at=None) & Q(Exists(slots))
    calls = ServiceCall.objects.filter(fixed | wished, country=country, stage=Stage.REQUESTED)
    return calls.values_list(*OF_OPEN_CALLS)


@worded
def _at_once(country: str) -> QuerySet[ServiceCall, _Open]:
    calls = ServiceCall.objects.filter(country=country, stage=Stage.REQUESTED, time_wish=TimeWish.ASAP)
    return calls.filter(visit_starts_at=None).values_list(*OF_OPEN_CALLS)


@worded
def _wished_starts(calls: list[UUID]) -> QuerySet[WishedSlot, tuple[UUID, datetime]]:
    return WishedSlot.objects.filter(call__pk__among=calls).values_list("call", "starts_at")


def via_of(branch: Branch, at: datetime) -> Via:
    """Return the branch as a stop on the way, with when it is open in the weeks after `at`."""
    return Via(branch.point, tuple(partners.branch_openings(branch, Period(at, at + VIA_LOOKS_AHEAD))))


def _via_of(call: ServiceCall) -> Via | None:
    found = visit.delivery(call)
    return via_of(found.branch, call.booked_at) if found else None


@kept
def needs_of(*, brand: Brand, packages: tuple[str, ...], tiers: tuple[str, ...], language: str, on: date) -> CallFacts:
    """Return the facts of a call that is not booked yet, without its time; place and time are filled in later."""
    rows = list(Package.objects.filter(code__in=packages))
    contract = partners.contract_to_sign(brand=brand, on=on)
    return CallFacts(
        point=Point(0, 0),
        accuracy_m=0,
        periods=(),
        asap=False,
        minutes=sum(row.minutes for row in rows),
        tiers=frozenset(tiers),
        skills=skills_needed(rows),
        language=language,
        contract=contract.id if contract else None,
        qualifications=crowd.qualifications_asked(brand=brand, packages=rows, on=on),
        vehicle=vehicle_needed(rows),
    )


def _starts(call: ServiceCall) -> list[datetime]:
    if call.visit_starts_at is not None:
        return [call.visit_starts_at]
    return list(call.wished_slots.order_by("position").values_list("starts_at", flat=True))

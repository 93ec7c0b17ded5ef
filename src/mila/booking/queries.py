"""Questions about calls that every room above may ask."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from mila.booking import together
from mila.booking.models import (
    Assignment,
    AssignmentState,
    DiaryEntry,
    LineKind,
    Offer,
    OfferMode,
    Quote,
    QuoteLine,
    Search,
    ServiceCall,
)
from mila.booking.models.assignments import WAITING
from mila.catalog.models import Package
from mila.kernel.periods import Period
from mila.kernel.texts import Texts
from mila.partners.models import Payer
from mila.worded import lay, lies_on, worded

PEOPLE_AND_PLACE = ("brand", "country", "address", "booker", "payer", "site_contact")


def current_quote(call: ServiceCall) -> Quote:
    """Return the latest approved version of the call's price with its lines; read once for the call in hand."""
    return max(quotes(call), key=lambda quote: quote.version)


def quotes(call: ServiceCall) -> list[Quote]:
    """Return every approved version of the call's price with its lines, the first one first; read once as well."""
    # What was read stays with this call in hand, which is read anew in every transaction; adding to it forgets it.
    if not lies_on(call, "quotes"):
        _lay_quotes([call], _lines_of([call.pk]))
    return sorted(call.quotes.all(), key=lambda quote: quote.version)


def lay_quotes(calls: Sequence[ServiceCall]) -> None:
    """Read the prices of all the calls in hand at once, each with its lines."""
    _lay_quotes(calls, _lines_of([call.pk for call in calls]))


def brand_pays(call: ServiceCall) -> bool:
    """Tell whether the brand pays for the call by monthly invoice."""
    return any(quote.payer_kind == Payer.BRAND for quote in quotes(call))


def packages(call: ServiceCall) -> list[Package]:
    """Return the packages of the call's current quote, in order."""
    return [line.package for line in current_quote(call).lines.all() if line.package is not None]


def packages_at_hand(call: ServiceCall) -> list[Package]:
    """Return the packages on the call's current price, as they were read together with a list of visits."""
    quote = max(call.quotes.all(), key=lambda one: one.version)
    lines = sorted(quote.lines.all(), key=lambda line: line.position)
    return [line.package for line in lines if line.package is not None]


def active_assignment(call: ServiceCall) -> Assignment | None:
    """Return the promise that binds now, with its helper and provider; read once for the call in hand."""
    return next((one for one in _assignments(call) if one.state == AssignmentState.ACTIVE), None)


def last_assignment(call: ServiceCall) -> Assignment | None:
    """Return the promise that binds or was kept, with its helper and provider."""
    held = [one for one in _assignments(call) if one.state != AssignmentState.RELEASED]
    return max(held, key=lambda one: one.accepted_at, default=None)


def steps_taken(call: ServiceCall) -> list[tuple[str, datetime]]:
    """Return what is in the call's diary and when it was, in order."""
    return _steps_taken(call.pk)


def running_search(call: ServiceCall) -> Search | None:
    """Return the search that runs for the call, if one does."""
    return next(iter(together.running_searches([call])), None)


def is_left_to_choose(call: ServiceCall, search: Search) -> bool:
    """Tell whether the one who was wished for alone cannot come, so that the customer says how the search goes on."""
    told = call.diary.filter(step="one_alone_cannot", at__gte=search.opened_at)
    return call.only_preferred and told.exists() and not has_open_offers(call)


def exclusive_offer(call: ServiceCall) -> Offer | None:
    """Return the offer that is out exclusively for the call, if one is."""
    return open_offers(call).filter(mode=OfferMode.EXCLUSIVE).first()


def open_offers(call: ServiceCall) -> QuerySet[Offer]:
    """Return the offers of the call that wait for an answer, exclusive or not, the best-ranked first."""
    return call.offers.filter(state__in=WAITING).select_related("helper__account", "search").order_by("rank", "id")


def has_open_offers(call: ServiceCall) -> bool:
    """Tell whether an offer of the call waits for an answer."""
    return bool(together.waited_for([call.pk]))


def offer_of_key(key: str) -> Offer | None:
    """Return the offer of the secret key, with its call, helper and search."""
    return next(iter(_offers_of_key(key)), None)


def offer_of_link(link_key: str) -> Offer | None:
    """Return the offer that the link from the SMS is about, with what its page shows."""
    return next(iter(_offers_of_link(link_key)), None)


def call_of_status_key(key: str) -> ServiceCall | None:
    """Return the call whose status page the secret key opens."""
    return next(iter(_calls_of_status_key(key)), None)


def call_of_submission(brand_id: UUID, submission_key: str) -> ServiceCall | None:
    """Return the call that an earlier submit under the same key booked."""
    return next(iter(_calls_of_submission(brand_id, submission_key)), None)


def has_order(brand_id: UUID, partner_order_id: str) -> bool:
    """Tell whether the brand has booked a call under its own order id."""
    return ServiceCall.objects.filter(brand_id=brand_id, partner_order_id=partner_order_id).exists()


def bound_period(call: ServiceCall, starts_at: datetime) -> Period:
    """Return the time that the call binds a helper from the start of its arrival window."""
    return period_of(starts_at, window_minutes=call.window_minutes, minutes=call.minutes)


def period_of(starts_at: datetime, *, window_minutes: int, minutes: int) -> Period:
    """Return the time from the start of an arrival window to the latest end of the work."""
    return Period(starts_at, starts_at + timedelta(minutes=window_minutes + minutes))


def services(call: ServiceCall) -> list[Texts]:
    """Return the names of the packages on the call's current price, in order."""
    quote = max(call.quotes.all(), key=lambda one: one.version)
    lines = sorted(quote.lines.all(), key=lambda line: line.position)
    return [line.description for line in lines if line.kind == LineKind.PACKAGE]


def offer_to_answer(helper_id: UUID) -> Offer | None:
    """Return the offer that waits for the helper's answer at the moment, if there is one."""
    return next(iter(_offers_to_answer(helper_id)), None)


def has_offer_to_answer(helper_id: UUID) -> bool:
    """Tell whether an offer waits for the helper's answer at the moment."""
    return bool(_waiting_offers(helper_id))


def offer_of_helper(key: str, helper_id: UUID) -> Offer | None:
    """Return the offer of the secret key, if it was made to this helper."""
    return next(iter(_offers_of_helper(key, helper_id)), None)


def latest_offers(helper_id: UUID) -> list[Offer]:
    """Return the thirty offers that the helper got last, newest first, with what is needed to name them."""
    found = _latest_offers(helper_id)
    if found:
        _lay_quotes([offer.call for offer in found], _described([offer.call_id for offer in found]))
    return found


def coming_visits(helper_id: UUID) -> list[Assignment]:
    """Return the fifty visits next to come that bind the helper; those without a time yet come before."""
    found = _coming_visits(helper_id)
    if found:
        _lay_quotes([visit.call for visit in found], _lines_of([visit.call_id for visit in found]))
    return found


def visits_within(helper_id: UUID, span: Period) -> list[tuple[Assignment, Period]]:
    """Return the visits that bind or bound the helper within the span with the time they take, in order."""
    held = _visits_of(helper_id).exclude(state=AssignmentState.RELEASED).filter(period__overlap=(span.start, span.end))
    found = [(row, row.period) for row in held.order_by("period") if row.period is not None]
    return [(row, Period(taken.lower, taken.upper)) for row, taken in found if taken.lower and taken.upper]


def visit_of_helper(call_id: UUID, helper_id: UUID) -> Assignment | None:
    """Return the helper's newest promise to come to the call, whether it binds, was kept or is over."""
    return next(iter(_visits_to(call_id, helper_id)), None)


def _assignments(call: ServiceCall) -> list[Assignment]:
    if not lies_on(call, "assignments"):
        lay(call, "assignments", _promises_of(call.pk))
    return list(call.assignments.all())


@worded
def _promises_of(call: UUID) -> QuerySet[Assignment]:
    return Assignment.objects.select_related("helper__account", "provider", "offer").filter(call=call)


def _lay_quotes(calls: Sequence[ServiceCall], lines: Sequence[QuoteLine]) -> None:
    of_quote, of_call = defaultdict(list), defaultdict(list)
    for line in lines:
        of_quote[line.quote_id].append(line)
    for quote in _quotes_of([call.pk for call in calls]):
        lay(quote, "lines", of_quote[quote.pk])
        of_call[quote.call_id].append(quote)
    for call in calls:
        lay(call, "quotes", of_call[call.pk])


@worded
def _quotes_of(calls: list[UUID]) -> QuerySet[Quote]:
    return Quote.objects.select_related("issuing_entity", "commission_rule").filter(call__pk__among=calls)


@worded
def _lines_of(calls: list[UUID]) -> QuerySet[QuoteLine]:
    return QuoteLine.objects.select_related("package").filter(quote__call__pk__among=calls).order_by("position")


@worded
def _described(calls: list[UUID]) -> QuerySet[QuoteLine]:
    return QuoteLine.objects.filter(quote__call__pk__among=calls).order_by("position")


@worded
def _steps_taken(call: UUID) -> QuerySet[DiaryEntry, tuple[str, datetime]]:
    return DiaryEntry.objects.filter(call=call).order_by("number").values_list("step", "at")


@worded
def _calls_of_submission(brand: UUID, key: str) -> QuerySet[ServiceCall]:
    return ServiceCall.objects.filter(brand=brand, submission_key=key)


@worded
def _calls_of_status_key(key: str) -> QuerySet[ServiceCall]:
    return ServiceCall.objects.select_related(*PEOPLE_AND_PLACE).filter(status_key=key)


@worded
def _offers_of_key(key: str) -> QuerySet[Offer]:
    related = ("call__address", "call__brand", "call__country", "helper", "search")
    return Offer.objects.select_related(*related).filter(key=key)


@worded
def _offers_of_link(link_key: str) -> QuerySet[Offer]:
    return _offers().select_related("helper").filter(link_key=link_key)


@worded
def _offers_of_helper(key: str, helper: UUID) -> QuerySet[Offer]:
    return _offers().filter(key=key, helper=helper)


@worded
def _offers_to_answer(helper: UUID) -> QuerySet[Offer]:
    return _offers().filter(helper=helper, state__in=WAITING)


@worded
def _waiting_offers(helper: UUID) -> QuerySet[Offer, UUID]:
    return Offer.objects.filter(helper=helper, state__in=WAITING).values_list("pk", flat=True)


@worded
def _latest_offers(helper: UUID) -> QuerySet[Offer]:
    return _offers().filter(helper=helper).order_by("-made_at")[:30]


@worded
def _coming_visits(helper: UUID) -> QuerySet[Assignment]:
    next_first = F("call__visit_starts_at").asc(nulls_first=True)
    return _visits_of(helper).filter(state=AssignmentState.ACTIVE).order_by(next_first, "accepted_at")[:50]


@worded
def _visits_to(call: UUID, helper: UUID) -> QuerySet[Assignment]:
    return _visits_of(helper).filter(call=call).order_by("-accepted_at")[:1]


def _offers() -> QuerySet[Offer]:
    related = ("call__address", "call__brand", "call__country", "call__site_contact", "search", "assignment")
    return Offer.objects.select_related(*related)


def _visits_of(helper_id: UUID) -> QuerySet[Assignment]:
    related = ("call__address", "call__brand", "call__country", "call__site_contact", "offer", "provider")
    return Assignment.objects.filter(helper=helper_id).select_related(*related)

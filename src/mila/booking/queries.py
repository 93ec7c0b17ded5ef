"""Questions about calls that every room above may ask."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from mila.booking.models import (
    Assignment,
    AssignmentState,
    LineKind,
    Offer,
    OfferMode,
    Quote,
    QuoteLine,
    Search,
    SearchState,
    ServiceCall,
)
from mila.booking.models.assignments import WAITING
from mila.catalog.models import Package
from mila.kernel.periods import Period
from mila.kernel.texts import Texts
from mila.partners.models import Payer


def current_quote(call: ServiceCall) -> Quote:
    """Return the latest approved version of the call's price with its lines; read once for the call in hand."""
    return max(quotes(call), key=lambda quote: quote.version)


def quotes(call: ServiceCall) -> list[Quote]:
    """Return every approved version of the call's price with its lines, the first one first; read once as well."""
    # What was read stays with this call in hand, which is read anew in every transaction; adding to it forgets it.
    lines = Prefetch("lines", QuoteLine.objects.select_related("package").order_by("position"))
    known = Quote.objects.select_related("issuing_entity", "commission_rule").prefetch_related(lines)
    prefetch_related_objects([call], Prefetch("quotes", known))
    return sorted(call.quotes.all(), key=lambda quote: quote.version)


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


def running_search(call: ServiceCall) -> Search | None:
    """Return the search that runs for the call, if one does."""
    return call.searches.filter(state=SearchState.RUNNING).first()


def is_left_to_choose(call: ServiceCall, search: Search) -> bool:
    """Tell whether the one who was wished for alone cannot come, so that the customer says how the search goes on."""
    told = call.diary.filter(step="one_alone_cannot", at__gte=search.opened_at)
    return call.only_preferred and told.exists() and not open_offers(call).exists()


def exclusive_offer(call: ServiceCall) -> Offer | None:
    """Return the offer that is out exclusively for the call, if one is."""
    return open_offers(call).filter(mode=OfferMode.EXCLUSIVE).first()


def open_offers(call: ServiceCall) -> QuerySet[Offer]:
    """Return the offers of the call that wait for an answer, exclusive or not, the best-ranked first."""
    return call.offers.filter(state__in=WAITING).select_related("helper__account", "search").order_by("rank", "id")


def offer_of_key(key: str) -> Offer | None:
    """Return the offer of the secret key, with its call, helper and search."""
    offers = Offer.objects.select_related("call__address", "call__brand", "call__country", "helper", "search")
    return offers.filter(key=key).first()


def offer_of_link(link_key: str) -> Offer | None:
    """Return the offer that the link from the SMS is about, with what its page shows."""
    related = ("call__address", "call__brand", "call__country", "call__site_contact", "search", "assignment", "helper")
    return Offer.objects.select_related(*related).filter(link_key=link_key).first()


def call_of_status_key(key: str) -> ServiceCall | None:
    """Return the call whose status page the secret key opens."""
    calls = ServiceCall.objects.select_related("brand", "country", "address", "booker", "payer", "site_contact")
    return calls.filter(status_key=key).first()


def call_of_submission(brand_id: UUID, submission_key: str) -> ServiceCall | None:
    """Return the call that an earlier submit under the same key booked."""
    return ServiceCall.objects.filter(brand_id=brand_id, submission_key=submission_key).first()


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
    return _offers_of(helper_id).filter(state__in=WAITING).first()


def offer_of_helper(key: str, helper_id: UUID) -> Offer | None:
    """Return the offer of the secret key, if it was made to this helper."""
    return _offers_of(helper_id).filter(key=key).first()


def latest_offers(helper_id: UUID, *, limit: int) -> list[Offer]:
    """Return the offers that the helper got last, newest first, with what is needed to name them."""
    return list(_offers_of(helper_id).prefetch_related("call__quotes__lines").order_by("-made_at")[:limit])


def coming_visits(helper_id: UUID, *, limit: int) -> list[Assignment]:
    """Return the visits that bind the helper, the next first; those without a time yet come before."""
    held = _visits_of(helper_id).filter(state=AssignmentState.ACTIVE).prefetch_related("call__quotes__lines__package")
    return list(held.order_by(F("call__visit_starts_at").asc(nulls_first=True), "accepted_at")[:limit])


def visits_within(helper_id: UUID, span: Period) -> list[tuple[Assignment, Period]]:
    """Return the visits that bind or bound the helper within the span with the time they take, in order."""
    held = _visits_of(helper_id).exclude(state=AssignmentState.RELEASED).filter(period__overlap=(span.start, span.end))
    found = [(row, row.period) for row in held.order_by("period") if row.period is not None]
    return [(row, Period(taken.lower, taken.upper)) for row, taken in found if taken.lower and taken.upper]


def visit_of_helper(call_id: UUID, helper_id: UUID) -> Assignment | None:
    """Return the helper's newest promise to come to the call, whether it binds, was kept or is over."""
    return _visits_of(helper_id).filter(call=call_id).order_by("-accepted_at").first()


def _assignments(call: ServiceCall) -> list[Assignment]:
    promises = Assignment.objects.select_related("helper__account", "provider", "offer")
    prefetch_related_objects([call], Prefetch("assignments", promises))
    return list(call.assignments.all())


def _offers_of(helper_id: UUID) -> QuerySet[Offer]:
    related = ("call__address", "call__brand", "call__country", "call__site_contact", "search", "assignment")
    return Offer.objects.filter(helper=helper_id).select_related(*related)


def _visits_of(helper_id: UUID) -> QuerySet[Assignment]:
    related = ("call__address", "call__brand", "call__country", "call__site_contact", "offer", "provider")
    return Assignment.objects.filter(helper=helper_id).select_related(*related)

"""Booking, reading and cancelling service calls."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query

from mila.booking import queries as booking
from mila.booking.actions import BookingGiven, PriceOffer
from mila.booking.models import ServiceCall, Stage
from mila.countries import queries as countries
from mila.journey import actions as journey
from mila.journey.lifecycle import LIFE
from mila.journey.machine import WrongStage
from mila.payments import queries as payment
from mila.sites.api import lists, shapes
from mila.sites.api.faults import IDEMPOTENCY_KEY
from mila.sites.api.given import Open, as_given, country_of, placed, priced
from mila.sites.api.guard import brand_of, by_brand, for_customer
from mila.sites.api.once import once, said, submission_key
from mila.sites.api.paging import LONGEST_CURSOR, MOST, USUAL, cursor_at, paged, place_of
from mila.sites.api.problems import CursorInvalid, PriceChanged, SlotTaken
from mila.sites.now import now
from mila.visit.models import CodePurpose

Key = Annotated[
    str,
    Header(
        alias=IDEMPOTENCY_KEY,
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Chosen by you, such as a UUID; the same key with the same request acts once. Kept for 72 hours.",
    ),
]
Cursor = Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="next_cursor of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]
OrderId = Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")]


def book(request: HttpRequest, booking_given: shapes.Booking, idempotency_key: Key) -> HttpResponse:
    """Book a visit, once.

    Where the brand pays, the search begins at once; else payment_url leads the customer to save a means of payment
    within 30 minutes, and the search begins then. A time without supply and another price than the named one are
    conflicts (409).
    """
    return _book(request, booking_given, idempotency_key=idempotency_key)


@once
def _book(request: HttpRequest, said_by: shapes.Booking, *, idempotency_key: str) -> HttpResponse:
    at, brand, key = now(), brand_of(request), submission_key(request, idempotency_key)
    earlier = booking.call_of_submission(brand.id, key)
    if earlier is None:
        country = country_of(said_by.address.country)
        offer = priced(brand, country, said_by.packages, countries.day_in(country, at))
        given = as_given(said_by, brand=brand, country=country, address=placed(said_by.address), submission_key=key)
        _must_hold(said_by, given, offer, at)
        earlier = journey.book(given=given, now=by_brand(request))
    response = said(lists.shape_of(lists.call_of_brand(brand, earlier.id)), 201)
    response.headers["Location"] = f"/api/v1/calls/{earlier.id}"
    return response


def calls(
    request: HttpRequest,
    stage: Stage | None = None,
    partner_order_id: OrderId = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> HttpResponse:
    """The brand's calls, newest first; calls booked meanwhile neither move nor repeat a row of later pages."""
    brand = brand_of(request)
    of = f"calls:{brand.id}:{stage or ''}:{partner_order_id or ''}"
    rows = lists.page_of_calls(brand, stage=stage, order=partner_order_id, after=place_of(cursor, of=of), limit=limit)
    onward = cursor_at(of, lists.place_of_call(rows[limit - 1])) if len(rows) > limit else None
    page = shapes.Calls(calls=lists.shapes_of(rows[:limit]), next_cursor=onward)
    asked = {"stage": stage, "partner_order_id": partner_order_id, "limit": str(limit)}
    return paged(request, page, next_cursor=onward, asked={name: value for name, value in asked.items() if value})


def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """A call as it stands now."""
    return said(lists.shape_of(lists.call_of_brand(brand_of(request), call_id)))


def events(request: HttpRequest, call_id: UUID, cursor: Cursor = None, limit: Limit = USUAL) -> HttpResponse:
    """Everything that has happened to a call, in order."""
    found = lists.call_of_brand(brand_of(request), call_id)
    of = f"events:{found.id}"
    rows = lists.page_of_events(found, after=_number(place_of(cursor, of=of)), limit=limit)
    onward = cursor_at(of, [rows[limit - 1].number]) if len(rows) > limit else None
    page = shapes.Events(events=[lists.event_of(row) for row in rows[:limit]], next_cursor=onward)
    return paged(request, page, next_cursor=onward, asked={"limit": str(limit)})


def cancellation(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What cancelling costs at this moment: to be shown to the customer before."""
    found = lists.call_of_brand(brand_of(request), call_id)
    cost = payment.cancellation_cost(found, now()).cost
    return said(
        shapes.Cost(
            possible=LIFE.step("cancel", Stage(found.stage)) is not None,
            cost=shapes.Money(amount_minor=cost.minor, currency=cost.currency),
            code_needed=cost.minor > 0,
        )
    )


def send_code(request: HttpRequest, call_id: UUID, idempotency_key: Key) -> HttpResponse:
    """Send who pays a one-time code, with which they agree to the cost of cancelling."""
    return _send_code(request, call_id, idempotency_key=idempotency_key)


@once
def _send_code(request: HttpRequest, call_id: UUID, *, idempotency_key: str) -> HttpResponse:
    found = _cancellable(request, call_id)
    channel = journey.send_code(call_id=found.id, purpose=CodePurpose.CANCEL, now=for_customer(request))
    return said(shapes.CodeSent(channel="mail" if channel == "mail" else "sms"), 201)


def cancel(request: HttpRequest, call_id: UUID, cancelling: shapes.Cancelling, idempotency_key: Key) -> HttpResponse:
    """Cancel for the customer, at the cost that was shown and not more; cancelling again changes nothing."""
    return _cancel(request, call_id, cancelling, idempotency_key=idempotency_key)


@once
def _cancel(
    request: HttpRequest, call_id: UUID, cancelling: shapes.Cancelling, *, idempotency_key: str
) -> HttpResponse:
    found = lists.call_of_brand(brand_of(request), call_id)
    if booking.current_quote(found).currency != cancelling.cost.currency:
        raise journey.CostChanged
    journey.cancel(
        call_id=found.id,
        shown_cost=cancelling.cost.amount_minor,
        code=cancelling.code,
        now=for_customer(request),
    )
    return said(lists.shape_of(lists.call_of_brand(brand_of(request), call_id)))


def _must_hold(said_by: shapes.Booking, given: BookingGiven, offer: PriceOffer, at: datetime) -> None:
    if (offer.total, offer.currency) != (said_by.total.amount_minor, said_by.total.currency):
        raise PriceChanged
    found = Open(given.brand, given.country, offer, said_by.packages, given.address)
    found.branch = given.pick_up.branch if given.pick_up else None
    there = given.site_contact or given.booker
    wanted = found.wanted(at, said_by.language, given.booker.email, there.phone)
    if not found.has(said_by.time, wanted, at):
        raise SlotTaken


def _cancellable(request: HttpRequest, call_id: UUID) -> ServiceCall:
    found = lists.call_of_brand(brand_of(request), call_id)
    if LIFE.step("cancel", Stage(found.stage)) is None:
        raise WrongStage
    return found


def _number(place: list[str | int] | None) -> int:
    if place is None:
        return 0
    if len(place) != 1 or not isinstance(place[0], int):
        raise CursorInvalid
    return place[0]

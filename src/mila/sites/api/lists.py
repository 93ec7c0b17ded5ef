"""Reading a brand's calls and what happened to them, in a fixed number of queries."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from mila.booking.models import AssignmentState, DiaryEntry, Quote, ServiceCall, Stage
from mila.booking.models.times import OPEN
from mila.dispatch import why
from mila.dispatch.why import Counts
from mila.messaging.facts import status_page
from mila.partners.models import Brand, Payer
from mila.sites.api import shapes
from mila.sites.api.paging import Place, time_and_id, written
from mila.sites.api.problems import NotFound
from mila.sites.templatetags.words import texts
from mila.visit.parcels import PickUp
from mila.visit.rules import ParcelState

TO_PAY = (Stage.DRAFTED, Stage.UNPAID)


def call_of_brand(brand: Brand, call_id: UUID) -> ServiceCall:
    """Return the brand's call. Refuses, as not found, what is another brand's."""
    found = _calls(brand).filter(pk=call_id).first()
    if found is None:
        raise NotFound
    return found


def page_of_calls(
    brand: Brand, *, stage: str | None, order: str | None, after: Place | None, limit: int
) -> list[ServiceCall]:
    """Return up to `limit` + 1 of the brand's calls, newest first, after the row that the cursor names."""
    rows = _calls(brand)
    if stage is not None:
        rows = rows.filter(stage=stage)
    if order is not None:
        rows = rows.filter(partner_order_id=order)
    if after is not None:
        at, row = time_and_id(after)
        rows = rows.filter(Q(booked_at__lt=at) | Q(booked_at=at, id__lt=row))
    return list(rows.order_by("-booked_at", "-id")[: limit + 1])


def place_of_call(call: ServiceCall) -> Place:
    """Return what a cursor remembers of a call."""
    return [written(call.booked_at), str(call.id)]


def page_of_events(call: ServiceCall, *, after: int, limit: int) -> list[DiaryEntry]:
    """Return up to `limit` + 1 entries of the call's diary, in order."""
    return list(call.diary.filter(number__gt=after).order_by("number")[: limit + 1])


def shape_of(call: ServiceCall) -> shapes.Call:
    """Return a call as it is told."""
    return shapes_of([call])[0]


def shapes_of(calls: Sequence[ServiceCall]) -> list[shapes.Call]:
    """Return calls as they are told, their searches counted together."""
    counts = why.counts([call.id for call in calls])
    return [_shape(call, counts.get(call.id)) for call in calls]


def _shape(call: ServiceCall, counts: Counts | None) -> shapes.Call:
    quote = _quote(call)
    currency = quote.currency
    pays = "brand" if quote.payer_kind == Payer.BRAND else "customer"
    lines = sorted(quote.lines.all(), key=lambda line: line.position)
    link = status_page(call)
    return shapes.Call(
        id=call.id,
        order_number=call.order_number,
        partner_order_id=call.partner_order_id,
        stage=call.stage,
        stage_since=call.since,
        booked_at=call.booked_at,
        packages=[line.package_id for line in lines if line.package_id],
        time=_time(call),
        country=call.country_id,
        postcode=call.address.postcode,
        town=call.address.town,
        total=shapes.Money(amount_minor=quote.total, currency=currency),
        lines=[
            shapes.Line(
                kind=line.kind,
                package=line.package_id,
                description=texts(line.description),
                amount=shapes.Money(amount_minor=line.amount, currency=currency),
            )
            for line in lines
        ],
        paid_by="brand" if pays == "brand" else "customer",
        helper=_helper(call),
        time_change=_time_change(call),
        pick_up=_pick_up(call),
        follows=call.follows.call_id if hasattr(call, "follows") else None,
        search=_search(counts) if counts else None,
        status_url=link,
        payment_url=link if call.stage in TO_PAY and pays == "customer" else None,
    )


def event_of(entry: DiaryEntry) -> shapes.Event:
    """Return an entry of the diary as it is told."""
    return shapes.Event(number=entry.number, at=entry.at, by=entry.by, step=entry.step, stage=entry.stage)


def _calls(brand: Brand) -> QuerySet[ServiceCall]:
    beside = ("brand", "address", "country", "delivery__branch", "follows")
    rows = ServiceCall.objects.filter(brand=brand).select_related(*beside)
    return rows.prefetch_related(
        "quotes__lines", "assignments__helper", "time_proposals", "delivery__pick_ups__assignment"
    )


def _quote(call: ServiceCall) -> Quote:
    return max(call.quotes.all(), key=lambda one: one.version)


def _helper(call: ServiceCall) -> shapes.Helper | None:
    held = [one for one in call.assignments.all() if one.state != AssignmentState.RELEASED]
    return shapes.Helper(first_name=held[-1].helper.first_name) if held else None


def _pick_up(call: ServiceCall) -> shapes.PickUp | None:
    found = getattr(call, "delivery", None)
    if found is None:
        return None
    rows = sorted(found.pick_ups.all(), key=lambda row: row.assignment.accepted_at)
    item = ", ".join(texts(one) for one in found.items) + (f" – {found.named}" if found.named else "")
    return shapes.PickUp(branch=found.branch.code, item=item, state=_state_of(rows))


def _state_of(rows: list[PickUp]) -> str | None:
    state = rows[-1].state if rows else ParcelState.VOID
    return None if state == ParcelState.VOID else state.value


def _time_change(call: ServiceCall) -> shapes.TimeChange | None:
    for row in call.time_proposals.all():
        if row.due_at is not None and row.state in OPEN:
            said = {"asked_by": row.asked_by, "state": row.state, "starts": row.starts, "due_at": row.due_at}
            return shapes.TimeChange.model_validate(said)
    return None


def _search(counts: Counts) -> shapes.SearchCounts:
    return shapes.SearchCounts(
        looked_at=counts.looked_at,
        eligible=counts.eligible,
        asked=counts.asked,
        declined=counts.declined,
        no_answer=counts.silent,
    )


def _time(call: ServiceCall) -> shapes.WishedTime:
    return shapes.WishedTime(
        wish=call.time_wish, starts_at=call.visit_starts_at, ends_at=call.window_ends_at, minutes=call.minutes
    )

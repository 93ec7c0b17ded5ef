"""Everything about one call: people, prices, money, messages, offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.http import Http404

from mila.booking import chain
from mila.booking import queries as booking
from mila.booking.models import (
    Assignment,
    ChangeRequest,
    ChangeState,
    Exclusion,
    FollowUp,
    Offer,
    Quote,
    Search,
    ServiceCall,
    Stage,
    TimeProposal,
)
from mila.booking.queries import PEOPLE_AND_PLACE
from mila.catalog.models import Package
from mila.journey.lifecycle import LIFE
from mila.journey.ribs import if_any, one_if_any, which_there_are
from mila.kernel.occasion import Who
from mila.kernel.texts import Texts
from mila.messaging import queries as messaging
from mila.messaging.models import Message
from mila.payments import queries as payments
from mila.payments import sales as sold
from mila.payments import stakes
from mila.payments.models import Charge, Claim, Dispute, Document, Hold, Refund, Sale
from mila.quality import inquiries
from mila.quality.models import Inquiry
from mila.sites.country import speak_of
from mila.sites.desk.diary import Line, helper_name, lines_of
from mila.sites.desk.filters import clock_failures
from mila.sites.desk.lists import Deadline, deadline_of, dispute_troubles, troubles_of
from mila.sites.desk.words import CHANGES, CLOSED_BECAUSE, FOLLOW_UPS, OFFERS, PROPOSALS, STAGE_KINDS, STAGES
from mila.visit import queries as visits
from mila.visit.products import Suggestion
from mila.worded import worded

MESSAGES_SHOWN = 60
FOLLOW_UPS_SHOWN = 10
INQUIRIES_SHOWN = 10
OFFERS_READ, OFFERS_SHOWN = 400, 200
CHANGES_SHOWN, PROPOSALS_SHOWN, HOLDS_SHOWN = 20, 20, 20
ONE_EACH = ("means", "rating", "withdrawal", "objection", "sign_off__party", "follows__call")
STEPS_OF_DESK = (
    "assign",
    "change_time",
    "approve_time",
    "take_away",
    "cancel_by_desk",
    "search_anew",
    "finish_by_desk",
    "write_off",
)


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """An offer as the desk sees it."""

    offer: Offer
    helper: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """Another time that was asked for or proposed, and what came of it in words."""

    row: TimeProposal
    said: str


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A change of what was booked with the evidence of the yes, and what came of it in words."""

    row: ChangeRequest
    said: str


@dataclass(frozen=True, slots=True)
class FollowUpSeen:
    """A further visit that the helper prepared, and what came of it in words."""

    row: FollowUp
    services: Sequence[Texts]
    said: str


@dataclass(frozen=True, slots=True)
class Money:
    """What was asked of the bank for a call, and who is owed what."""

    holds: Sequence[Hold]
    charges: Sequence[Charge]
    claims: Sequence[Claim]
    documents: Sequence[Document]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    sales: Sequence[Sale]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the desk knows of a call."""

    call: ServiceCall
    stage: str
    kind: str
    is_over: bool
    deadline: Deadline | None
    troubles: Sequence[object]
    steps: frozenset[str]
    assignment: Assignment | None
    suggested: Sequence[Suggestion]
    search: Search | None
    quotes: Sequence[Quote]
    money: Money
    messages: Sequence[Message]
    offers: Sequence[OfferSeen]
    diary: Sequence[Line]
    proposals: Sequence[ProposalSeen]
    changes: Sequence[ChangeSeen]
    chain_is_whole: bool
    exclusions: Sequence[Exclusion]
    brand_decides: bool
    follow_ups: Sequence[FollowUpSeen]
    inquiries: Sequence[Inquiry]


def call_at_desk(call_id: UUID) -> ServiceCall:
    """Return the call with its people and its place, or say that there is none (404); its page is in its own zone."""
    call = next(iter(_calls(call_id)), None)
    if call is None:
        raise Http404
    speak_of(call.country_id)
    return call


@worded
def _calls(call_id: UUID) -> QuerySet[ServiceCall]:
    calls = ServiceCall.objects.select_related(*PEOPLE_AND_PLACE, *ONE_EACH)
    return calls.annotate(clock_failed=Exists(clock_failures()), **which_there_are()).filter(pk=call_id)


def open_dossier(call: ServiceCall, at: datetime) -> Dossier:
    """Return everything about the call, in a bounded number of queries: what belongs together is read together."""
    quotes = booking.quotes(call)
    offers = _offers(call.pk)
    changes = if_any(call, "changes", lambda: _changes(call))
    search = one_if_any(call, "searches", lambda: booking.running_search(call))
    told = search is not None and search.desk_told_at is not None
    held, money = booking.last_assignment(call), _money(call)
    return Dossier(
        call=call,
        stage=str(STAGES[Stage(call.stage)]),
        kind=STAGE_KINDS.get(call.stage, ""),
        is_over=call.stage in LIFE.ends,
        deadline=deadline_of(call, at),
        troubles=[
            *troubles_of(call, nobody_left=told, clock_failed=bool(getattr(call, "clock_failed", False))),
            *dispute_troubles(money.disputes),
        ],
        steps=steps_of_desk(call),
        assignment=held,
        suggested=if_any(call, "suggestions", lambda: visits.suggestions(held)) if held else (),
        search=search,
        quotes=quotes[::-1],
        money=money,
        messages=_messages(call.pk),
        offers=[_seen(offer) for offer in offers[:OFFERS_SHOWN]],
        diary=lines_of(call, quotes[-1].currency if quotes else call.country.currency, offers),
        proposals=if_any(call, "proposals", lambda: _proposals(call)),
        changes=changes,
        chain_is_whole=chain.follow(quotes),
        exclusions=if_any(call, "exclusions", lambda: call.exclusions.select_related("helper")),
        brand_decides=_brand_decides(call, changes),
        follow_ups=if_any(call, "follow_ups", lambda: _follow_ups(call)),
        inquiries=if_any(call, "inquiries", lambda: inquiries.of_call(call)[:INQUIRIES_SHOWN]),
    )


@worded
def _offers(call: UUID) -> QuerySet[Offer]:
    return Offer.objects.select_related("helper").filter(call=call).order_by("made_at", "id")[:OFFERS_READ]


@worded
def _messages(call: UUID) -> QuerySet[Message]:
    return messaging.messages_of_call(call).defer("html")[:MESSAGES_SHOWN]


def _changes(call: ServiceCall) -> list[ChangeSeen]:
    rows = call.changes.select_related("base", "consent__party").order_by("-asked_at", "-id")[:CHANGES_SHOWN]
    return [ChangeSeen(row, str(CHANGES[row.state])) for row in rows][::-1]


def _proposals(call: ServiceCall) -> list[ProposalSeen]:
    rows = call.time_proposals.order_by("-asked_at", "-id")[:PROPOSALS_SHOWN]
    return [ProposalSeen(row, str(PROPOSALS[row.state])) for row in rows][::-1]


def _follow_ups(call: ServiceCall) -> list[FollowUpSeen]:
    rows = call.follow_ups.select_related("booked").order_by("-asked_at", "-id")[:FOLLOW_UPS_SHOWN][::-1]
    codes = {code for row in rows for code in row.packages}
    names = dict(Package.objects.filter(pk__in=codes).values_list("pk", "name")) if codes else {}
    return [
        FollowUpSeen(row, [names[code] for code in row.packages if code in names], str(FOLLOW_UPS[row.state]))
        for row in rows
    ]


def _brand_decides(call: ServiceCall, known: Sequence[ChangeSeen]) -> bool:
    """Tell whether a change waits for the yes of the brand that pays."""
    return any(one.row.state == ChangeState.ASKED for one in known) and booking.brand_pays(call)


def steps_of_desk(call: ServiceCall) -> frozenset[str]:
    """Return the steps that the table lets the desk take where the call stands."""
    found = {name: LIFE.step(name, Stage(call.stage)) for name in STEPS_OF_DESK}
    possible = {name for name, step in found.items() if step and Who.DESK in step.by}
    if call.stage == Stage.CANCELLED and payments.cancellation_debt(call) is None:
        possible.discard("write_off")
    return frozenset(possible)


def _money(call: ServiceCall) -> Money:
    return Money(
        holds=if_any(call, "holds", lambda: _holds(call.pk)),
        charges=if_any(call, "charges", lambda: _charges(call.pk)),
        claims=if_any(call, "claims", lambda: _claims(call.pk)),
        documents=if_any(call, "documents", lambda: _documents(call.pk)),
        refunds=if_any(call, "refunds", lambda: call.refunds.order_by("asked_at", "id")),
        disputes=if_any(call, "disputes", lambda: stakes.of_call(call)),
        sales=if_any(call, "sales", lambda: sold.sales_of(call)),
    )


@worded
def _holds(call: UUID) -> QuerySet[Hold]:
    return Hold.objects.filter(call=call).order_by("id")[:HOLDS_SHOWN]


@worded
def _charges(call: UUID) -> QuerySet[Charge]:
    return Charge.objects.filter(call=call).order_by("id")


@worded
def _claims(call: UUID) -> QuerySet[Claim]:
    return Claim.objects.filter(call=call).select_related("provider", "payout").order_by("id")


@worded
def _documents(call: UUID) -> QuerySet[Document]:
    shown = Document.objects.filter(call=call).only("kind", "year", "number", "total", "currency", "issued_at")
    return shown.order_by("issued_at", "id")


def _seen(offer: Offer) -> OfferSeen:
    because = str(CLOSED_BECAUSE.get(offer.closed_because, offer.closed_because))
    return OfferSeen(offer, helper_name(offer.helper), str(OFFERS[offer.state]), offer.decline_reason or because)

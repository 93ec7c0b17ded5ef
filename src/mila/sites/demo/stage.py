"""What the tour shows of a story: where it stands, what has happened, what comes next, whose phone is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from mila.booking import queries as booking
from mila.booking.models import DiaryEntry, Offer, OfferState, Search, ServiceCall
from mila.crowd.models import Helper
from mila.messaging.models import Message
from mila.sites.demo.models import Cue, Story
from mila.sites.demo.seats import is_played
from mila.sites.demo.words import HAPPENED, said_due

MESSAGES_SHOWN = 8
COMING_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that is due: when, what in plain words, and for which call."""

    at: datetime
    text: str | Promise
    call: ServiceCall


@dataclass(frozen=True, slots=True)
class Phone:
    """The helper's phone: whose it is, what it opens, and the word on its locked screen while that is all it has."""

    helper: Helper
    opens: str
    rings: Message | None
    is_locked: bool
    is_played: bool

    @property
    def mark(self) -> str:
        """What is looked at; another mark, another page."""
        return "" if self.is_locked else f"{self.helper.pk} {self.opens}"


def coming_to(call: ServiceCall) -> list[Coming]:
    """Return what is due about the call, the next first."""
    search, offer = booking.running_search(call), booking.exclusive_offer(call)
    cue = Cue.objects.filter(call=call).first()
    found = [
        (call.due_at, call.due_step),
        (search.due_at if search else None, "search"),
        (offer.due_at if offer else None, "offer"),
        (cue.due_at if cue else None, cue.act if cue else ""),
    ]
    return sorted((Coming(at, said_due(step), call) for at, step in found if at), key=lambda one: one.at)


def coming_to_all() -> list[Coming]:
    """Return what is due about all calls, the next first."""
    calls = ServiceCall.objects.exclude(due_at=None).order_by("due_at")[:COMING_SHOWN]
    cues = Cue.objects.exclude(due_at=None).select_related("call").order_by("due_at")[:COMING_SHOWN]
    offers = Offer.objects.exclude(due_at=None).select_related("call").order_by("due_at")[:COMING_SHOWN]
    searches = Search.objects.exclude(due_at=None).select_related("call").order_by("due_at")[:COMING_SHOWN]
    found = [(one.due_at, one.due_step, one) for one in calls]
    found += [(one.due_at, one.act, one.call) for one in cues]
    found += [(one.due_at, "offer", one.call) for one in offers]
    found += [(one.due_at, "search", one.call) for one in searches]
    rows = [Coming(at, said_due(step), call) for at, step, call in found if at]
    return sorted(rows, key=lambda one: one.at)[:COMING_SHOWN]


def phone_of(story: Story) -> Phone | None:
    """Return the phone of who is asked now, else of who comes or came; None while there is nobody."""
    call = story.call
    offer = booking.exclusive_offer(call)
    if offer is not None:
        opens = reverse("provider:offer", args=[offer.key])
        rings = Message.objects.filter(call=call, channel="push", account=offer.helper.account_id).last()
        locked = offer.state == OfferState.MADE
        return Phone(offer.helper, opens, rings, locked, is_played(offer.helper, in_story=True))
    held = booking.last_assignment(call)
    if held is None:
        return None
    opens = reverse("provider:visit", args=[call.pk])
    return Phone(held.helper, opens, None, False, is_played(held.helper, in_story=True))


def customers_page(call: ServiceCall) -> str:
    """Return the path of the call's status page in its brand's look."""
    front = "" if call.brand.is_own else f"/b/{call.brand.slug}"
    return front + reverse("customer:status", args=[call.status_key])


def happened(call: ServiceCall) -> list[dict[str, object]]:
    """Return what has happened in sentences, the newest first."""
    entries = list(call.diary.order_by("-number"))
    names = _names(call)
    return [
        {"at": entry.at, "text": HAPPENED[entry.step] % {"name": names.get(_helper_of(entry, names), "")}}
        for entry in entries
        if entry.step in HAPPENED
    ]


def messages_of(call: ServiceCall) -> list[Message]:
    """Return the newest messages about the call."""
    return list(Message.objects.filter(call=call).order_by("-made_at", "-id")[:MESSAGES_SHOWN])


def seconds_until(coming: Sequence[Coming], at: datetime) -> timedelta | None:
    """Return how far ahead the next thing lies that is not due yet; None where the next is due or nothing is."""
    if not coming or coming[0].at <= at:
        return None
    return coming[0].at - at + timedelta(seconds=1)


def _names(call: ServiceCall) -> dict[str, str]:
    """Return first names by the ids that the diary knows: of offers and of helpers."""
    offers = call.offers.select_related("helper")
    found = {str(offer.pk): offer.helper.first_name for offer in offers}
    found |= {str(offer.helper_id): offer.helper.first_name for offer in offers}
    return found


def _helper_of(entry: DiaryEntry, names: dict[str, str]) -> str:
    told: list[object | UUID] = [entry.facts.get("offer"), entry.facts.get("helper"), entry.actor]
    return next((str(one) for one in told if str(one) in names), "")

"""Questions about many calls in hand at once: what `queries` answers of one, in a statement for all."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from mila.booking.models import Assignment, Offer, Search, SearchState, ServiceCall
from mila.booking.models.assignments import WAITING
from mila.worded import worded


def running_searches(calls: Sequence[ServiceCall]) -> list[Search]:
    """Return the searches that run for the calls in hand, at most one each, in the order of the calls."""
    found = {search.call_id: search for search in _running_searches([call.pk for call in calls])}
    for call in calls:
        if call.pk in found:
            found[call.pk].call = call
    return [found[call.pk] for call in calls if call.pk in found]


def waited_for(calls: Sequence[UUID]) -> set[UUID]:
    """Return those of the calls of which an offer waits for an answer."""
    return set(_waited_for(list(calls)))


def with_standing_yes(calls: Sequence[UUID]) -> set[UUID]:
    """Return those of the calls to which somebody has said a yes that stands."""
    return set(_with_standing_yes(list(calls)))


def holders(calls: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Return who holds or held each of the calls; a call that nobody held is left out."""
    found: dict[UUID, set[UUID]] = {}
    for call, helper in _holders(list(calls)):
        found.setdefault(call, set()).add(helper)
    return found


def deciding(helpers: Sequence[UUID]) -> set[UUID]:
    """Return those of the helpers who have an offer to answer at the moment."""
    return set(_deciding(list(helpers))) if helpers else set()


@worded
def _running_searches(calls: list[UUID]) -> QuerySet[Search]:
    return Search.objects.select_related("policy").filter(call__pk__among=calls, state=SearchState.RUNNING)


@worded
def _waited_for(calls: list[UUID]) -> QuerySet[Offer, UUID]:
    return Offer.objects.filter(call__pk__among=calls, state__in=WAITING).values_list("call", flat=True)


@worded
def _with_standing_yes(calls: list[UUID]) -> QuerySet[Offer, UUID]:
    standing = Offer.objects.filter(call__pk__among=calls, standing_since__isnull=False)
    return standing.values_list("call", flat=True)


@worded
def _holders(calls: list[UUID]) -> QuerySet[Assignment, tuple[UUID, UUID]]:
    return Assignment.objects.filter(call__pk__among=calls).values_list("call", "helper")


@worded
def _deciding(helpers: list[UUID]) -> QuerySet[Offer, UUID]:
    return Offer.objects.filter(helper__pk__among=helpers, state__in=WAITING).values_list("helper", flat=True)

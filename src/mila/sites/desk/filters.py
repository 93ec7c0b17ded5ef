"""The filters of the desk's queue, each with a bounded count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking.models import DiaryEntry, Search, SearchState, ServiceCall, Stage
from mila.journey.lifecycle import LIFE
from mila.payments import stakes
from mila.payments.models import Dispute
from mila.worded import worded

COUNTED_TO = 99
LOOKED_AT = COUNTED_TO + 1
OPEN_STAGES = [stage for stage in Stage if stage not in (*LIFE.ends, Stage.DRAFTED)]
MISSED = ("silent", "unsure", "not_on_the_way", "late", "forgotten", "object", "no_word_from_bank")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of the queue, or a kind of risk, with how many calls it holds, counted up to 99."""

    key: str
    name: str | Promise
    count: int
    more: bool
    current: bool


def needs_attention() -> Q:
    """Return what makes a call somebody's task at the desk: missed steps, nobody to ask, stranded, unpaid, disputed."""
    of_call = Search.objects.filter(call=OuterRef("pk"), state=SearchState.RUNNING, desk_told_at__isnull=False)
    open_ones = Q(stage__in=OPEN_STAGES) & (
        Q(stage__in=[Stage.STRANDED, Stage.UNPAID])
        | Q(clock_steps_taken__overlap=list(MISSED))
        | Q(Exists(of_call))
        | Q(Exists(clock_failures()))
    )
    # Two looks put together: with an "or" between them the database would look at every call there ever was.
    disputed = Dispute.objects.filter(stakes.to_do()).values("call")
    return Q(pk__in=ServiceCall.objects.filter(open_ones).order_by().values("pk").union(disputed))


def clock_failures() -> QuerySet[DiaryEntry]:
    """Return where the clock has failed since the call of the outer query came to its stage."""
    return DiaryEntry.objects.filter(call=OuterRef("pk"), step="clock_failed", at__gte=OuterRef("since"))


def _searching() -> Q:
    running = Search.objects.filter(call=OuterRef("pk"), state=SearchState.RUNNING)
    return Q(stage__in=OPEN_STAGES) & (Q(stage=Stage.REQUESTED) | Q(Exists(running)))


FILTERS: Mapping[str, tuple[Promise, Q]] = {
    "attention": (_("Needs attention"), needs_attention()),
    "searching": (_("Searching"), _searching()),
    "with_helper": (_("With a helper"), Q(stage__in=[Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED, Stage.PAUSED])),
    "on_site": (_("On site"), Q(stage__in=[Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING])),
    "to_be_paid": (_("To be paid"), Q(stage__in=[Stage.DONE, Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED])),
    "disputed": (_("Disputed"), Q(stakes.is_disputed())),
    "closed": (_("Closed"), Q(stage__in=LIFE.ends)),
}


def _counting(condition: Q) -> Callable[[], list[UUID]]:
    return worded(lambda: ServiceCall.objects.filter(condition).values_list("pk", flat=True)[:LOOKED_AT])


COUNTS = {key: _counting(condition) for key, (_name, condition) in FILTERS.items()}


def chips(current: str) -> list[Chip]:
    """Return the filters with their counts; no count looks at more than a hundred rows."""
    found = []
    for key, (name, _condition) in FILTERS.items():
        count = len(COUNTS[key]())
        found.append(Chip(key, name, min(count, COUNTED_TO), count > COUNTED_TO, key == current))
    return found

"""The figures of the service as it stands, found by questions that stay cheap however long it has run."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from mila.booking.models import Offer, Search, ServiceCall, Stage
from mila.journey.lifecycle import LIFE
from mila.messaging.models import Message, MessageState
from mila.payments.models import Charge, Entry, Hold, Payout
from mila.sites.models import Heartbeat

COUNTED_UP_TO = 1000
A_DAY = timedelta(days=1)
WAITING: dict[str, QuerySet[Any]] = {
    "calls": ServiceCall.objects.all(),
    "searches": Search.objects.all(),
    "offers": Offer.objects.all(),
    "messages": Message.objects.all(),
    "holds": Hold.objects.all(),
    "charges": Charge.objects.all(),
    "payouts": Payout.objects.all(),
}


def exposition(at: datetime) -> bytes:
    """Return the figures at the time, as Prometheus reads them."""
    registry = CollectorRegistry()
    overdue = Gauge("mila_overdue", "What is overdue, counted up to 1000.", ["kind"], registry=registry)
    age = Gauge("mila_overdue_seconds", "Age of what is overdue the longest.", ["kind"], registry=registry)
    for kind, rows in WAITING.items():
        due = list(rows.filter(due_at__lte=at).order_by("due_at").values_list("due_at", flat=True)[:COUNTED_UP_TO])
        overdue.labels(kind).set(len(due))
        age.labels(kind).set((at - due[0]).total_seconds() if due and due[0] else 0)
    calls = Gauge("mila_open_calls", "Calls under way, by stage.", ["stage"], registry=registry)
    for stage, count in open_calls():
        calls.labels(stage).set(count)
    dead = Gauge("mila_dead_letters_last_day", "Messages of the last day that were given up.", registry=registry)
    dead.set(dead_letters(at))
    difference = Gauge(
        "mila_ledger_difference", "Sum of the last day's entries: zero.", ["currency"], registry=registry
    )
    for currency, sum_of_entries in ledger_difference(at):
        difference.labels(currency).set(sum_of_entries)
    silence = Gauge("mila_worker_silent_seconds", "Time since a worker looked for work.", ["part"], registry=registry)
    for part, seen in Heartbeat.objects.values_list("part", "at"):
        silence.labels(part).set((at - seen).total_seconds())
    return generate_latest(registry)


def open_calls() -> Iterator[tuple[str, int]]:
    """Yield how many calls stand in each stage that is not an end, empty ones as well."""
    under_way = [stage for stage in Stage if stage not in LIFE.ends]
    found = ServiceCall.objects.filter(stage__in=under_way).order_by().values_list("stage").annotate(Count("id"))
    counts = dict(found)
    yield from ((stage.value, counts.get(stage.value, 0)) for stage in under_way)


def dead_letters(at: datetime) -> int:
    """Return how many of the last day's messages were given up."""
    return Message.objects.filter(made_at__gte=at - A_DAY, state=MessageState.DEAD)[:COUNTED_UP_TO].count()


def ledger_difference(at: datetime) -> list[tuple[str, int]]:
    """Return the sum of the entries of the last day's postings by currency, in minor units: zero in a sound ledger."""
    sums = Entry.objects.filter(posting__gte=_first_id_of(at - A_DAY)).order_by().values_list("currency")
    return list(sums.annotate(Sum("amount")))


def _first_id_of(at: datetime) -> UUID:
    # Identifiers begin with the milliseconds of their making.
    return UUID(int=int(at.timestamp() * 1000) << 80)

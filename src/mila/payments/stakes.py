"""Which disputes there are, and what is at stake in them."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from mila.booking.models import ServiceCall
from mila.payments.models import UNDER_WAY, Account, Charge, ChargeState, Dispute, DisputeState, Entry, Posting

RATE_OVER = timedelta(days=90)


def at_stake(call: ServiceCall) -> int:
    """Return how much of the call's payment stands in suspense because the payer's bank took it back, minor units."""
    rows = Dispute.objects.filter(call=call, state=DisputeState.OPEN)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def suspense_differences() -> list[tuple[str, int]]:
    """Return by how much the account of disputes differs from the open ones, by currency, where it does (LED-12)."""
    of_open = Dispute.objects.filter(state=DisputeState.OPEN).order_by().values_list("currency")
    of_account = Entry.objects.filter(account=Account.DISPUTE_SUSPENSE).order_by().values_list("currency")
    stake, stands = dict(of_open.annotate(Sum("amount"))), dict(of_account.annotate(Sum("amount")))
    found = {currency: stands.get(currency, 0) - stake.get(currency, 0) for currency in {*stake, *stands}}
    return sorted((currency, difference) for currency, difference in found.items() if difference)


def charge_taken_as(reference: str) -> Charge | None:
    """Return the charge that the bank took under its reference."""
    return Charge.objects.filter(reference=reference, state=ChargeState.CAPTURED).exclude(reference="").first()


def to_do() -> Q:
    """Return what makes a dispute somebody's task: no reply yet, or lost and nobody said who carries the share."""
    return Q(state__in=UNDER_WAY, reply="") | Q(state=DisputeState.LOST, bearer="", share__gt=0)


def is_to_do(row: Dispute) -> bool:
    """Tell whether a dispute is somebody's task, as `to_do` finds it."""
    if row.state == DisputeState.LOST:
        return not row.bearer and row.share > 0
    return row.state in UNDER_WAY and not row.reply


def waiting() -> Q:
    """Return what makes a dispute wait for the bank's verdict."""
    return Q(state__in=UNDER_WAY) & ~Q(reply="")


def over() -> Q:
    """Return what makes a dispute one about which nothing is left to do."""
    return ~Q(state__in=UNDER_WAY) & ~to_do()


def disputes(which: Q) -> QuerySet[Dispute]:
    """Return disputes with their calls, the one to be answered first first; of those that are over, the newest."""
    rows = Dispute.objects.filter(which).select_related("call__brand", "call__payer", "charge")
    return rows.order_by(F("ended_at").desc(nulls_first=True), F("answer_by").asc(nulls_last=True), "id")


def of_call(call: ServiceCall) -> QuerySet[Dispute]:
    """Return the disputes of a call, oldest first."""
    return Dispute.objects.filter(call=call).order_by("opened_at", "id")


def is_disputed() -> Exists:
    """Return the condition on calls that a dispute of theirs is under way, or somebody's task."""
    return Exists(Dispute.objects.filter(to_do() | waiting(), call=OuterRef("pk")))


def rate(at: datetime) -> tuple[int, int]:
    """Return for how many of how many payments of the last 90 days a bank took money back: schemes act near 0.75 %."""
    since = at - RATE_OVER
    taken = Charge.objects.filter(state=ChargeState.CAPTURED, captured_at__gte=since)
    postings = Posting.objects.filter(event="dispute_opened", source=OuterRef("pk"))
    moved = taken.filter(Exists(Dispute.objects.filter(Exists(postings), charge=OuterRef("pk"))))
    return moved.count(), taken.count()

"""The clock's work: every overdue step, offer and search, earliest first, by any number of workers."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction

from mila.booking import actions as bookings
from mila.booking.models import ChangeRequest, FollowUp, Offer, Search, ServiceCall, TimeProposal
from mila.dispatch import roads
from mila.journey import actions, aftercare, machine
from mila.journey.actions import preparing
from mila.journey.actions.cases import hear_no_more
from mila.journey.actions.disputes import alarm_desk
from mila.kernel.occasion import by_clock
from mila.payments.models import Charge, Dispute, Sale
from mila.quality.models import GuaranteeCase, Recommendation

PUT_OFF = timedelta(minutes=10)

Work = Callable[[ServiceCall, datetime], None]


def next_overdue_search(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose exclusive offer or search is overdue the longest, leaving out those passed over."""
    offer = Offer.objects.filter(due_at__lte=at).exclude(call__in=passed).order_by("due_at").first()
    search = Search.objects.filter(due_at__lte=at).exclude(call__in=passed).order_by("due_at").first()
    found = [(row.due_at, row.call_id) for row in (offer, search) if row is not None and row.due_at is not None]
    return min(found)[1] if found else None


def next_overdue_proposal(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose proposal of another time is overdue the longest, leaving out those passed over."""
    due = TimeProposal.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_question(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose question whether the brand is recommended is overdue the longest."""
    due = Recommendation.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_debt(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose reminder of a cancellation's cost is overdue the longest."""
    due = Charge.objects.filter(dun_at__lte=at).exclude(call__in=passed)
    return due.order_by("dun_at").values_list("call", flat=True).first()


def next_overdue_change(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose change waits for an answer the longest beyond its time, leaving out those passed over."""
    due = ChangeRequest.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_follow_up(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call at whose visit another was prepared that waits the longest beyond its time."""
    due = FollowUp.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_case(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose helper has not said a word about a case for the longest time after the deadline."""
    due = GuaranteeCase.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_dispute(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose dispute waits for a reply the longest beyond its alarm, leaving out those passed over."""
    due = Dispute.objects.filter(alarm_at__lte=at).exclude(call__in=passed)
    return due.order_by("alarm_at").values_list("call", flat=True).first()


def next_overdue_sale(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call at which a product was recommended whose return window is over the longest."""
    due = Sale.objects.filter(due_at__lte=at).exclude(call__in=passed)
    return due.order_by("due_at").values_list("call", flat=True).first()


def next_overdue_step(at: datetime, passed: set[UUID]) -> UUID | None:
    """Return the call whose own step is overdue the longest, leaving out those passed over."""
    due = ServiceCall.objects.filter(due_at__lte=at).exclude(pk__in=passed)
    return due.order_by("due_at", "pk").values_list("pk", flat=True).first()


def sweep(*, at: datetime, on_fault: Callable[[UUID, Exception], None]) -> int:
    """Take all that is overdue at the time, and return how much was taken.

    A call that another worker has in hand is passed over, for that worker deals with it. A call whose step fails is
    put off and reported through `on_fault`, so that one bad row stops nobody. Where the database was at fault (a
    deadlock, a lost connection) nothing is wrong with the call: the next sweep takes it, on time.
    """
    return sum(_drain(find, take, at, on_fault) for find, take in WORK)


def _drain(
    find: Callable[[datetime, set[UUID]], UUID | None],
    work: Work,
    at: datetime,
    on_fault: Callable[[UUID, Exception], None],
) -> int:
    taken, passed = 0, set[UUID]()
    while (call_id := find(at, passed)) is not None:
        passed.add(call_id)
        try:
            if work in BEFORE:
                BEFORE[work](call_id, at)
            taken += _in_hand(call_id, work, at)
        except OperationalError as fault:
            on_fault(call_id, fault)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it stops nobody else
            on_fault(call_id, fault)
            _put_off(call_id, at)
    return taken


def _in_hand(call_id: UUID, work: Work, at: datetime) -> bool:
    with transaction.atomic():
        call = machine.lock_if_free(call_id)
        if call is None:
            return False
        work(call, at)
        return True


def _move(call: ServiceCall, at: datetime) -> None:
    actions.pass_on(call, by_clock(at))


def _lapse(call: ServiceCall, at: datetime) -> None:
    actions.lapse(call_id=call.pk, now=by_clock(at))


def _ask(call: ServiceCall, at: datetime) -> None:
    aftercare.ask_question(call, by_clock(at))


def _hear_no_more(call: ServiceCall, at: datetime) -> None:
    hear_no_more(call, by_clock(at))


def _alarm(call: ServiceCall, at: datetime) -> None:
    alarm_desk(call, by_clock(at))


def _dun(call: ServiceCall, at: datetime) -> None:
    aftercare.dun_debt(call, by_clock(at))


def _lapse_change(call: ServiceCall, at: datetime) -> None:
    actions.lapse_change(call_id=call.pk, now=by_clock(at))


def _lapse_follow_up(call: ServiceCall, at: datetime) -> None:
    preparing.lapse_follow_up(call_id=call.pk, now=by_clock(at))


def _let_sales_stand(call: ServiceCall, at: datetime) -> None:
    actions.let_sales_stand(call, by_clock(at))


def _step(call: ServiceCall, at: datetime) -> None:
    if call.due_at is not None and call.due_at <= at:
        machine.take(call.due_step, call=call, now=by_clock(at))


def _put_off(call_id: UUID, at: datetime) -> None:
    with transaction.atomic():
        call = machine.lock(call_id)
        later = at + PUT_OFF
        if call.due_at is not None and call.due_at <= at:
            call.due_at = later
            call.save(update_fields=["due_at"])
        call.offers.filter(due_at__lte=at).update(due_at=later)
        call.searches.filter(due_at__lte=at).update(due_at=later)
        call.time_proposals.filter(due_at__lte=at).update(due_at=later)
        GuaranteeCase.objects.filter(call=call, due_at__lte=at).update(due_at=later)
        call.charges.filter(dun_at__lte=at).update(dun_at=later)
        Dispute.objects.filter(call=call, alarm_at__lte=at).update(alarm_at=later)
        Recommendation.objects.filter(call=call, due_at__lte=at).update(due_at=later)
        call.changes.filter(due_at__lte=at).update(due_at=later)
        call.follow_ups.filter(due_at__lte=at).update(due_at=later)
        call.sales.filter(due_at__lte=at).update(due_at=later)
        bookings.note(call, step="clock_failed", now=by_clock(at))


BEFORE: Mapping[Work, Callable[[UUID, datetime], object]] = {_move: roads.measure}  # asks a firm: no lock is held
WORK = (
    (next_overdue_search, _move),
    (next_overdue_proposal, _lapse),
    (next_overdue_change, _lapse_change),
    (next_overdue_step, _step),
    (next_overdue_question, _ask),
    (next_overdue_debt, _dun),
    (next_overdue_case, _hear_no_more),
    (next_overdue_dispute, _alarm),
    (next_overdue_follow_up, _lapse_follow_up),
    (next_overdue_sale, _let_sales_stand),
)

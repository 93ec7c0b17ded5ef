"""The clock's work: every overdue step, offer and search, earliest first, by any number of workers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Model, QuerySet, Value

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
from mila.worded import worded

PUT_OFF = timedelta(minutes=10)
AT_ONCE = 20  # a moment's work, for which whoever says yes to one of them waits

Work = Callable[[ServiceCall, datetime], None]
Find = Callable[[datetime, Collection[UUID]], list[UUID]]
OnFault = Callable[[UUID, Exception], None]


@dataclass(frozen=True, slots=True)
class Late:
    """A kind of row that can be late: the column that says when, and the way to the call that is taken in hand."""

    rows: type[Model]
    due: str = "due_at"
    call: str = "call__pk"

    def found(self, at: datetime) -> QuerySet[Any]:
        """Return the rows that are overdue, the longest first."""
        return self.rows._default_manager.filter(**{f"{self.due}__lte": at}).order_by(self.due, "pk")


def _longest(*kinds: Late) -> Find:
    """Return how the calls are found that are overdue the longest, a few, leaving out those passed over."""
    asked = [worded(partial(_some, late)) for late in kinds]

    def find(at: datetime, passed: Collection[UUID]) -> list[UUID]:
        found = sorted(row for ask in asked for row in ask(at, list(passed)))
        return list(dict.fromkeys(call for _due, call in found))[:AT_ONCE]

    return find


def _some(late: Late, at: datetime, passed: list[UUID]) -> QuerySet[Any, tuple[datetime, UUID]]:
    return late.found(at).exclude(**{f"{late.call}__among": passed}).values_list(late.due, late.call)[:AT_ONCE]


def sweep(*, at: datetime, on_fault: OnFault) -> int:
    """Take all that is overdue at the time, and return how much was taken.

    A call that another worker has in hand is passed over, for that worker deals with it. A call whose step fails is
    put off and reported through `on_fault`, so that one bad row stops nobody. Where the database was at fault (a
    deadlock, a lost connection) nothing is wrong with the call: the next sweep takes it, on time.
    """
    taken, waiting = 0, set(_waiting(at))
    for work, find in FINDS.items():
        if work.__name__ in waiting:
            taken += _drain(find, work, at, on_fault)
            waiting = set(_waiting(at))  # what was done may have made more
    return taken


def _drain(find: Find, work: Work, at: datetime, on_fault: OnFault) -> int:
    taken, passed = 0, set[UUID]()
    while calls := find(at, passed):
        passed.update(calls)
        take = _pass_on if work is _move else partial(_each, work=work)
        taken += take(calls, at=at, on_fault=on_fault)
    return taken


def _pass_on(calls: Sequence[UUID], *, at: datetime, on_fault: OnFault) -> int:
    """Pass some searches on in one transaction; one by one, where that does not do (decision 0042)."""
    try:
        for call in calls:
            roads.measure(call, at)  # asks a firm: no lock is held
        with transaction.atomic():
            free = machine.lock_free(calls)
            alone = actions.pass_on_together(free, by_clock(at))
    except Exception:  # noqa: BLE001 - whose fault it is shows when each is taken by itself
        return _each(calls, work=_move, at=at, on_fault=on_fault)
    return len(free) - len(alone) + _each(list(alone), work=_move, at=at, on_fault=on_fault)


def _each(calls: Sequence[UUID], *, work: Work, at: datetime, on_fault: OnFault) -> int:
    return sum(_one(call, work, at, on_fault) for call in calls)


def _one(call_id: UUID, work: Work, at: datetime, on_fault: OnFault) -> bool:
    try:
        return _in_hand(call_id, work, at)
    except OperationalError as fault:
        on_fault(call_id, fault)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it stops nobody else
        on_fault(call_id, fault)
        _put_off(call_id, at)
    return False


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


WORK: Mapping[Work, Sequence[Late]] = {
    _move: (Late(Offer), Late(Search)),
    _lapse: (Late(TimeProposal),),
    _lapse_change: (Late(ChangeRequest),),
    _step: (Late(ServiceCall, call="pk"),),
    _ask: (Late(Recommendation),),
    _dun: (Late(Charge, due="dun_at"),),
    _hear_no_more: (Late(GuaranteeCase),),
    _alarm: (Late(Dispute, due="alarm_at"),),
    _lapse_follow_up: (Late(FollowUp),),
    _let_sales_stand: (Late(Sale),),
}
FINDS: Mapping[Work, Find] = {work: _longest(*kinds) for work, kinds in WORK.items()}
overdue_steps = FINDS[_step]


@worded
def _waiting(at: datetime) -> QuerySet[Any, str]:
    """Return by name what there is to do: one look at all kinds, since nearly always it is nothing."""
    kinds = [(late, work.__name__) for work, several in WORK.items() for late in several]
    first, *others = [late.found(at).values_list(Value(name), flat=True)[:1] for late, name in kinds]
    return first.union(*others, all=True)

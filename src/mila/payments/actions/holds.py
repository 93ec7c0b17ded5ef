"""Holds: planned before the visit, asked for by a worker, freed when the call ends without a charge."""

from datetime import datetime

from mila.booking import queries as booking
from mila.booking.models import ServiceCall, TimeWish
from mila.countries import queries as countries
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.partners.models import Payer
from mila.payments import queries, rules
from mila.payments.actions.lease import LEASE, put_back, take_next
from mila.payments.adapters import BankAway, BankFault, Capability, Declined, Held, HoldAnswer, get_bank
from mila.payments.adapters.requests import FreeRequest, HoldRequest, Matter, RaiseRequest
from mila.payments.models import Hold, HoldState, Means

OPEN = (HoldState.PLANNED, HoldState.HELD)
ASKING = (HoldState.PLANNED, HoldState.RAISING)


def plan_hold(call: ServiceCall, now: Occasion) -> None:
    """Plan to hold the agreed total, at most so many hours before the visit (CH: 72); an open hold stays.

    Where the brand pays, the means cannot hold, or the time is not known yet, there is nothing to plan.
    """
    quote = booking.current_quote(call)
    due_at = _hold_due(call, now)
    if quote.payer_kind != Payer.CUSTOMER or due_at is None or not can_hold(call) or open_hold(call):
        return
    Hold.objects.create(call=call, amount=quote.total, currency=quote.currency, due_at=due_at)


def _hold_due(call: ServiceCall, now: Occasion) -> datetime | None:
    if call.visit_starts_at is None:
        return now.at if call.time_wish == TimeWish.ASAP else None
    hours = countries.number(call.country_id, "hold_hours", queries.service_day(call, now.at))
    return rules.hold_due(call.visit_starts_at, hours, now.at)


def can_hold(call: ServiceCall) -> bool:
    """Tell whether the means saved last can hold, and the bank does; others may be asked for at this moment."""
    can = Means.objects.filter(call=call, saved_at__isnull=False, can_hold=True).exists()
    return can and Capability.HOLD in get_bank().capabilities


def open_hold(call: ServiceCall) -> Hold | None:
    """Return what is planned or held for the call."""
    return Hold.objects.filter(call=call, state__in=OPEN).first()


def free_hold(call: ServiceCall, now: Occasion) -> None:
    """Let go of what is held, or give up the plan; what the bank may know of, it is told."""
    drop_raise(call)
    hold = open_hold(call)
    if hold is None:
        return
    hold.due_at = _free_due(hold, now)
    hold.state = HoldState.FREED
    hold.save(update_fields=["state", "due_at"])


def drop_raise(call: ServiceCall) -> None:
    """Ask for nothing more: the answer to what is under way is still taken in, whenever it comes."""
    Hold.objects.filter(call=call, state=HoldState.RAISING, tries=0).update(state=HoldState.FREED, due_at=None)
    Hold.objects.filter(call=call, state=HoldState.RAISING).update(state=HoldState.FREED)


def move_hold(call: ServiceCall, now: Occasion) -> None:
    """Let the plan of a hold follow the visit's new time: what is held too early is let go and held again in time."""
    hold, due_at = open_hold(call), _hold_due(call, now)
    if hold is None or due_at is None:
        plan_hold(call, now)
    elif hold.state == HoldState.PLANNED and not hold.tries:
        Hold.objects.filter(pk=hold.pk).update(due_at=due_at)
    elif hold.state == HoldState.HELD and due_at > now.at:
        free_hold(call, now)
        plan_hold(call, now)


def give_up_plan(call: ServiceCall, now: Occasion) -> None:
    """Free a hold that is only planned: a charge takes from what is held, or does without."""
    hold = open_hold(call)
    if hold is not None and hold.state == HoldState.PLANNED:
        free_hold(call, now)


def _free_due(hold: Hold, now: Occasion) -> datetime | None:
    if hold.state == HoldState.HELD:
        return now.at
    # A worker may be asking for it at this moment: freed when its answer must be there.
    return now.at + LEASE if hold.tries else None


def ask_for_hold(*, at: datetime) -> HoldAnswer | None:
    """Ask the bank about the next hold that is due; return its answer, None where nothing is due. Raises BankAway."""
    due = Hold.objects.select_related("call__means").filter(state__in=[*ASKING, HoldState.FREED])
    while (hold := take_next(due, at=at)) is not None:
        try:
            if hold.state in ASKING:
                return HoldAnswer(hold.call_id, hold.id, _hold(hold, at))
            if (late := _late_answer(hold)) is not None:
                return HoldAnswer(hold.call_id, hold.id, late)
            _free(hold, at)
        except BankFault as fault:
            put_back(Hold.objects.all(), hold, fault, at=at)
            if isinstance(fault, BankAway):
                raise
    return None


def _is_open_raise(hold: Hold) -> bool:
    """Tell whether a raise was asked for, dropped, and never answered: only the bank knows what came of it."""
    return hold.change_id is not None and not hold.reference


def _late_answer(hold: Hold) -> Held | None:
    """Return what the bank has held for a raise that was dropped while it was under way."""
    found = get_bank().look_up(hold_key(hold)) if _is_open_raise(hold) else None
    return found if isinstance(found, Held) else None


def _hold(hold: Hold, at: datetime) -> Held | Declined:
    bank, held = get_bank(), _held_before(hold)
    _choose_means(hold)
    if held is not None and held.means == hold.means and Capability.RAISE in bank.capabilities:
        amount = Money(hold.amount, hold.currency)
        return bank.raise_hold(RaiseRequest(hold_key(hold), Matter(hold.call_id, hold.id), held.reference, amount, at))
    return bank.hold(
        HoldRequest(
            key=hold_key(hold),
            matter=Matter(hold.call_id, hold.id),
            means=hold.means,
            amount=Money(hold.amount, hold.currency),
            at=at,
        )
    )


def _choose_means(hold: Hold) -> None:
    """Write down once on which means the bank is asked to hold, so that it is asked for the same again."""
    if not hold.means:
        hold.means = hold.call.means.reference
        hold.save(update_fields=["means"])


def _held_before(hold: Hold) -> Hold | None:
    if hold.change_id is None:
        return None
    return Hold.objects.filter(call=hold.call_id, state=HoldState.HELD).first()


def _free(hold: Hold, at: datetime) -> None:
    get_bank().free(FreeRequest(key=f"free:{hold.id}", hold_key=hold_key(hold), at=at))
    Hold.objects.filter(pk=hold.pk, state=HoldState.FREED).update(due_at=None)


def hold_key(hold: Hold) -> str:
    """Return the key under which the bank knows the hold."""
    return f"hold:{hold.id}"


def note_hold(call: ServiceCall, answer: HoldAnswer, now: Occasion) -> Hold:
    """Write what came of a hold, and return it; what was freed meanwhile is freed at the bank. The call is locked."""
    hold = Hold.objects.get(pk=answer.hold_id, call=call)
    if isinstance(answer.result, Declined):
        _note_no(hold, answer.result.code)
    elif hold.state in {*ASKING, HoldState.FREED} and not hold.reference:
        before = _held_before(hold)
        # A raise of the same authorisation is done at the bank, wanted or not; other means are let go again.
        stays = hold.state != HoldState.FREED or (before is not None and before.means == hold.means)
        if stays and before is not None:
            _give_way(before, answer.result, now)
        hold.due_at = None if stays else now.at
        hold.state = HoldState.HELD if stays else HoldState.FREED
        hold.reference, hold.lapses_at = answer.result.reference, answer.result.lapses_at
        hold.save(update_fields=["state", "due_at", "reference", "lapses_at"])
    return hold


def _note_no(hold: Hold, code: str) -> None:
    if hold.state == HoldState.PLANNED or _is_open_raise(hold):
        hold.state, hold.due_at, hold.decline_code = HoldState.FAILED, None, code
        hold.save(update_fields=["state", "due_at", "decline_code"])


def _give_way(before: Hold, held: Held, now: Occasion) -> None:
    """Let the hold before go: at the bank as well, unless it is the very one that was raised."""
    before.state = HoldState.FREED
    before.due_at = None if held.reference == before.reference else now.at
    before.save(update_fields=["state", "due_at"])

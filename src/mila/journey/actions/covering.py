"""The bank covers a higher price before it holds, and what ends a change. The caller holds the call's lock."""

from uuid import UUID

from django.db import IntegrityError, transaction

from mila.booking import changes
from mila.booking.models import ChangeRequest, ChangeState, ServiceCall
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments.models import Hold, HoldState

YES = (ChangeState.APPROVED, ChangeState.SECURING, ChangeState.SHORT)


def lapse_change(*, call_id: UUID, now: Occasion) -> None:
    """Go on without an answer, as the clock: of the payer, or of the bank; the booked scope and price stay."""
    with transaction.atomic():
        call = machine.lock(call_id)
        change = changes.open_change(call)
        if change is None or change.due_at is None or change.due_at > now.at:
            return
        if change.state == ChangeState.ASKED:
            end_change(call, change, ChangeState.LAPSED, now)
        else:
            payments.drop_raise(call)
            end_change(call, change, ChangeState.UNCOVERED, now)


def bank_covered(call: ServiceCall, hold: Hold, now: Occasion) -> None:
    """Take the bank's answer to a higher price in: it takes effect, or waits for other means. The call is locked."""
    change = changes.open_change(call)
    if change is None or change.state != ChangeState.SECURING or hold != payment.raise_of(change.pk):
        return
    if hold.state == HoldState.HELD:
        _take_effect(call, change, now)
    elif hold.state == HoldState.FAILED:
        changes.fall_short(change, now=now)
        messaging.ask_for_other_means(call, change, now)
        messaging.tell_helper_of_change(call, change, now)


def cover_anew(call: ServiceCall, now: Occasion) -> bool:
    """Have the bank cover a higher price that waited for other means, which are there; tell whether one waited."""
    change = changes.open_change(call)
    if change is None or change.state != ChangeState.SHORT:
        return False
    cover(call, change, now)
    return True


def cover(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Let an approved change take effect, or ask the bank first, where more has to be held."""
    if payments.ask_to_cover(call, change, now):
        changes.secure(change, now=now)
    else:
        _take_effect(call, change, now)


def _take_effect(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    try:
        with transaction.atomic():
            changes.take_effect(change, now=now)
            call.minutes = change.minutes
            call.save(update_fields=["minutes"])
            dispatch.bind_for_longer(call, now)
    except (dispatch.Overlap, IntegrityError):
        # Another visit was promised meanwhile: this work needs a visit of its own.
        call.refresh_from_db()
        end_change(call, _again(change), ChangeState.OVERTAKEN, now)
        return
    payments.follow_price(call, now)
    messaging.confirm_change(call, change, now)
    messaging.tell_helper_of_change(call, change, now)


def _again(change: ChangeRequest) -> ChangeRequest:
    return ChangeRequest.objects.select_related("base", "call", "assignment__helper__account").get(pk=change.pk)


def end_change(call: ServiceCall, change: ChangeRequest, state: ChangeState, now: Occasion) -> None:
    """End a change without effect, and tell who waits for it."""
    close_change(call, change, state, now)
    messaging.tell_helper_of_change(call, change, now)
    if state in {ChangeState.UNCOVERED, ChangeState.OVERTAKEN}:
        messaging.tell_change_failed(call, change, now)


def close_change(call: ServiceCall, change: ChangeRequest, state: ChangeState, now: Occasion) -> None:
    """End a change without effect, in silence."""
    was_agreed = change.state in YES
    changes.end(change, state, now=now)
    if was_agreed:  # where nothing is held, the means given meanwhile are to hold what was booked
        payments.plan_hold(call, now)

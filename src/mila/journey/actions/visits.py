"""The visit in the mouth of the helper. Each verb is one transaction under the call's row lock."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import machine
from mila.kernel.occasion import Occasion
from mila.kernel.place import Transport, distance_km, travel_minutes
from mila.kernel.refusal import Refusal
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.models import TO_GO_OVER, ContactOutcome


class NotYourVisit(Refusal):
    """The helper does not hold this call."""

    code = "not_your_visit"
    status = 404
    sentence = _("This visit is not yours, or not any more.")


def log_contact(*, call_id: UUID, outcome: ContactOutcome, now: Occasion) -> ServiceCall:
    """Write an attempt to call the client. Refuses strangers.

    Where the client was reached, the five points of the guide were gone over together, and the call is contacted.
    """
    with transaction.atomic():
        call, helper = _locked_visit(call_id, now)
        visit.log_attempt(call=call, helper=helper, outcome=outcome, now=now)
        bookings.note(call, step="contact_tried", now=now, facts={"outcome": outcome})
        if outcome is ContactOutcome.REACHED and call.stage == Stage.ACCEPTED:
            machine.take("contact", call=call, now=now, facts={"gone_over": list(TO_GO_OVER)})
        return call


def confirm(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Confirm the visit (guide: within the app, 24 hours before). Refuses strangers and the wrong stage."""
    return _step_of_helper("confirm", call_id, now)


def drop_out(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Give the visit back: it is free at once, at the same slot, for somebody else."""
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        return machine.take("drop_out", call=call, now=now, facts={"reason": reason[:40]})


def go_unsecured(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Go although no money is held: the visit does not pause, or goes on. Doing it again changes nothing."""
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        held = booking.active_assignment(call)
        if held is not None and held.goes_unsecured_at is not None:
            return call
        return machine.take("go_unsecured", call=call, now=now)


def set_out(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be on the way: the client learns when to expect the helper."""
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        if call.stage == Stage.ON_THE_WAY:
            return call
        call.expected_at = _expected(call, now)
        return machine.take("set_out", call=call, now=now)


def arrive(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be at the client's door."""
    return _step_of_helper("arrive", call_id, now)


def begin_work(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Begin the work, after the introduction."""
    return _step_of_helper("begin_work", call_id, now)


def tick(*, call_id: UUID, code: str, now: Occasion, number: Decimal | None = None) -> ServiceCall:
    """Tick a step of the checklist; the customer sees the progress. Refuses before arrival and unknown steps.

    `number` is what was measured, in the unit of a step that asks for it.
    """
    with transaction.atomic():
        call, helper = _at_work(call_id, now)
        visit.tick(call=call, helper=helper, code=code, number=number, now=now)
        return call


def untick(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Take the tick of a step back."""
    with transaction.atomic():
        call, _helper = _at_work(call_id, now)
        visit.untick(call=call, code=code)
        return call


def finish(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Be done with the work: the client is asked to sign off. Refuses while the checklist is open."""
    return _step_of_helper("finish", call_id, now)


def _locked_visit(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Helper]:
    call = machine.lock(call_id)
    assignment = booking.active_assignment(call)
    if assignment is None or assignment.helper_id != now.actor:
        raise NotYourVisit
    return call, assignment.helper


def _at_work(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Helper]:
    call, helper = _locked_visit(call_id, now)
    if call.stage not in (Stage.ARRIVED, Stage.WORKING):
        raise machine.WrongStage
    return call, helper


def _step_of_helper(step: str, call_id: UUID, now: Occasion) -> ServiceCall:
    with transaction.atomic():
        call, _helper = _locked_visit(call_id, now)
        return machine.take(step, call=call, now=now)


def _expected(call: ServiceCall, now: Occasion) -> datetime:
    assignment, brought = booking.active_assignment(call), visits.delivery(call)
    minutes = assignment.offer.travel_minutes if assignment and assignment.offer else 30
    if assignment and brought:  # it is fetched already: the way begins at the branch
        km = distance_km(brought.branch.point, call.address.point)
        minutes = travel_minutes(km, Transport(assignment.helper.transport), accuracy_m=call.address.accuracy_m)
    return now.at + timedelta(minutes=minutes)

"""Other times for a visit: only at the customer's request. Each verb is one transaction under the call's row lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking import times
from mila.booking.models import Assignment, ProposalState, ServiceCall, Stage, TimeProposal, TimeWish
from mila.dispatch import actions as dispatch
from mila.dispatch import moving
from mila.dispatch.windows import FURTHEST, NOTICE, WINDOW_MINUTES
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.payments import queries as payment

WITH_HELPER = (Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED)
UNASSIGNED = (Stage.REQUESTED, Stage.STRANDED)


class TimeTooSoon(Refusal):
    """The new time is over, or too near for anybody to keep."""

    code = "time_too_soon"
    status = 422
    sentence = _("Choose a time at least two hours ahead.")
    field = "starts_at"


class NoSupply(Refusal):
    """Nobody could come at the new time."""

    code = "no_supply"
    sentence = _("Nobody is free at this time any more. Please choose another one.")
    field = "starts_at"


class TooLateToSeek(Refusal):
    """The helper has kept the time, and cancelling would cost something."""

    code = "too_late_to_seek"
    sentence = _(
        "So near to the visit nobody else can be looked for free of charge. Keep the time, or cancel at the cost shown."
    )


class TimesUnfit(Refusal):
    """What the helper proposes is not one to three times."""

    code = "times_unfit"
    status = 422
    sentence = _("Propose one, two or three different times.")
    field = "starts"


class TimeTaken(Refusal):
    """The helper has promised another visit at the proposed time meanwhile."""

    code = "time_taken"
    sentence = _("Your helper is no longer free at this time. Please choose another one, or ask for other times.")


def ask_for_time(*, call_id: UUID, starts_at: datetime, now: Occasion) -> ServiceCall:
    """Ask for another time, for the customer. Asking for the same again changes nothing.

    While nobody is assigned the time changes at once and the search begins anew. Who holds the visit is asked; the
    old time binds until the helper agrees. Refuses times less than two hours ahead or without supply, a second
    request beside an open one, and the wrong stage.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage not in (*WITH_HELPER, *UNASSIGNED):
            raise machine.WrongStage
        if call.visit_starts_at == starts_at and call.stage != Stage.STRANDED:
            return call
        if starts_at < now.at + NOTICE:
            raise TimeTooSoon
        if starts_at > now.at + FURTHEST:
            raise NoSupply
        held = booking.active_assignment(call)
        if held is not None:
            _ask(call, held, starts_at, now)
            return call
        if starts_at not in moving.starts_with_supply(call, starts=[starts_at], at=now.at):
            raise NoSupply
        _fix(call, starts_at)
        return machine.take("change_time", call=call, now=now, facts={"start": starts_at.isoformat()})


def withdraw_time(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Take a request for another time back: the old time stays. Refuses one that is answered or over."""
    with transaction.atomic():
        call = machine.lock(call_id)
        proposal = times.asked_proposal(call, by=Who.CUSTOMER)
        times.end(proposal, ProposalState.WITHDRAWN, now=now)
        messaging.tell_helper_time_stays(call, now)
        return call


def agree_to_time(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Agree, as the helper, to the time that the customer asks for: from now on it binds, and the old one does not.

    Refuses strangers, a request that is over, and a time that overlaps with another visit.
    """
    with transaction.atomic():
        call, _held = _locked_visit(call_id, now)
        proposal = times.asked_proposal(call, by=Who.CUSTOMER)
        return _agree(call, proposal, proposal.starts[0], step="agree_to_time", now=now)


def refuse_time(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Say, as the helper, that the new time is not possible: the old one binds, and the customer chooses."""
    with transaction.atomic():
        call, _held = _locked_visit(call_id, now)
        proposal = times.asked_proposal(call, by=Who.CUSTOMER)
        _leave_to_choose(call, proposal, ProposalState.REFUSED, now)
        return call


def keep_time(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Keep the old time, as the customer, since the helper cannot come at the new one."""
    with transaction.atomic():
        call = machine.lock(call_id)
        times.end(times.proposal_to_choose(call), ProposalState.KEPT, now=now)
        return call


def seek_at_time(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Look for somebody else at the new time, as the customer: the helper is freed at once and without fault.

    Refuses within the hours in which cancelling costs something, and a time at which nobody is free.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        proposal = times.proposal_to_choose(call)
        start = proposal.starts[0]
        if payment.cancellation_cost(call, now.at).cost.minor:
            raise TooLateToSeek
        if start not in moving.starts_with_supply(call, starts=[start], at=now.at):
            raise NoSupply
        times.end(proposal, ProposalState.SOUGHT, now=now)
        _fix(call, start)
        return machine.take("seek_at_time", call=call, now=now, facts={"start": start.isoformat()})


def propose_times(*, call_id: UUID, starts: Sequence[datetime], now: Occasion) -> TimeProposal:
    """Propose one to three times, as the helper, while none is agreed. Refuses times in which the helper is not free.

    A new proposal takes the place of the one before.
    """
    with transaction.atomic():
        call, held = _locked_visit(call_id, now)
        if call.stage not in WITH_HELPER or call.visit_starts_at is not None:
            raise machine.WrongStage
        chosen = sorted(set(starts))
        if not 1 <= len(chosen) <= times.MOST_STARTS:
            raise TimesUnfit
        if chosen[0] < now.at + NOTICE:
            raise TimeTooSoon
        if chosen[-1] > now.at + FURTHEST:
            raise TimesUnfit
        dispatch.must_be_free(call=call, held=held, starts=chosen, now=now)
        made = times.propose(call=call, held=held, starts=chosen, window_minutes=WINDOW_MINUTES, now=now)
        messaging.tell_proposed_times(call, made, now)
        return made


def approve_time(*, call_id: UUID, starts_at: datetime, now: Occasion) -> ServiceCall:
    """Approve one of the times that the helper proposes, as the customer: it binds both.

    Approving the agreed time again changes nothing. Refuses any other time, and one that is taken meanwhile.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.visit_starts_at == starts_at:
            return call
        proposal = times.asked_proposal(call, by=Who.PROVIDER)
        if starts_at not in proposal.starts or starts_at <= now.at:
            raise times.NothingAsked
        try:
            return _agree(call, proposal, starts_at, step="approve_time", now=now)
        except dispatch.Overlap as overlap:
            raise TimeTaken from overlap


def decline_times(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Ask the helper for other times, as the customer."""
    with transaction.atomic():
        call = machine.lock(call_id)
        times.end(times.asked_proposal(call, by=Who.PROVIDER), ProposalState.DECLINED, now=now)
        messaging.ask_for_other_times(call, now)
        return call


def lapse(*, call_id: UUID, now: Occasion) -> None:
    """Go on without an answer, as the clock: the customer is left to choose, keeps the time, or waits for new ones."""
    with transaction.atomic():
        call = machine.lock(call_id)
        proposal = times.open_proposal(call)
        if proposal is None or proposal.due_at is None or proposal.due_at > now.at:
            return
        if proposal.state != ProposalState.ASKED:
            times.end(proposal, ProposalState.KEPT, now=now)
        elif proposal.asked_by == Who.CUSTOMER:
            _leave_to_choose(call, proposal, ProposalState.SILENT, now)
        else:
            times.end(proposal, ProposalState.LAPSED, now=now)
            messaging.ask_for_other_times(call, now)


def _ask(call: ServiceCall, held: Assignment, start: datetime, now: Occasion) -> None:
    if call.visit_starts_at is not None and call.visit_starts_at <= now.at:
        raise machine.WrongStage
    cost = payment.cancellation_cost(call, now.at).cost.minor
    window = call.window_minutes or WINDOW_MINUTES
    made = times.ask(held=held, start=start, window_minutes=window, cost=cost, now=now)
    messaging.ask_helper_for_time(call, made, now)


def _agree(call: ServiceCall, proposal: TimeProposal, start: datetime, *, step: str, now: Occasion) -> ServiceCall:
    with transaction.atomic():
        times.end(proposal, ProposalState.AGREED, now=now, start=start)
        if proposal.asked_by == Who.CUSTOMER:
            call.time_wish = TimeWish.SLOT
        call.visit_starts_at, call.window_minutes = start, proposal.window_minutes
        return machine.take(step, call=call, now=now, facts={"start": start.isoformat()})


def _fix(call: ServiceCall, start: datetime) -> None:
    """Fix the time of a call that nobody holds; what was wished for before is over."""
    call.time_wish, call.visit_starts_at, call.window_minutes = TimeWish.SLOT, start, WINDOW_MINUTES


def _leave_to_choose(call: ServiceCall, proposal: TimeProposal, state: ProposalState, now: Occasion) -> None:
    times.leave_to_choose(proposal, state, now=now)
    messaging.ask_customer_to_choose(call, proposal, now)


def _locked_visit(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Assignment]:
    call = machine.lock(call_id)
    held = booking.active_assignment(call)
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    return call, held

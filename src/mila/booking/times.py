"""Proposals of another time: asking, answering, choosing. The caller holds the call's lock; nothing moves here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries
from mila.booking.models import Assignment, ProposalState, ServiceCall, TimeProposal
from mila.booking.models.times import OPEN
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal

TO_AGREE = timedelta(hours=2)
TO_CHOOSE = timedelta(hours=24)
TO_APPROVE = timedelta(hours=24)
AT_LEAST = timedelta(minutes=5)
MOST_STARTS = 3


class NothingAsked(Refusal):
    """There is no proposal to answer, or not any more."""

    code = "nothing_asked"
    sentence = _("This is over: the request was withdrawn or answered, or the time to answer has run out.")


class AlreadyAsked(Refusal):
    """The customer waits for an answer about another time."""

    code = "already_asked"
    sentence = _("Another time has been asked for already. Wait for the answer, or take that request back first.")


def open_proposal(call: ServiceCall) -> TimeProposal | None:
    """Return the proposal that waits for an answer or a choice, if there is one."""
    found = call.time_proposals.filter(state__in=OPEN)
    return found.select_related("assignment__helper__account").first()


def asked_proposal(call: ServiceCall, *, by: Who) -> TimeProposal:
    """Return the proposal of that side which waits for the other's answer. Refuses where there is none."""
    found = open_proposal(call)
    if found is None or found.state != ProposalState.ASKED or found.asked_by != by:
        raise NothingAsked
    return found


def proposal_to_choose(call: ServiceCall) -> TimeProposal:
    """Return the customer's proposal that the helper did not agree to. Refuses where there is none."""
    found = open_proposal(call)
    if found is None or found.state not in (ProposalState.REFUSED, ProposalState.SILENT):
        raise NothingAsked
    return found


def ask(*, held: Assignment, start: datetime, window_minutes: int, cost: int, now: Occasion) -> TimeProposal:
    """Ask the helper for another time; asking for the same again changes nothing.

    `cost` is what cancelling costs at this moment, in minor units. Refuses while another time is being asked for.
    The helper has two hours, or half of the time left to what is agreed.
    """
    call = held.call
    known = open_proposal(call)
    if known is not None and known.asked_by == Who.CUSTOMER and known.state == ProposalState.ASKED:
        if known.starts == [start]:
            return known
        raise AlreadyAsked
    if known is not None:
        end(known, ProposalState.KEPT if known.asked_by == Who.CUSTOMER else ProposalState.DECLINED, now=now)
    left = (call.visit_starts_at or start) - now.at
    made = TimeProposal.objects.create(
        call=call,
        assignment=held,
        asked_by=Who.CUSTOMER,
        starts=[start],
        window_minutes=window_minutes,
        cost=cost,
        asked_at=now.at,
        due_at=now.at + max(min(TO_AGREE, left / 2), AT_LEAST),
    )
    _note(made, "time_asked", now)
    return made


def propose(
    *, call: ServiceCall, held: Assignment, starts: Sequence[datetime], window_minutes: int, now: Occasion
) -> TimeProposal:
    """Propose one to three times to the customer; an earlier proposal of the helper is taken back."""
    known = open_proposal(call)
    if known is not None and known.asked_by == Who.CUSTOMER:
        raise AlreadyAsked
    if known is not None:
        end(known, ProposalState.WITHDRAWN, now=now)
    left = min(starts) - now.at
    made = TimeProposal.objects.create(
        call=call,
        assignment=held,
        asked_by=Who.PROVIDER,
        starts=list(starts),
        window_minutes=window_minutes,
        asked_at=now.at,
        due_at=now.at + max(min(TO_APPROVE, left / 2), AT_LEAST),
    )
    _note(made, "times_proposed", now)
    return made


def leave_to_choose(proposal: TimeProposal, state: ProposalState, *, now: Occasion) -> None:
    """Note that the helper said no, or nothing: the customer chooses within a day, or half of the time left."""
    left = (proposal.call.visit_starts_at or proposal.starts[0]) - now.at
    proposal.state, proposal.due_at = state, now.at + max(min(TO_CHOOSE, left / 2), AT_LEAST)
    proposal.save(update_fields=["state", "due_at"])
    _note(proposal, f"time_{state}", now)


def end(proposal: TimeProposal, state: ProposalState, *, now: Occasion, start: datetime | None = None) -> None:
    """End a proposal; `start` is what was agreed, if it was."""
    proposal.state, proposal.due_at, proposal.ended_at, proposal.agreed_start = state, None, now.at, start
    proposal.save(update_fields=["state", "due_at", "ended_at", "agreed_start"])
    _note(proposal, f"time_{state}", now)


def overtake(call: ServiceCall, now: Occasion) -> None:
    """End whatever was proposed, because the call has gone another way."""
    found = open_proposal(call)
    if found is not None:
        end(found, ProposalState.OVERTAKEN, now=now)


def least_cancelling_cost(call: ServiceCall) -> int:
    """Return what cancelling costs at least, in minor units: what it cost before the present helper agreed to move.

    Whoever asks for another time within the paid hours does not get round the cost by cancelling the moved visit.
    """
    held = queries.active_assignment(call)
    if held is None:
        return 0
    moved = held.time_proposals.filter(state=ProposalState.AGREED, asked_by=Who.CUSTOMER)
    return max(moved.values_list("cost", flat=True), default=0)


def _note(proposal: TimeProposal, step: str, now: Occasion) -> None:
    starts = [start.isoformat() for start in proposal.starts]
    facts: dict[str, object] = {"starts": starts, "helper": str(proposal.assignment.helper_id)}
    if proposal.agreed_start:
        facts["agreed"] = proposal.agreed_start.isoformat()
    bookings.note(proposal.call, step=step, now=now, facts=facts)

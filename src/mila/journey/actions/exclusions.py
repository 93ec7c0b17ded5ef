"""Not again: each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import transaction

from mila.booking import exclusions, follow_ups
from mila.booking import queries as booking
from mila.booking.models import Assignment, FollowUpState, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who

HAVE_MET = (Stage.DONE, Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


def exclude(*, call_id: UUID, reason: str = "", now: Occasion) -> None:
    """Do not bring this helper and this customer together again; said by either of them after the work.

    Refuses a helper's wish without a reason, strangers, and calls whose visit has not taken place.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        met = _met(call, now)
        if now.by == Who.PROVIDER and not reason.strip():
            raise exclusions.ReasonMissing
        exclusions.exclude(call=call, met=met, reason=reason.strip()[:500], now=now)
        _meet_no_more(call, now)


def take_back_exclusion(*, call_id: UUID, now: Occasion) -> None:
    """Take the own wish not to meet again back. Refuses strangers."""
    with transaction.atomic():
        call = machine.lock(call_id)
        exclusions.take_back(call=call, met=_met(call, now), now=now)


def _meet_no_more(call: ServiceCall, now: Occasion) -> None:
    """End a further visit that waits for the client, in the words of whoever does not wish for it."""
    waits = follow_ups.open_follow_up(call)
    if waits is not None:
        waits.call = call
        ended = FollowUpState.WITHDRAWN if now.by == Who.PROVIDER else FollowUpState.DECLINED
        follow_ups.end(waits, ended, now=now)


def _met(call: ServiceCall, now: Occasion) -> Assignment:
    met = booking.last_assignment(call)
    if met is None or call.stage not in HAVE_MET:
        raise machine.WrongStage
    if now.by == Who.PROVIDER and met.helper_id != now.actor:
        raise NotYourVisit
    return met

"""What people at the desk decide, with a reason. Each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import transaction

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.kernel.occasion import Occasion
from mila.visit import queries as visits


def cancel_by_desk(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Cancel from the desk, free of charge, with a reason."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("cancel_by_desk", call=call, now=now, facts={"reason": reason[:200]})


def assign_by_desk(*, call_id: UUID, helper_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Send a helper chosen by the desk, with a reason; naming the one who holds the call changes nothing.

    Refuses one who cannot work or has another visit then.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        held = booking.active_assignment(call)
        if held is not None and held.helper_id == helper_id:
            return call
        helper = Helper.objects.select_related("provider").get(pk=helper_id)
        dispatch.name_helper(call=call, helper=helper, now=now)
        facts: dict[str, object] = {"helper": str(helper_id), "reason": reason[:200]}
        return machine.take("assign", call=call, now=now, facts=facts)


def take_away(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Free a call from its helper, from the desk, and search for another."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("take_away", call=call, now=now, facts={"reason": reason[:200]})


def search_anew(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Search for a helper again for a stranded call, from the desk, with a reason."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("search_anew", call=call, now=now, facts={"reason": reason[:200]})


def seek_replacement(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Look for somebody else beside the helper, who keeps the call until then; where a search runs, nothing changes."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if booking.running_search(call) is not None:
            return call
        return machine.take("seek_replacement", call=call, now=now)


def keep_helper(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Stop looking for a replacement: the helper keeps the call; where none is sought, nothing changes."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if booking.running_search(call) is None:
            return call
        return machine.take("keep_helper", call=call, now=now)


def raise_bonus(*, call_id: UUID, upto: int, now: Occasion) -> None:
    """Raise the bonus of a call's search to what was shown, in minor units. Refuses beyond the policy's bounds."""
    with transaction.atomic():
        dispatch.urge_by_bonus(machine.lock(call_id), upto=upto, now=now)


def propose_other_times(*, call_id: UUID, now: Occasion) -> None:
    """Propose other times to the customer of a call that nobody holds. Refuses where nobody could come at any."""
    with transaction.atomic():
        dispatch.urge_by_times(machine.lock(call_id), now)


def write_off(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Give up the customer's debt, from the desk; the helper is paid all the same."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("write_off", call=call, now=now, facts={"reason": reason[:200]})


def finish_by_desk(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Finish a visit that the helper left open, from the desk, with a reason; the steps still open are kept.

    The customer is asked to sign off, and looks at work and price as ever.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        left = [step.code for step in visits.open_steps(call)]
        facts: dict[str, object] = {"reason": reason[:200], "open_steps": left}
        return machine.take("finish_by_desk", call=call, now=now, facts=facts)

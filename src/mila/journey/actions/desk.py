"""What people at the desk decide, with a reason. Each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import transaction

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.dispatch import actions as dispatch
from mila.journey import machine
from mila.kernel.occasion import Occasion


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


def write_off(*, call_id: UUID, reason: str, now: Occasion) -> ServiceCall:
    """Give up the customer's debt, from the desk; the helper is paid all the same."""
    with transaction.atomic():
        call = machine.lock(call_id)
        return machine.take("write_off", call=call, now=now, facts={"reason": reason[:200]})

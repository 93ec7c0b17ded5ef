"""Withdrawing from the contract (LAW-34, LAW-35)."""

from uuid import UUID

from django.db import transaction

from mila.booking import actions as bookings
from mila.booking import withdrawal
from mila.booking.models import ServiceCall, Stage
from mila.booking.withdrawal import Declared
from mila.journey import machine
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.visit import queries as visit


def withdraw(*, call_id: UUID, declared: Declared, now: Occasion) -> ServiceCall:
    """Take the customer's withdrawal in, confirm it at once, and end the call; declaring it again changes nothing.

    Before the work has begun nothing is owed. Afterwards the steps that are done are: the price is brought down to
    their share, and charged. Refuses where the law gives no such right (any more), and another's order number.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if withdrawal.declared(call) is not None:
            return call
        withdrawal.must_be_open(call, declared, now.at)
        price = _price_of_what_is_done(call)
        row = withdrawal.write(call=call, declared=declared, owed=price.total if price else 0, now=now)
        if price is None:
            call = machine.take("withdraw", call=call, now=now, facts={"cost": 0})
        else:
            bookings.add_quote(call=call, offer=price, now=now)
            call = machine.take("withdraw_midway", call=call, now=now, facts={"cost": row.owed})
        messaging.confirm_withdrawal(call, row, now)
        return call


def _price_of_what_is_done(call: ServiceCall) -> bookings.PriceOffer | None:
    if call.stage != Stage.WORKING:
        return None
    steps = visit.checklist(call)
    return withdrawal.part_price(call, done=sum(step.done for step in steps), of=len(steps))

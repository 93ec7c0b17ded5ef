"""Journeys in vain: the helper came and the work was not done; who bears it, and what the helper gets."""

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.occasion import Occasion
from mila.partners.models import Payer
from mila.payments import queries, rules, worth
from mila.payments.actions.cancellations import compensate, settle
from mila.payments.actions.holds import free_hold
from mila.payments.actions.posting import Event, post


def charge_journey(call: ServiceCall, now: Occasion) -> None:
    """Ask the payer for the cost of the door, of which the helper gets the share; the call ends (product: Arrive).

    Where the visit costs the customer nothing, because it puts an earlier one right, the house pays the helper.
    """
    held = booking.active_assignment(call)
    if worth.is_free(call):
        free_hold(call, now)
        if held is not None:
            compensate(call, held, worth.door_cost(call), now)
        return
    settle(call, worth.door_cost(call), now)


def bill_journey(call: ServiceCall, now: Occasion) -> None:
    """Bill the brand whose fault it was for the journey; where the brand does not pay, the operator bears it."""
    quote, held = booking.current_quote(call), booking.active_assignment(call)
    if quote.payer_kind != Payer.BRAND or held is None or worth.is_free(call):
        compensate_journey(call, now)
        return
    cost, rate = worth.door_cost(call), queries.own_rate(call, queries.service_day(call, now.at))
    entries = rules.cancelled_by_operator(cost.cost.minor, rate, queries.owed_by(quote))
    post(Event("journey_billed", held.pk, call, held.provider, now.at), entries, quote.currency)
    compensate_journey(call, now)


def compensate_journey(call: ServiceCall, now: Occasion) -> None:
    """Make the journey good to the helper at the operator's cost: the same share as at a closed door."""
    held = booking.active_assignment(call)
    if held is not None:
        compensate(call, held, worth.door_cost(call), now)

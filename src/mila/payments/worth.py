"""What a journey in vain, or a visit that is lost to a late no, is worth to the helper."""

from dataclasses import replace
from datetime import datetime

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.countries.queries import CancellationPolicy
from mila.kernel.money import Money
from mila.payments import queries, rules


def door_cost(call: ServiceCall) -> rules.CancellationCost:
    """Return what a journey in vain costs: as cancelling at the door, whatever right of withdrawal there is.

    Nobody withdraws by not being there; the policy is that of the day of booking. A visit that is free for the customer
    is worth what the helper gets for it.
    """
    facts = rules.CancellationFacts(_worth(call), rules.Standing.AT_THE_DOOR, 0)
    return rules.cancellation_cost(_policy(call), facts)


def is_free(call: ServiceCall) -> bool:
    """Tell whether the visit costs nobody anything but the house: it puts an earlier one right."""
    return booking.current_quote(call).total == 0


def worth_of_cancelling(call: ServiceCall, at: datetime) -> rules.CancellationCost:
    """Return what cancelling a visit that is free would cost if it cost what the helper gets for it."""
    return rules.cancellation_cost(_policy(call), replace(queries.cancellation_facts(call, at), price=_worth(call)))


def _worth(call: ServiceCall) -> Money:
    quote = booking.current_quote(call)
    return quote.total_money if quote.total else Money(quote.provider_pay or 0, quote.currency)


def _policy(call: ServiceCall) -> CancellationPolicy:
    return countries.cancellation_policy(call.country_id, countries.day_in(call.country, call.booked_at))

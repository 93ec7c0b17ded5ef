"""What a cancellation by the customer costs, and whose it is."""

from mila.booking import queries as booking
from mila.booking.models import Assignment, Quote, ServiceCall
from mila.crowd.models import TaxStatus
from mila.kernel.occasion import Occasion
from mila.partners.models import Payer
from mila.payments import queries, rules, worth
from mila.payments.actions.books import Pay, earn, earn_journey, release_cancellation_claim
from mila.payments.actions.charges import ask_for
from mila.payments.actions.holds import free_hold, give_up_plan
from mila.payments.actions.posting import Event, post
from mila.payments.models import ChargePurpose


def settle_cancellation(call: ServiceCall, now: Occasion) -> None:
    """Free the hold, or ask for the cost of cancelling and write down the helper's share; before the helper goes.

    The cost is that of `queries.cancellation_cost`, which the customer was shown. Where the visit is free, because it
    puts an earlier one right, the house pays the helper what any other late cancellation would bring.
    """
    settle(call, queries.cancellation_cost(call, now.at), now)
    held = booking.active_assignment(call)
    if worth.is_free(call) and held is not None:
        compensate(call, held, worth.worth_of_cancelling(call, now.at), now)


def compensate(call: ServiceCall, held: Assignment, settled: rules.CancellationCost, now: Occasion) -> None:
    """Pay the helper's share at the house's cost: the journey, or the time kept free, is made good (C3)."""
    share, rate = settled.helper_share.minor, queries.own_rate(call, queries.service_day(call, now.at))
    if not share:
        return
    tax = rules.tax_inside(share, rate) if held.provider.tax_status == TaxStatus.REGISTERED else 0
    event = Event("journey_compensated", held.pk, call, held.provider, now.at)
    post(event, rules.compensated(share - tax, tax), booking.current_quote(call).currency)
    earn_journey(call, held, Pay(share), now)


def settle(call: ServiceCall, settled: rules.CancellationCost, now: Occasion) -> None:
    """Ask the payer for the cost and write down the helper's share; free the hold where it costs nothing."""
    held = booking.last_assignment(call)
    if settled.is_free or held is None:
        free_hold(call, now)
        return
    quote = booking.current_quote(call)
    _book(call, quote, held, settled, now)
    _ask(call, quote, settled, now)


def _book(call: ServiceCall, quote: Quote, held: Assignment, settled: rules.CancellationCost, now: Occasion) -> None:
    rate = queries.own_rate(call, queries.service_day(call, now.at))
    cost, share, debtor = settled.cost.minor, settled.helper_share.minor, queries.owed_by(quote)
    event = Event("cancellation", call.pk, call, held.provider, now.at)
    if queries.is_agency(quote):
        post(event, rules.cancelled_for_helper(cost, share, rate, debtor), quote.currency)
    else:
        tax = rules.tax_inside(share, rate) if held.provider.tax_status == TaxStatus.REGISTERED else 0
        entries = rules.cancelled_by_operator(cost, rate, debtor) + rules.self_billed(share - tax, tax)
        post(event, entries, quote.currency)
    earn(call, held, Pay(share, purpose=ChargePurpose.CANCELLATION), now)


def _ask(call: ServiceCall, quote: Quote, settled: rules.CancellationCost, now: Occasion) -> None:
    if quote.payer_kind == Payer.BRAND:
        release_cancellation_claim(call, now)
        return
    give_up_plan(call, now)
    ask_for(call, purpose=ChargePurpose.CANCELLATION, amount=settled.cost, now=now)

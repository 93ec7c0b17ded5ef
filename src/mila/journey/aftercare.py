"""What follows a visit and concerns two rooms at once: effects and verbs that put them together."""

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.messaging.facts import status_page
from mila.partners.shops import way_into
from mila.payments import actions as payments
from mila.payments.models import ChargePurpose
from mila.payments.rules import DUNNING_DAYS
from mila.quality import actions as quality
from mila.quality import queries as voices
from mila.visit import queries as visits


def remind_to_rate(call: ServiceCall, now: Occasion) -> None:
    """Remind who booked to rate the visit, once, unless they have (product: one reminder)."""
    if not voices.has_rating(call):
        messaging.remind_to_rate(call, now)


def tell_of_products(call: ServiceCall, now: Occasion) -> None:
    """Tell who booked what the helper recommends, where there is anything: one letter a call."""
    held = booking.last_assignment(call)
    rows = [row for row in visits.suggestions(held) if row.product.is_open] if held else []
    if rows:
        page = status_page(call)
        ways = [(row.product, way_into(row.product, recommendation=row.pk, back=page)) for row in rows]
        messaging.tell_of_products(call, ways, now)


def ask_question(call: ServiceCall, now: Occasion) -> None:
    """Ask who booked whether they recommend the brand, where it is time to."""
    if quality.ask_question(call=call, now=now):
        messaging.ask_to_recommend(call, now)


def dun_debt(call: ServiceCall, now: Occasion) -> None:
    """Remind the payer of what a cancellation cost, where it is time to; after the last reminder the desk decides."""
    debt = payments.dun_next(call, now)
    if debt is not None:
        cost = Money(debt.amount, debt.currency)
        messaging.dun_cancellation(call, cost, now, number=debt.duns, is_last=debt.duns == len(DUNNING_DAYS))


def ask_to_pay_cancellation(call: ServiceCall, now: Occasion) -> None:
    """Send the payer a link to pay what cancelling cost."""
    messaging.ask_to_pay_cancellation(call, _cost(call), now)


def send_cancellation_receipt(call: ServiceCall, now: Occasion) -> None:
    """Send the payer the receipt of what cancelling cost."""
    messaging.send_cancellation_receipt(call, _cost(call), now)


def _cost(call: ServiceCall) -> Money:
    charge = call.charges.get(purpose=ChargePurpose.CANCELLATION)
    return Money(charge.amount, charge.currency)

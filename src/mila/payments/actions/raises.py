"""Covering a higher price: what is planned follows it, what is held is raised at the bank before the price holds."""

from mila.booking import queries as booking
from mila.booking.models import ChangeRequest, ServiceCall
from mila.kernel.occasion import Occasion
from mila.partners.models import Payer
from mila.payments.actions.holds import can_hold, free_hold, open_hold, plan_hold
from mila.payments.models import Hold, HoldState
from mila.payments.queries import is_unsecured


def ask_to_cover(call: ServiceCall, change: ChangeRequest, now: Occasion) -> bool:
    """Ask the bank to hold the higher price, and tell whether it has to say yes first.

    It need not where the brand pays, the means cannot hold, what is held is enough, or the hold is still to come:
    then the plan follows the new price. Where the last hold failed, nothing more is done without a yes.
    """
    if booking.current_quote(call).payer_kind != Payer.CUSTOMER or not can_hold(call):
        return False
    held = open_hold(call)
    is_short = held.state == HoldState.HELD and held.amount < change.total if held else is_unsecured(call)
    if not is_short:
        return False
    Hold.objects.create(
        call=call,
        amount=change.total,
        currency=change.currency,
        state=HoldState.RAISING,
        due_at=now.at,
        change=change,
    )
    return True


def follow_price(call: ServiceCall, now: Occasion) -> None:
    """Let a hold that is still planned follow the call's new price."""
    held, quote = open_hold(call), booking.current_quote(call)
    if held is None or held.state != HoldState.PLANNED or held.amount == quote.total:
        return
    if held.tries:  # the bank may be holding the old amount at this moment: it is freed, and the new one asked for
        free_hold(call, now)
        plan_hold(call, now)
    else:
        held.amount = quote.total
        held.save(update_fields=["amount"])

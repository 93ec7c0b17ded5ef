"""What a cancellation cost and was not paid: reminders with their dates, then the desk; and its receipt once it is."""

from datetime import timedelta

from mila.booking.models import ServiceCall
from mila.kernel.occasion import Occasion
from mila.payments import queries
from mila.payments.actions.books import give_up, release_cancellation_claim
from mila.payments.models import Charge, ChargePurpose, ChargeState
from mila.payments.rules import DUNNING_DAYS


def begin_dunning(call: ServiceCall, now: Occasion) -> None:
    """Plan the first reminder of a cancellation's cost that was declined; a further no changes nothing."""
    declined = call.charges.filter(purpose=ChargePurpose.CANCELLATION, state=ChargeState.DECLINED, duns=0)
    declined.update(dun_at=now.at + timedelta(days=DUNNING_DAYS[0]))


def dun_next(call: ServiceCall, now: Occasion) -> Charge | None:
    """Count the reminder that is due and plan the next; return the debt, None where none is due. The call is locked."""
    debt = queries.cancellation_debt(call)
    if debt is None or debt.dun_at is None or debt.dun_at > now.at:
        return None
    debt.duns += 1
    left = DUNNING_DAYS[debt.duns :]
    debt.dun_at = debt.dun_at + timedelta(days=left[0] - DUNNING_DAYS[debt.duns - 1]) if left else None
    debt.save(update_fields=["duns", "dun_at"])
    return debt


def give_up_cancellation(call: ServiceCall, now: Occasion) -> None:
    """Give up what the customer owes for cancelling: the operator bears it, the helper gets the share all the same."""
    debt = queries.cancellation_debt(call)
    if debt is not None:
        give_up(debt, now)
        Charge.objects.filter(pk=debt.pk).update(dun_at=None)
        release_cancellation_claim(call, now)

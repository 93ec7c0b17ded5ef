"""What the stories of bad days share: a confirmed visit, what the customer does about it, and where the money is."""

from datetime import datetime, timedelta

from tests.factories import IN_THREE_DAYS, NOON, by, by_helper
from tests.story import EVIDENCE, a_secured_call, accepted_by, bank_runs, books_balance

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments import queries as payments
from mila.payments.models import Account, Charge, Claim, Payout
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.queries import open_steps

VISIT = IN_THREE_DAYS
PRICE, PAY = 8900 + 490, 7120  # the package and the fee; the package less 20 %


def a_confirmed_visit(helper: Helper, *, card: str = "4242", at: datetime = NOON, **given: object) -> ServiceCall:
    """Return a call that the helper has accepted, talked over and confirmed, three days before the visit."""
    call = accepted_by(helper, a_secured_call(at, card=card, **given), at)
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))
    if call.stage == Stage.CONTACTED:
        call = journey.confirm(call_id=call.id, now=by_helper(helper, at))
    return call


def at_the_door(helper: Helper, call: ServiceCall, at: datetime = VISIT) -> ServiceCall:
    """Return the call after the helper has arrived."""
    journey.set_out(call_id=call.id, now=by_helper(helper, at - timedelta(minutes=20)))
    return journey.arrive(call_id=call.id, now=by_helper(helper, at))


def at_work(helper: Helper, call: ServiceCall, at: datetime = VISIT) -> ServiceCall:
    """Return the call after the work has begun."""
    at_the_door(helper, call, at)
    journey.show_badge(call_id=call.id, now=by_helper(helper, at))
    return journey.begin_work(call_id=call.id, now=by_helper(helper, at))


def finished(helper: Helper, call: ServiceCall, at: datetime = VISIT) -> ServiceCall:
    """Return the call after the work is done and the customer has signed off."""
    at_work(helper, call, at)
    for step in open_steps(call):
        journey.tick(call_id=call.id, code=step.code, now=by_helper(helper, at))
    journey.finish(call_id=call.id, now=by_helper(helper, at + timedelta(hours=1)))
    now = by(Who.CUSTOMER, at + timedelta(hours=1))
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=now)
    return journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=now)


def cancelled(call: ServiceCall, at: datetime) -> ServiceCall:
    """Return the call after the customer has cancelled at the cost shown, and the bank was asked."""
    now = by(Who.CUSTOMER, at)
    code = make_code(call=call, purpose=CodePurpose.CANCEL, sent_to="mail", now=now)
    cost = payments.cancellation_cost(call, at).cost.minor
    call = journey.cancel(call_id=call.id, shown_cost=cost, code=code, now=now)
    bank_runs(at)
    return call


def balances() -> dict[str, int]:
    """Return every account that is not empty, in minor units; every posting balances."""
    assert books_balance()
    return {account: amount for (account, _currency), amount in payments.trial_balance().items() if amount}


def taken() -> int:
    """Return what the bank has taken from customers."""
    return sum(Charge.objects.filter(state="captured").values_list("amount", flat=True))


def earned() -> int:
    """Return what helpers are owed or were paid."""
    return sum(Claim.objects.values_list("amount", flat=True))


def paid_out() -> int:
    """Return what was paid out."""
    return sum(Payout.objects.filter(state="paid").values_list("amount", flat=True))


def at_bank() -> int:
    """Return the difference between the books and the bank: nothing, on every day."""
    return payments.difference_to_bank("CHF").minor


def heard(call: ServiceCall, to: str) -> set[str]:
    """Return the kinds of messages about the call that went to the address."""
    return set(Message.objects.filter(call=call, recipient=to).values_list("template", flat=True))


ANNA, LUCA = "anna@customers.example", "luca@helpers.example"
OWED, PSP = Account.RECEIVABLE_CUSTOMER.value, Account.PSP_CLEARING.value

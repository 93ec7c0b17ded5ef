"""A visit at work whose price is to change, and the two sides' words about it."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories import NOON, a_confirmed_call, a_package, a_price, by, by_helper
from tests.story import EVIDENCE, bank_runs, fresh

from mila.booking import queries as booking
from mila.booking.models import ChangeReason, ChangeRequest, ChangeState, ServiceCall
from mila.booking.pricing import ExtraWork, Wanted
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose

MINUTE = timedelta(minutes=1)


def a_second_package(**given: Any) -> None:
    """Let the brand sell a printer set-up for CHF 39 beside the Wi-Fi, under the same contract."""
    a_price(package=a_package("printer", minutes=30), amount=3900, **given)


def at_work(helper: Helper, at: datetime = NOON, **given: object) -> ServiceCall:
    """Return a call whose work has begun, its money held as far as the means allow."""
    call = a_confirmed_call(helper, at, **given)
    assert call.visit_starts_at is not None
    bank_runs(call.visit_starts_at)
    then = by_helper(helper, call.visit_starts_at)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    journey.show_badge(call_id=call.id, now=then)
    return journey.begin_work(call_id=call.id, now=then)


def everything(call: ServiceCall) -> frozenset[int]:
    return frozenset(line.position for line in booking.current_quote(fresh(call)).lines.all())


def asks(
    helper: Helper,
    call: ServiceCall,
    *,
    add: tuple[str, ...] = (),
    extra: int = 0,
    keep: frozenset[int] | None = None,
    after: timedelta = MINUTE,
) -> ChangeRequest:
    """Let the helper ask for packages, extra work of that price, or less; return what was asked."""
    work = (ExtraWork("Kabelkanal", "de", extra),) if extra else ()
    wanted = Wanted(keep=everything(call) if keep is None else keep, add=add, extra=work)
    reason = ChangeReason.MORE_WORK if extra else ChangeReason.ONE_MORE
    now = by_helper(helper, call.since + after)
    return journey.ask_for_change(call_id=call.id, wanted=wanted, reason=reason, words="So ist es.", now=now)


def says_yes(call: ServiceCall, change: ChangeRequest, after: timedelta = 2 * MINUTE) -> ServiceCall:
    """Let the payer approve the change with a code of their own."""
    now = by(Who.CUSTOMER, call.since + after)
    code = make_code(call=fresh(call), purpose=CodePurpose.CHANGE, sent_to="mail", now=now)
    return journey.approve_change(call_id=call.id, seal=change.seal, code=code, evidence=EVIDENCE, now=now)


def approved(call: ServiceCall, change: ChangeRequest) -> ChangeRequest:
    """Let the payer approve the change and the bank cover it; return it as it stands then."""
    says_yes(call, change)
    bank_runs(call.since + 3 * MINUTE)
    change.refresh_from_db()
    assert change.state == ChangeState.APPROVED
    return change


def price(call: ServiceCall) -> int:
    """Return the total of the quote that is in force."""
    return booking.current_quote(fresh(call)).total

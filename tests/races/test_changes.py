"""The payer's yes to another price against everything else in the same instant: one price holds."""

from datetime import timedelta

from tests.changes import MINUTE, asks
from tests.factories import IN_THREE_DAYS, a_confirmed_call, a_helper, by, by_helper
from tests.races.start import at_once, many_times, refusals
from tests.story import EVIDENCE

from mila.booking import queries as booking
from mila.booking.chain import is_whole
from mila.booking.models import ChangeRequest, ChangeState, Consent, Quote, ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose


def asked(number: int) -> tuple[Helper, ServiceCall, ChangeRequest, str]:
    luca = a_helper(f"Luca{number}")
    call = a_confirmed_call(luca, starts_at=IN_THREE_DAYS + timedelta(days=number + 1))
    change = asks(luca, call, extra=2000)
    now = by(Who.CUSTOMER, call.since + 2 * MINUTE)
    return luca, call, change, make_code(call=call, purpose=CodePurpose.CHANGE, sent_to="mail", now=now)


def yes(call: ServiceCall, change: ChangeRequest, code: str) -> ServiceCall:
    now = by(Who.CUSTOMER, call.since + 2 * MINUTE)
    return journey.approve_change(call_id=call.id, seal=change.seal, code=code, evidence=EVIDENCE, now=now)


def one_price_holds(change: ChangeRequest) -> bool:
    change.refresh_from_db()
    call = ServiceCall.objects.get(pk=change.call_id)
    is_new = change.state == ChangeState.APPROVED
    assert booking.current_quote(call).total == (change.total if is_new else change.base.total)
    assert Consent.objects.filter(change=change).count() == int(is_new)
    return is_whole(call)


@many_times
def test_a_yes_against_taking_the_change_back(number: int) -> None:
    luca, call, change, code = asked(number)
    outcomes = at_once(
        lambda: yes(call, change, code),
        lambda: journey.withdraw_change(call_id=call.id, now=by_helper(luca, call.since + 2 * MINUTE)),
    )
    assert refusals(outcomes) == ["no_change"]
    assert one_price_holds(change)


@many_times
def test_a_yes_against_the_clock(number: int) -> None:
    _luca, call, change, code = asked(number)
    due = change.due_at
    assert due is not None
    outcomes = at_once(
        lambda: yes(call, change, code), lambda: journey.lapse_change(call_id=call.id, now=by(Who.CLOCK, due))
    )
    assert refusals(outcomes) in ([], ["no_change"])
    assert one_price_holds(change)


@many_times
def test_of_two_devices_one_yes_counts(number: int) -> None:
    _luca, call, change, code = asked(number)
    outcomes = at_once(lambda: yes(call, change, code), lambda: yes(call, change, code))
    assert refusals(outcomes) == []
    assert Quote.objects.filter(call=call).count() == 2
    assert one_price_holds(change)

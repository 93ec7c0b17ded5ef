"""Whatever is asked for and answered, the chain is whole and exactly its last quote is charged."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.changes import a_second_package, asks, at_work, everything, says_yes
from tests.factories import a_helper, by, by_helper
from tests.story import EVIDENCE, bank_runs, books_balance, fresh, signed_off

from mila.booking import queries as booking
from mila.booking.chain import is_whole
from mila.booking.changes import TooMuchByHand
from mila.booking.models import ChangeRequest, ChangeState, Quote, ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.kernel.refusal import Refusal
from mila.payments.models import Charge, Hold, HoldState
from mila.visit.queries import open_steps

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
WEAK = 5000

ASKED = st.tuples(
    st.sampled_from(["extra", "package", "less"]),
    st.integers(min_value=1, max_value=6000),
    st.sampled_from(["code", "by_hand", "no", "withdraw", "silence"]),
)


@settings(derandomize=True, max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ASKED, max_size=4))
@example([("extra", 3000, "by_hand"), ("extra", 3000, "by_hand"), ("package", 1, "code"), ("less", 1, "by_hand")])
def test_the_last_approved_quote_is_charged_and_nothing_else(story: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        _play(story)
        connection.cursor().execute("set constraints all immediate")
        transaction.set_rollback(True)


def _play(story: list[tuple[str, int, str]]) -> None:
    a_second_package()
    luca = a_helper()
    call = at_work(luca)
    agreed = strong = 8900 + 490
    for number, (what, amount, answer) in enumerate(story, start=1):
        after = number * 20 * MINUTE
        change = _asked(luca, call, what, amount, after)
        if change is None:
            continue
        yes = _answered(luca, call, change, answer, after + MINUTE)
        assert yes or answer != "by_hand" or change.total - strong > WEAK
        agreed = change.total if yes else agreed
        strong = agreed if answer == "code" else strong
        assert (change.state == ChangeState.APPROVED) == yes
        assert booking.current_quote(fresh(call)).total == agreed
        assert agreed - strong <= WEAK
    _is_charged(luca, call, agreed)


def _asked(luca: Helper, call: ServiceCall, what: str, amount: int, after: timedelta) -> ChangeRequest | None:
    keep = frozenset(sorted(everything(call))[:1]) if what == "less" else everything(call)
    add, extra = ("printer",) if what == "package" else (), amount if what == "extra" else 0
    try:
        return asks(luca, call, keep=keep, add=add, extra=extra, after=after)
    except Refusal:
        return None


def _answered(luca: Helper, call: ServiceCall, change: ChangeRequest, answer: str, after: timedelta) -> bool:
    now = call.since + after
    said = {"call_id": call.id, "seal": change.seal}
    yes = answer in {"code", "by_hand"}
    try:
        if answer == "code":
            says_yes(call, change, after)
        elif answer == "by_hand":
            journey.approve_change_by_hand(**said, name="Anna", evidence=EVIDENCE, now=by_helper(luca, now))  # type: ignore[arg-type]
        elif answer == "no":
            journey.decline_change(**said, now=by(Who.CUSTOMER, now))  # type: ignore[arg-type]
        elif answer == "withdraw":
            journey.withdraw_change(call_id=call.id, now=by_helper(luca, now))
    except TooMuchByHand:
        yes = False
    bank_runs(now)
    journey.lapse_change(call_id=call.id, now=by(Who.CLOCK, now + 16 * MINUTE))
    change.refresh_from_db()
    return yes


def _is_charged(luca: Helper, call: ServiceCall, agreed: int) -> None:
    at = call.since + 120 * MINUTE
    for step in open_steps(fresh(call)):
        journey.tick(call_id=call.id, code=step.code, now=by_helper(luca, at))
    call = signed_off(journey.finish(call_id=call.id, now=by_helper(luca, at)), at)
    bank_runs(at + MINUTE)
    assert Charge.objects.get(call=call).amount == agreed == Quote.objects.filter(call=call).latest("version").total
    assert Hold.objects.filter(call=call, state=HoldState.TAKEN).count() == 1
    assert not Hold.objects.filter(call=call, state__in=[HoldState.HELD, HoldState.RAISING]).exists()
    assert is_whole(fresh(call))
    assert books_balance()

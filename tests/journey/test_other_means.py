"""Where the bank does not cover what was agreed, who pays gives other means, and the money is taken from them."""

import pytest
from django.test import Client
from tests.changes import MINUTE, a_second_package, asks, price, says_yes
from tests.factories import IN_THREE_DAYS, a_confirmed_call, a_helper, by, by_helper
from tests.story import bank_runs, books_balance, clock_runs, fresh, signed_off, stage, steps, told

from mila.booking.models import ChangeRequest, ChangeState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.conditions import ChangeUnanswered
from mila.journey.machine import WrongStage
from mila.kernel.occasion import Who
from mila.payments import queries
from mila.payments.adapters import Declined, Held, HoldAnswer, MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of
from mila.payments.adapters.test.models import Taken
from mila.payments.models import Charge, Hold, HoldState, Means
from mila.visit.queries import open_steps

pytestmark = pytest.mark.django_db

BOOKED, AGREED = 8900 + 490, 8900 + 490 + 3900
NO_MORE = "0119"  # holds what was booked, and nothing more
SHORT_AT = 3 * MINUTE


@pytest.fixture
def luca() -> Helper:
    return a_helper()


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    """A visit at work, with a change to CHF 132.90 that was agreed and that the client's bank does not cover."""
    a_second_package()
    call = a_confirmed_call(luca)
    Means.objects.filter(call=call).update(reference=means_of(CARDS[NO_MORE]))
    bank_runs(IN_THREE_DAYS)
    now = by_helper(luca, IN_THREE_DAYS)
    journey.set_out(call_id=call.id, now=now)
    journey.arrive(call_id=call.id, now=now)
    journey.show_badge(call_id=call.id, now=now)
    call = journey.begin_work(call_id=call.id, now=now)
    says_yes(call, asks(luca, call, add=("printer",)))
    bank_runs(call.since + SHORT_AT)
    return call


def change_of(call: ServiceCall) -> ChangeRequest:
    return call.changes.get()


def gives(call: ServiceCall, card: str, minutes: int = 5) -> None:
    """Let the client give another card on the bank's page, and the bank be asked again."""
    at = call.since + minutes * MINUTE
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, at))
    chosen = CARDS[card]
    said = (
        Declined(chosen.code) if "setup" in chosen.declines else Saved(means_of(chosen), chosen.label, chosen.can_hold)
    )
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, said), now=by(Who.BANK, at))
    bank_runs(at)


def paid(luca: Helper, call: ServiceCall) -> Charge:
    """Let the work be done, signed off and charged; return the charge."""
    at = call.since + 30 * MINUTE
    for step in open_steps(fresh(call)):
        journey.tick(call_id=call.id, code=step.code, now=by_helper(luca, at))
    done = journey.finish(call_id=call.id, now=by_helper(luca, at))
    signed_off(done, at + MINUTE)
    bank_runs(at + MINUTE)
    assert stage(call) == Stage.CHARGED
    assert books_balance()
    assert queries.difference_to_bank("CHF").minor == 0
    return Charge.objects.get(call=call)


def card_of(charge: Charge) -> str:
    return Taken.objects.get(pk=charge.reference).card


def test_what_the_bank_does_not_cover_waits_for_other_means(call: ServiceCall) -> None:
    change = change_of(call)
    assert (change.state, price(call)) == (ChangeState.SHORT, BOOKED)
    assert change.due_at == call.since + SHORT_AT + 15 * MINUTE
    assert "change_short" in steps(call)
    assert len(told(call, "ask_for_other_means")) == len(told(call, "tell_helper_of_change")) == 1
    assert not told(call, "tell_unsecured"), "what was booked is held as before"


def test_another_card_covers_it_and_is_charged_at_the_sign_off(luca: Helper, call: ServiceCall) -> None:
    gives(call, "4242")
    assert (change_of(call).state, price(call)) == (ChangeState.APPROVED, AGREED)
    held = Hold.objects.get(call=call, state=HoldState.HELD)
    assert (held.amount, held.means) == (AGREED, "means_4242")
    assert Hold.objects.get(call=call, state=HoldState.FREED).amount == BOOKED
    charge = paid(luca, call)
    assert (charge.amount, card_of(charge)) == (AGREED, "4242")
    assert list(Taken.objects.filter(card=NO_MORE).values_list("state", "captured")) == [("freed", 0)]


def test_means_that_cannot_be_held_carry_it_without_the_bank_s_word(luca: Helper, call: ServiceCall) -> None:
    gives(call, "twint")
    assert (change_of(call).state, price(call)) == (ChangeState.APPROVED, AGREED)
    charge = paid(luca, call)
    assert (charge.amount, card_of(charge)) == (AGREED, "twint")
    assert not Taken.objects.filter(card=NO_MORE, captured__gt=0).exists()


def test_a_card_that_is_declined_as_well_leaves_time_for_a_third(luca: Helper, call: ServiceCall) -> None:
    gives(call, "9995")
    assert (change_of(call).state, price(call)) == (ChangeState.SHORT, BOOKED)
    gives(call, "0002", minutes=7)
    assert change_of(call).state == ChangeState.SHORT
    gives(call, "4242", minutes=9)
    assert price(call) == AGREED
    assert card_of(paid(luca, call)) == "4242"
    assert len(told(call, "ask_for_other_means")) == 1, "who stands before the page is not written to again"


def test_without_other_means_what_was_booked_is_charged_from_the_first(luca: Helper, call: ServiceCall) -> None:
    gives(call, "9995")
    clock_runs(call.since + 25 * MINUTE)
    assert change_of(call).state == ChangeState.UNCOVERED
    assert len(told(call, "tell_change_failed")) == 1
    charge = paid(luca, call)
    assert (charge.amount, card_of(charge)) == (BOOKED, NO_MORE)
    with pytest.raises(WrongStage):
        journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, call.since + 40 * MINUTE))


def test_the_client_may_keep_what_was_booked_instead(luca: Helper, call: ServiceCall, client: Client) -> None:
    at = f"/s/{call.status_key}/"
    assert f"{at}means/" in client.get(at).content.decode()
    client.post(f"{at}change/decline/", {"seal": change_of(call).seal})
    assert change_of(call).state == ChangeState.DECLINED
    assert paid(luca, call).amount == BOOKED


def test_the_helper_may_take_it_back_and_does_not_end_the_work_before(luca: Helper, call: ServiceCall) -> None:
    later = by_helper(luca, call.since + 5 * MINUTE)
    for step in open_steps(fresh(call)):
        journey.tick(call_id=call.id, code=step.code, now=later)
    with pytest.raises(ChangeUnanswered):
        journey.finish(call_id=call.id, now=later)
    journey.withdraw_change(call_id=call.id, now=later)
    assert paid(luca, call).amount == BOOKED


def test_the_bank_s_first_no_said_again_does_not_end_a_second_try(call: ServiceCall) -> None:
    refused = Hold.objects.get(call=call, state=HoldState.FAILED)
    at = call.since + 5 * MINUTE
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, at))
    saved = Saved(means_of(CARDS["4242"]), CARDS["4242"].label, can_hold=True)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, saved), now=by(Who.BANK, at))
    journey.bank_answered(answer=HoldAnswer(call.id, refused.id, Declined("insufficient_funds")), now=by(Who.BANK, at))
    assert change_of(call).state == ChangeState.SECURING
    bank_runs(at)
    assert price(call) == AGREED


def test_a_late_yes_to_other_means_changes_nothing_of_what_was_booked(luca: Helper, call: ServiceCall) -> None:
    at = call.since + 14 * MINUTE
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, at))
    saved = Saved(means_of(CARDS["4242"]), CARDS["4242"].label, can_hold=True)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, saved), now=by(Who.BANK, at))
    asked = Hold.objects.get(call=call, state=HoldState.RAISING)
    clock_runs(call.since + 60 * MINUTE)
    assert change_of(call).state == ChangeState.UNCOVERED
    late = by(Who.BANK, call.since + 61 * MINUTE)
    journey.bank_answered(answer=HoldAnswer(call.id, asked.id, Held("late", at + 100 * MINUTE)), now=late)
    held, given_up = Hold.objects.get(call=call, state=HoldState.HELD), Hold.objects.get(pk=asked.pk)
    assert (held.amount, held.means) == (BOOKED, means_of(CARDS[NO_MORE]))
    assert (given_up.state, given_up.due_at) == (HoldState.FREED, late.at)


def test_declined_at_the_sign_off_it_is_paid_with_another_card(luca: Helper, call: ServiceCall, client: Client) -> None:
    gives(call, "0341")
    assert price(call) == AGREED
    at = call.since + 30 * MINUTE
    for step in open_steps(fresh(call)):
        journey.tick(call_id=call.id, code=step.code, now=by_helper(luca, at))
    signed_off(journey.finish(call_id=call.id, now=by_helper(luca, at)), at + MINUTE)
    bank_runs(at + MINUTE)
    assert stage(call) == Stage.UNPAID
    bank = client.post(f"/s/{call.status_key}/pay/").headers["Location"]
    assert client.post(bank, {"card": "0002"}).status_code == 422
    client.post(bank, {"card": "4242"})
    charge = Charge.objects.get(call=call)
    assert (stage(call), charge.amount, card_of(charge)) == (Stage.CHARGED, AGREED, "4242")
    assert books_balance()
    assert queries.difference_to_bank("CHF").minor == 0

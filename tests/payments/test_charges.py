from datetime import timedelta

import pytest
from tests.payments.builders import AGENCY, BRAND_PAYS, VISIT, Terms, a_call, assigned, at, saved

from mila.booking.models import ServiceCall
from mila.payments import actions, queries
from mila.payments.adapters.test.models import Page, Taken
from mila.payments.adapters.test.pages import choose
from mila.payments.models import Account, Charge, ChargeState, Claim, Hold, HoldState

pytestmark = pytest.mark.django_db
SIGNED = VISIT + timedelta(hours=1)


def a_signed_off(card: str = "4242", terms: Terms = AGENCY, *, held: bool = True) -> ServiceCall:
    call = a_call(terms)
    saved(call, card)
    assigned(call)
    if held:
        actions.plan_hold(call, at(VISIT))
        answer = actions.ask_for_hold(at=VISIT)
        assert answer is not None
        actions.note_hold(call, answer, at(VISIT))
    actions.book_sign_off(call, at(SIGNED))
    actions.ask_bank_to_charge(call, at(SIGNED))
    return call


def asked(call: ServiceCall) -> str:
    """Ask the bank once and note its answer; return the step that follows."""
    answer = actions.ask_for_charge(at=SIGNED)
    assert answer is not None
    return actions.note_charge(call, answer, at(SIGNED))


def test_sign_off_takes_the_held_amount() -> None:
    call = a_signed_off()
    assert asked(call) == "charge"
    assert Hold.objects.get(call=call).state == HoldState.TAKEN
    assert Taken.objects.get().captured == 12390


def test_a_second_sign_off_asks_for_nothing_more() -> None:
    call = a_signed_off()
    actions.book_sign_off(call, at(SIGNED))
    actions.ask_bank_to_charge(call, at(SIGNED))
    assert Charge.objects.filter(call=call).count() == 1
    assert Claim.objects.filter(call=call).count() == 1
    assert queries.balance(Account.RECEIVABLE_CUSTOMER, "CHF").minor == 12390


def test_means_without_a_hold_are_charged() -> None:
    call = a_signed_off("twint", held=False)
    assert asked(call) == "charge"
    assert Taken.objects.get().captured == 12390


def test_a_lapsed_hold_is_charged_anew_at_once() -> None:
    call = a_signed_off()
    Taken.objects.update(lapses_at=SIGNED)
    assert asked(call) == ""
    assert asked(call) == "charge"
    assert Hold.objects.get(call=call).state == HoldState.FAILED
    assert sum(taken.captured for taken in Taken.objects.all()) == 12390


def test_where_the_brand_pays_the_customer_is_not_charged() -> None:
    call = a_signed_off(terms=BRAND_PAYS, held=False)
    assert not Charge.objects.filter(call=call).exists()
    assert queries.balance(Account.RECEIVABLE_PARTNER, "CHF").minor == 9401


def test_a_declined_payment_keeps_the_helper_s_claim() -> None:
    call = a_signed_off("9995", held=False)
    assert asked(call) == "decline"
    assert Charge.objects.get(call=call).state == ChargeState.DECLINED
    assert Claim.objects.get(call=call).amount == 9520


def paid_by_link(call: ServiceCall, card: str) -> str:
    charge = Charge.objects.get(call=call)
    actions.open_payment_session(charge=charge, return_url="/s/x", now=at(SIGNED))
    choose(Page.objects.get().id, digits=card, at=SIGNED)
    notice = actions.next_notice(at=SIGNED)
    assert notice is not None
    assert isinstance(notice.answer, actions.ChargeAnswer)
    actions.hear_once(notice, at=SIGNED)
    return actions.note_charge(call, notice.answer, at(SIGNED))


def test_after_a_no_the_customer_pays_by_link() -> None:
    call = a_signed_off("9995", held=False)
    asked(call)
    assert paid_by_link(call, "0002") == ""
    assert paid_by_link(call, "4242") == "charge"
    assert Charge.objects.get(call=call).state == ChargeState.CAPTURED


def test_one_link_however_often_it_is_opened() -> None:
    call = a_signed_off("9995", held=False)
    asked(call)
    charge = Charge.objects.get(call=call)
    urls = {actions.open_payment_session(charge=charge, return_url="/s/x", now=at(SIGNED)) for _ in range(3)}
    assert len(urls) == 1
    assert Page.objects.count() == 1


def test_what_is_paid_cannot_be_paid_again() -> None:
    call = a_signed_off()
    asked(call)
    with pytest.raises(actions.NothingToPay):
        actions.open_payment_session(charge=Charge.objects.get(call=call), return_url="/", now=at(SIGNED))


def test_a_no_that_comes_after_the_money_changes_nothing() -> None:
    call = a_signed_off("9995", held=False)
    late = actions.ask_for_charge(at=SIGNED)
    assert late is not None
    actions.note_charge(call, late, at(SIGNED))
    paid_by_link(call, "4242")
    assert actions.note_charge(call, late, at(SIGNED)) == ""
    assert Charge.objects.get(call=call).state == ChargeState.CAPTURED


def test_a_lost_answer_takes_the_money_once() -> None:
    call = a_signed_off("0093", held=False)
    assert actions.ask_for_charge(at=SIGNED) is None
    answer = actions.ask_for_charge(at=SIGNED + timedelta(minutes=5))
    assert answer is not None
    assert actions.note_charge(call, answer, at(SIGNED)) == "charge"
    assert Taken.objects.count() == 1


def test_a_written_off_debt_is_the_operator_s_loss_and_the_helper_is_paid() -> None:
    call = a_signed_off("9995", held=False)
    asked(call)
    actions.write_off(call, at(SIGNED))
    actions.release_claim(call, at(SIGNED))
    assert queries.balance(Account.RECEIVABLE_CUSTOMER, "CHF").minor == 0
    assert queries.balance(Account.EXPENSE_BAD_DEBT, "CHF").minor == 12390
    assert Claim.objects.get(call=call).state == "released"


def test_a_debt_that_was_written_off_can_still_be_paid() -> None:
    call = a_signed_off("9995", held=False)
    asked(call)
    actions.write_off(call, at(SIGNED))
    assert paid_by_link(call, "4242") == ""
    assert queries.balance(Account.EXPENSE_BAD_DEBT, "CHF").minor == 0
    assert queries.difference_to_bank("CHF").minor == 0


def test_the_books_agree_with_the_bank_to_the_rappen() -> None:
    call = a_signed_off()
    asked(call)
    actions.book_capture(call, at(SIGNED))
    actions.book_capture(call, at(SIGNED))
    assert queries.balance(Account.EXPENSE_BANK_FEE, "CHF").minor == 389
    assert queries.balance(Account.PSP_CLEARING, "CHF").minor == 12390 - 389
    assert queries.difference_to_bank("CHF").minor == 0

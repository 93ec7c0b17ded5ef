"""The customer's bank takes a payment back: the books, the helper's money, the reply, and who is told (PAY-39)."""

from datetime import timedelta
from itertools import permutations

import pytest
from pytest_django import Settings
from tests.disputes import (
    AT_FAULT,
    DAY,
    DONE,
    FEE,
    HOUSE,
    a_paid_visit,
    accepted,
    at_desk,
    at_the_bank,
    disputed,
    handed_in,
    the_bank_is_heard,
    the_bank_says,
)
from tests.factories import a_brand, a_helper, a_package, a_price, an_account, by
from tests.journey.bad_days import (
    ANNA,
    LUCA,
    PAY,
    PRICE,
    VISIT,
    a_confirmed_visit,
    at_bank,
    balances,
    cancelled,
    earned,
    finished,
    heard,
    paid_out,
    taken,
)
from tests.story import bank_runs, clock_runs_until, pay_out_runs, stage, steps, told

from mila.booking.models import Stage
from mila.crowd.models import TaxStatus
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.payments import actions as payments
from mila.payments import stakes
from mila.payments.adapters import Declined, DisputeAnswer, get_bank
from mila.payments.adapters.test import disputing, wire
from mila.payments.adapters.test.models import Event, Word
from mila.payments.models import Charge, Dispute, Document, Payout, Refund, Retention
from mila.quality.cases import Decision
from mila.quality.models import Bearer, GuaranteeCase, Outcome

pytestmark = pytest.mark.django_db

SUSPENSE = "dispute:suspense"
EARNED_BOOKS = ("revenue:commission", "revenue:guarantee_fee", "vat:output")


def in_the_books(*accounts: str) -> tuple[int, ...]:
    assert stakes.suspense_differences() == []
    assert at_bank() == 0
    now = balances()
    return tuple(now.get(account, 0) for account in accounts)


def paid_until(days: int) -> int:
    clock_runs_until(DONE + days * DAY)
    pay_out_runs(DONE + days * DAY)
    return paid_out()


def a_case(call: object, days: int) -> GuaranteeCase:
    then = by(Who.CUSTOMER, DONE + days * DAY)
    return journey.open_case(call_id=call.id, words="no Wi-Fi", packages=(), photos=[], now=then)  # type: ignore[attr-defined]


def decided(case: GuaranteeCase, outcome: Outcome, bearer: Bearer, *, days: int, amount: int = 0) -> GuaranteeCase:
    then = Occasion(by=Who.DESK, at=DONE + days * DAY, actor=an_account("desk@mila.example").id)
    return journey.decide_case(case_id=case.id, decision=Decision(outcome, amount, bearer, "seen"), now=then)


def test_what_is_disputed_stands_in_suspense_and_the_helpers_money_is_held() -> None:
    call = a_paid_visit(a_helper())
    row = disputed(call)
    assert in_the_books(SUSPENSE, "expense:dispute_fee", "payable:provider") == (PRICE, FEE, -PAY)
    assert (row.state, row.answer_by, row.alarm_at) == ("open", DONE + 10 * DAY, DONE + 8 * DAY)
    assert Retention.objects.get(source=row.pk).amount == PAY
    assert paid_until(5) == 0
    assert stage(call) == Stage.CLOSED
    assert "tell_payer_of_dispute" in heard(call, ANNA)
    assert "tell_helper_of_dispute" in heard(call, LUCA)
    assert "71.20" in told(call, "tell_helper_of_dispute")[0].text


def test_only_the_disputed_part_is_held() -> None:
    row = disputed(a_paid_visit(a_helper()), amount=1000)
    assert Retention.objects.get(source=row.pk).amount == 800
    assert paid_until(5) == PAY - 800
    the_bank_says(row, Word.WON, days=20)
    assert paid_until(21) == PAY
    assert in_the_books(SUSPENSE, "payable:provider") == (0, 0)


def test_a_dispute_that_is_won_leaves_only_the_fee() -> None:
    call = a_paid_visit(a_helper())
    before = balances()
    row = the_bank_says(handed_in(disputed(call)), Word.WON, days=40)
    assert (row.state, row.ended_at) == ("won", DONE + 40 * DAY)
    fee = {"psp:clearing": before["psp:clearing"] - FEE, "expense:dispute_fee": FEE}
    assert balances() == before | fee
    assert in_the_books(SUSPENSE, "expense:dispute_fee") == (0, FEE)
    assert paid_until(41) == PAY
    assert "tell_helper_dispute_is_over" in heard(call, LUCA)


@pytest.mark.parametrize(("verdict", "house_pays", "helper_keeps"), [(HOUSE, PAY, PAY), (AT_FAULT, 0, 0)])
def test_a_lost_dispute_takes_the_sale_back_and_who_is_at_fault_carries_the_share(
    verdict: payments.Verdict, house_pays: int, helper_keeps: int
) -> None:
    call = a_paid_visit(a_helper())
    row = the_bank_says(handed_in(disputed(call), verdict=verdict), Word.LOST, days=40)
    assert (row.state, row.reversed, row.share) == ("lost", PRICE, PAY)
    assert in_the_books(SUSPENSE, *EARNED_BOOKS) == (0, 0, 0, 0)
    assert in_the_books("expense:dispute_loss", "expense:dispute_fee") == (house_pays, FEE)
    assert paid_until(41) == helper_keeps
    assert in_the_books("payable:provider") == (0,)
    assert sum(Document.objects.filter(call=call, kind="credit_note").values_list("total", flat=True)) == -PRICE
    assert stage(call) == Stage.CLOSED
    words = "router was left unplugged" in "".join(one.text for one in told(call, "tell_helper_dispute_is_over"))
    assert words == (verdict is AT_FAULT)


def test_where_the_house_carries_it_the_helper_is_paid_at_once() -> None:
    call = a_paid_visit(a_helper())
    handed_in(disputed(call), verdict=HOUSE)
    assert paid_until(5) == PAY
    assert "tell_helper_dispute_is_over" in heard(call, LUCA)


def test_after_the_pay_out_the_share_is_deducted_later() -> None:
    luca = a_helper()
    call = a_paid_visit(luca)
    assert paid_until(5) == PAY
    row = disputed(call, days=20)
    assert Retention.objects.get(source=row.pk).amount == 0
    assert told(call, "tell_helper_of_dispute") == []
    row = the_bank_says(handed_in(row, days=21, verdict=AT_FAULT), Word.LOST, days=40)
    assert in_the_books(SUSPENSE, "payable:provider", "expense:dispute_loss") == (0, PAY, 0)
    later = VISIT + 50 * DAY
    finished(luca, a_confirmed_visit(luca, at=later - 3 * DAY, starts_at=later), later)
    bank_runs(later + timedelta(hours=1))
    a_price(a_brand(), a_package("tv-setup"), amount=5000)
    other = later + DAY
    finished(luca, a_confirmed_visit(luca, at=later, starts_at=other, packages=("tv-setup",)), other)
    bank_runs(other + timedelta(hours=1))
    clock_runs_until(later + 10 * DAY)
    pay_out_runs(later + 10 * DAY)
    assert paid_out() == PAY + PAY + 4000 - PAY
    assert in_the_books("payable:provider") == (0,)


def test_a_dispute_of_what_was_refunded_is_no_double_loss_for_the_helper() -> None:
    call = a_paid_visit(a_helper())
    decided(a_case(call, 1), Outcome.FULL, Bearer.HELPER, days=2)
    bank_runs(DONE + 2 * DAY)
    row = disputed(call, days=10)
    assert (Refund.objects.get().state, Retention.objects.get(source=row.pk).amount) == ("refunded", 0)
    row = handed_in(row, days=11, verdict=AT_FAULT)
    assert Refund.objects.get().reference in at_the_bank(row).text
    row = the_bank_says(row, Word.LOST, days=40)
    assert (row.covered, row.reversed, row.share) == (0, 0, 0)
    assert in_the_books(SUSPENSE, *EARNED_BOOKS, "expense:dispute_loss") == (0, 0, 0, 0, PRICE)
    assert sum(Document.objects.filter(call=call, kind="credit_note").values_list("total", flat=True)) == -PRICE
    paid_until(41)
    assert in_the_books("payable:provider", "receivable:customer") == (0, 0)


def test_a_refund_waits_for_the_dispute_and_is_paid_by_its_loss() -> None:
    call = a_paid_visit(a_helper())
    decided(a_case(call, 1), Outcome.FULL, Bearer.OPERATOR, days=2)
    row = disputed(call, days=2)
    assert Refund.objects.get().state == "asked"
    bank_runs(DONE + 10 * DAY)
    assert Refund.objects.get().state == "asked"
    row = the_bank_says(row, Word.LOST, days=40)
    assert (row.covered, row.reversed, Refund.objects.get().state) == (PRICE, 0, "covered")
    assert in_the_books(SUSPENSE, "receivable:customer", "expense:guarantee", "expense:dispute_loss") == (0, 0, PAY, 0)
    assert told(call, "tell_refunded") == []
    assert taken() == PRICE


def test_a_refund_is_given_when_the_dispute_is_won() -> None:
    call = a_paid_visit(a_helper())
    decided(a_case(call, 1), Outcome.FULL, Bearer.OPERATOR, days=2)
    row = disputed(call, days=2)
    the_bank_says(row, Word.WON, days=40)
    bank_runs(DONE + 40 * DAY)
    assert Refund.objects.get().state == "refunded"
    assert in_the_books(SUSPENSE, "receivable:customer") == (0, 0)


def test_an_answer_about_a_refund_that_was_lost_on_the_way_is_asked_for_again(settings: Settings) -> None:
    call = a_paid_visit(a_helper())
    decided(a_case(call, 1), Outcome.FULL, Bearer.OPERATOR, days=2)
    settings.MILA_BANK_AWAY = "lost"
    payments.ask_bank_next(at=DONE + 2 * DAY)  # the bank has given it back, and its word is lost
    settings.MILA_BANK_AWAY = ""
    row = disputed(call, days=3)
    bank_runs(DONE + 3 * DAY)
    assert Refund.objects.get().state == "refunded"
    row = the_bank_says(row, Word.LOST, days=40)
    assert (row.covered, row.reversed) == (0, 0)
    assert in_the_books(SUSPENSE, "receivable:customer", "expense:dispute_loss") == (0, 0, PRICE)


def test_a_refund_that_the_bank_refuses_because_of_a_dispute_is_paid_by_its_loss() -> None:
    call = a_paid_visit(a_helper())
    decided(a_case(call, 1), Outcome.FULL, Bearer.OPERATOR, days=2)
    Refund.objects.update(tries=1)  # somebody began to ask, and it is not known whether the bank heard
    row = disputed(call, days=2)
    bank_runs(DONE + 2 * DAY)
    assert (Refund.objects.get().state, Refund.objects.get().decline_code) == ("refused", "charge_disputed")
    row = the_bank_says(row, Word.LOST, days=40)
    assert (row.covered, Refund.objects.get().state) == (PRICE, "covered")
    assert in_the_books(SUSPENSE, "receivable:customer", "expense:guarantee") == (0, 0, PAY)


def test_a_case_gives_nothing_back_that_the_bank_has() -> None:
    call = a_paid_visit(a_helper())
    row = disputed(call)
    case = a_case(call, 2)
    with pytest.raises(payments.Disputed):
        decided(case, Outcome.FULL, Bearer.HELPER, days=3)
    with pytest.raises(payments.Disputed):
        decided(case, Outcome.PART, Bearer.HELPER, days=3, amount=100)
    the_bank_says(row, Word.WON, days=4)
    decided(case, Outcome.FULL, Bearer.HELPER, days=5)
    bank_runs(DONE + 5 * DAY)
    assert (Refund.objects.get().state, in_the_books(SUSPENSE, "receivable:customer")) == ("refunded", (0, 0))


def test_a_case_and_a_dispute_hold_the_same_money_once() -> None:
    luca = a_helper()
    call = a_paid_visit(luca)
    a_price(a_brand(), a_package("tv-setup"), amount=5000)
    finished(luca, a_confirmed_visit(luca, at=DONE, starts_at=VISIT + DAY, packages=("tv-setup",)), VISIT + DAY)
    a_case(call, 1)
    bank_runs(DONE + DAY)
    disputed(call)
    assert paid_until(6) == 4000
    assert Payout.objects.get().amount == 4000


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_messages_in_any_order_and_twice_end_in_the_same_books(order: tuple[int, ...]) -> None:
    call = a_paid_visit(a_helper())
    charge, at = Charge.objects.get(), DONE + DAY
    opened = {"taken_id": charge.reference, "amount": PRICE, "reason": "general"}
    made = disputing.open_dispute(**opened, word=Word.NEEDS_RESPONSE, at=at)  # type: ignore[arg-type]
    for days, word in ((1, Word.UNDER_REVIEW), (2, Word.LOST)):
        disputing.turn(dispute_id=made.pk, word=word, at=at + days * DAY)
    notices = get_bank().notices(at=at + 3 * DAY)[-3:]
    for notice in [notices[number] for number in (*order, *order)]:
        journey.bank_notified(notice=notice, now=by(Who.BANK, at + 3 * DAY))
    row = Dispute.objects.get()
    assert (row.state, row.said, row.reversed) == ("lost", "lost", PRICE)
    assert in_the_books(SUSPENSE, "expense:dispute_loss", "expense:dispute_fee") == (0, PAY, FEE)
    assert Retention.objects.get(source=row.pk).amount == PAY
    assert steps(call).count("dispute_lost") == 1


def test_who_carries_a_lost_one_can_be_said_later_and_once() -> None:
    row = the_bank_says(disputed(a_paid_visit(a_helper())), Word.LOST, days=9)
    assert in_the_books("expense:dispute_loss", "payable:provider") == (PAY, -PAY)
    assert paid_until(9) == 0  # held until it is said
    journey.say_who_bears(dispute_id=row.pk, verdict=AT_FAULT, now=at_desk(DONE + 10 * DAY))
    assert in_the_books("expense:dispute_loss", "payable:provider") == (0, 0)
    with pytest.raises(payments.BorneAlready):
        journey.say_who_bears(dispute_id=row.pk, verdict=HOUSE, now=at_desk(DONE + 10 * DAY))


def test_another_verdict_changes_nothing_and_tells_the_desk() -> None:
    call = a_paid_visit(a_helper())
    row = the_bank_says(disputed(call), Word.WON, days=4)
    before = balances()
    made = at_the_bank(row)
    made.word = Word.LOST
    made.save()
    Event.objects.create(kind=wire.DISPUTE, facts=wire.dispute_to(made), made_at=DONE + 5 * DAY, due_at=DONE + 5 * DAY)
    bank_runs(DONE + 5 * DAY)
    row.refresh_from_db()
    assert (row.state, balances(), steps(call)[-1]) == ("won", before, "notice_refused")


def test_a_warning_moves_no_money_and_may_pass() -> None:
    call = a_paid_visit(a_helper())
    before = balances()
    row = disputed(call, word=Word.WARNING)
    assert (row.state, balances()) == ("warned", before)
    row = the_bank_says(row, Word.WARNING_CLOSED, days=30)
    assert (row.state, balances()) == ("passed", before)
    assert paid_until(31) == PAY


def test_a_warning_is_answered_by_giving_the_money_back() -> None:
    call = a_paid_visit(a_helper())
    row = accepted(disputed(call, word=Word.WARNING), AT_FAULT)
    assert (Refund.objects.get().state, Refund.objects.get().amount, row.reply) == ("refunded", PRICE, "accepted")
    assert in_the_books(SUSPENSE, *EARNED_BOOKS, "expense:dispute_fee") == (0, 0, 0, 0, 0)
    the_bank_says(row, Word.PREVENTED, days=5)
    paid_until(6)
    assert (paid_out(), in_the_books("payable:provider")) == (0, (0,))
    assert "tell_refunded" in heard(call, ANNA)


def test_a_warning_that_becomes_a_dispute_is_replied_to_anew() -> None:
    row = handed_in(disputed(a_paid_visit(a_helper()), word=Word.WARNING))
    assert row.reply == "handed_in"
    row = the_bank_says(row, Word.NEEDS_RESPONSE, days=5)
    assert (row.state, row.reply) == ("open", "")
    row = handed_in(row, days=6)
    assert (row.reply, row.heard_at) == ("handed_in", DONE + 6 * DAY)
    assert in_the_books(SUSPENSE) == (PRICE,)


def test_a_word_that_nobody_knows_changes_nothing_and_tells_the_desk() -> None:
    call = a_paid_visit(a_helper())
    before = balances()
    row = disputed(call, word="sent_to_arbitration")
    assert (row.state, row.said, balances()) == ("unclear", "sent_to_arbitration", before)
    assert "dispute_strange" in steps(call)
    row = the_bank_says(row, Word.NEEDS_RESPONSE, days=2)
    row = the_bank_says(row, "sent_to_arbitration", days=3)
    assert (row.state, row.said) == ("open", "sent_to_arbitration")
    assert in_the_books(SUSPENSE) == (PRICE,)
    with pytest.raises(payments.OnlyEvidence):
        accepted(disputed(call, amount=1, word="sent_to_arbitration"), HOUSE)


def test_the_reply_is_final_and_the_bank_hears_it_once() -> None:
    row = handed_in(disputed(a_paid_visit(a_helper())))
    with pytest.raises(payments.RepliedAlready):
        handed_in(row)
    with pytest.raises(payments.RepliedAlready):
        accepted(row, HOUSE)
    assert at_the_bank(row).word == Word.UNDER_REVIEW
    assert row.pack_seal in at_the_bank(row).text


def test_an_accepted_dispute_is_lost_and_who_carries_it_is_said_before() -> None:
    row = accepted(disputed(a_paid_visit(a_helper())), AT_FAULT)
    assert (row.state, row.reply, at_the_bank(row).word) == ("lost", "accepted", Word.LOST)
    assert in_the_books(SUSPENSE, "expense:dispute_loss", "payable:provider") == (0, 0, 0)


def test_after_the_last_day_no_evidence_is_taken() -> None:
    row = disputed(a_paid_visit(a_helper()))
    with pytest.raises(payments.TooLateToReply):
        handed_in(row, days=11)
    with pytest.raises(payments.GroundsMissing):
        accepted(row, payments.Verdict(AT_FAULT.bearer, " "))


def test_who_lets_it_go_says_who_carries_it() -> None:
    row = disputed(a_paid_visit(a_helper()))
    with pytest.raises(payments.GroundsMissing):
        journey.accept_dispute(dispute_id=row.pk, verdict=None, now=at_desk(DONE + 2 * DAY))


def test_a_reply_that_the_bank_does_not_take_comes_back_to_the_desk() -> None:
    call = a_paid_visit(a_helper())
    row = disputed(call)
    made = at_the_bank(row)
    made.answer_by = DONE
    made.save()
    row = handed_in(row)
    assert (row.reply, row.decline_code, row.attempt) == ("", "too_late", 3)
    assert "dispute_refused" in steps(call)
    assert row.answer_by is not None
    assert row.alarm_at == row.answer_by - 2 * DAY


def test_a_refused_reply_comes_too_late_where_the_verdict_has_fallen() -> None:
    row = disputed(a_paid_visit(a_helper()))
    made = at_the_bank(row)
    made.answer_by = DONE
    made.save()
    journey.hand_in(dispute_id=row.pk, words="It was done.", verdict=None, now=at_desk(DONE + 2 * DAY))
    row.refresh_from_db()
    disputing.turn(dispute_id=row.reference, word=Word.LOST, at=DONE + 3 * DAY)
    the_bank_is_heard(DONE + 3 * DAY)
    refused = DisputeAnswer(row.call_id, row.pk, row.attempt, Declined("too_late"))
    journey.bank_answered(answer=refused, now=by(Who.BANK, DONE + 3 * DAY))
    row.refresh_from_db()
    assert (row.state, row.reply) == ("lost", "handed_in")
    assert "dispute_refused" not in steps(row.call)


def test_who_carries_it_is_said_once_however_often_the_house_replies() -> None:
    row = handed_in(disputed(a_paid_visit(a_helper()), word=Word.WARNING), verdict=HOUSE)
    row = the_bank_says(row, Word.NEEDS_RESPONSE, days=3)
    assert (row.reply, row.alarmed_at, payments.held_of(row)) == ("", None, 0)
    row = handed_in(row, days=4, verdict=AT_FAULT)
    assert (row.reply, row.bearer) == ("handed_in", "operator")


def test_the_desk_is_alarmed_two_days_before_the_last_one() -> None:
    call = a_paid_visit(a_helper())
    row = disputed(call)
    clock_runs_until(DONE + 9 * DAY)
    row.refresh_from_db()
    assert row.alarmed_at == row.answer_by - 2 * DAY if row.answer_by else False
    assert steps(call).count("dispute_near") == 1


def test_the_pack_tells_what_was_agreed_done_and_signed() -> None:
    row = handed_in(disputed(a_paid_visit(a_helper())), words="The visit was done and signed for.")
    text = at_the_bank(row).text
    assert row.pack is not None
    titles = [section["title"] for section in row.pack]
    assert len(titles) >= 7
    assert "The visit was done and signed for." in text
    for known in (row.call.order_number, row.charge.reference, "93.90", row.call.quotes.get().seal[:16]):
        assert known in text
    assert row.call.site_contact.phone not in text
    assert "/s/" not in text  # a link lets in whoever has it


def test_the_cost_of_cancelling_can_be_disputed_too() -> None:
    luca = a_helper()
    call = cancelled(a_confirmed_visit(luca), VISIT - timedelta(hours=2))
    clock_runs_until(VISIT)
    charge = Charge.objects.get()
    assert (charge.purpose, charge.amount, earned()) == ("cancellation", 4695, 3756)
    row = disputed(call)
    assert Retention.objects.get(source=row.pk).amount == 3756
    assert stage(call) == Stage.CANCELLED
    row = the_bank_says(handed_in(row, verdict=AT_FAULT), Word.LOST, days=30)
    assert (row.reversed, row.share) == (4695, 3756)
    assert in_the_books(SUSPENSE, "revenue:cancellation", "vat:output", "expense:dispute_loss") == (0, 0, 0, 0)
    assert sum(Document.objects.filter(call=call).values_list("total", flat=True)) == 0
    paid_until(31)
    assert (paid_out(), in_the_books("payable:provider")) == (0, (0,))


def test_a_subcontractors_share_goes_back_with_its_tax() -> None:
    a_price(model="principal", provider_pay=6000)
    luca = a_helper(tier="pro")
    luca.provider.tax_status = TaxStatus.REGISTERED
    luca.provider.save()
    row = disputed(a_paid_visit(luca))
    assert in_the_books("payable:provider", "vat:input") == (-6486, 486)
    row = the_bank_says(handed_in(row, verdict=AT_FAULT), Word.LOST, days=30)
    assert (row.share, row.share_tax) == (6000, 486)
    assert in_the_books(SUSPENSE, "revenue:service", "vat:output", "vat:input", "expense:subcontractor") == (0,) * 5
    paid_until(31)
    assert in_the_books("payable:provider", "expense:dispute_loss") == (0, 0)

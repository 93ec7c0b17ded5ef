"""A change of what was booked: asked for by the helper, approved by who pays, covered by the bank."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.changes import MINUTE, a_second_package, approved, asks, at_work, everything, price, says_yes
from tests.factories import (
    IN_THREE_DAYS,
    a_booking,
    a_brand,
    a_confirmed_call,
    a_done_call,
    a_helper,
    a_package,
    a_price,
    a_requested_call,
    an_accepted_call,
    by,
    by_helper,
)
from tests.story import EVIDENCE, accepted_by, bank_runs, clock_runs, fresh, signed_off, stage, steps, told

from mila.booking.chain import is_whole
from mila.booking.changes import ChangeMoved, ChangeOpen, NoChange, TooMuchByHand
from mila.booking.models import ChangeReason, ChangeState, Consent, ConsentMethod, Party, Quote, ServiceCall, Stage
from mila.booking.pricing import NamedTooMuch, NothingChanged, NothingLeft, Wanted
from mila.journey import actions as journey
from mila.journey.conditions import ChangeUnanswered
from mila.journey.machine import WrongStage
from mila.kernel.occasion import Who
from mila.payments.models import Charge, Hold, HoldState, Means
from mila.visit.actions import CodeWrong, make_code
from mila.visit.models import CodePurpose, ContactOutcome, SignOff, SignOffMethod

pytestmark = pytest.mark.django_db

BOOKED = 8900 + 490


def by_hand(luca: object, call: ServiceCall, seal: str) -> ServiceCall:
    now = by_helper(luca, call.since + 2 * MINUTE)  # type: ignore[arg-type]
    return journey.approve_change_by_hand(call_id=call.id, seal=seal, name="Anna Canary", evidence=EVIDENCE, now=now)


def uses_card(call: ServiceCall, digits: str) -> None:
    Means.objects.filter(call=call).update(reference=f"means_{digits}", can_hold=digits != "twint")


def test_the_bank_covers_the_higher_price_before_it_holds() -> None:
    a_second_package()
    luca = a_helper()
    call = at_work(luca)
    change = asks(luca, call, add=("printer",))
    assert (change.total, price(call)) == (BOOKED + 3900, BOOKED)
    says_yes(call, change)
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.SECURING, BOOKED)
    assert says_yes(call, change).id == call.id, "a second yes changes nothing"
    bank_runs(call.since + 3 * MINUTE)
    assert price(call) == BOOKED + 3900
    held = Hold.objects.get(call=call, state=HoldState.HELD)
    assert (held.amount, held.change_id) == (BOOKED + 3900, change.id)
    assert Hold.objects.filter(call=call, state=HoldState.FREED).count() == 1
    consent = Consent.objects.get(change=change)
    assert (consent.method, consent.party, consent.seal) == (ConsentMethod.CODE, call.payer, change.seal)
    assert len(told(call, "confirm_change")) == 1
    assert fresh(call).minutes == 90


def test_a_bank_that_does_not_cover_it_leaves_the_old_price() -> None:
    a_second_package()
    luca = a_helper()
    call = a_confirmed_call(luca)
    uses_card(call, "0119")
    bank_runs(IN_THREE_DAYS)
    now = by_helper(luca, IN_THREE_DAYS)
    journey.set_out(call_id=call.id, now=now)
    call = journey.arrive(call_id=call.id, now=now)
    change = asks(luca, call, add=("printer",))
    says_yes(call, change)
    bank_runs(call.since + 3 * MINUTE)
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.SHORT, BOOKED)
    clock_runs(call.since + 20 * MINUTE)
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.UNCOVERED, BOOKED)
    assert len(told(call, "tell_change_failed")) == 1
    assert len(told(call, "tell_helper_of_change")) == 2, "first that it is not covered yet, then that it is not"
    assert Hold.objects.get(call=call, state=HoldState.HELD).amount == BOOKED
    assert not told(call, "tell_unsecured"), "what was booked is held as before"


def test_what_cannot_be_held_needs_no_bank() -> None:
    a_second_package()
    luca = a_helper()
    call = a_confirmed_call(luca)
    uses_card(call, "twint")
    change = asks(luca, call, add=("printer",))
    says_yes(call, change)
    assert price(call) == change.total
    assert not Hold.objects.filter(call=call, state=HoldState.RAISING).exists()


def test_a_planned_hold_follows_the_price() -> None:
    a_second_package()
    luca = a_helper()
    call = a_confirmed_call(luca, starts_at=IN_THREE_DAYS + timedelta(days=2))
    says_yes(call, asks(luca, call, add=("printer",)))
    assert Hold.objects.get(call=call).amount == price(call) == BOOKED + 3900


def test_a_bank_that_is_silent_leaves_the_old_price_and_its_late_yes_harms_nobody() -> None:
    a_second_package()
    luca = a_helper()
    call = at_work(luca)
    change = asks(luca, call, add=("printer",))
    says_yes(call, change)
    Hold.objects.filter(call=call, state=HoldState.RAISING).update(tries=1)  # somebody is asking at this moment
    clock_runs(call.since + 20 * MINUTE)
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.UNCOVERED, BOOKED)
    bank_runs(call.since + 30 * MINUTE)
    assert price(call) == BOOKED
    assert Hold.objects.filter(call=call, state=HoldState.HELD).count() == 1


@pytest.mark.parametrize("at", ["accepted", "done"])
def test_only_from_contact_to_the_end_of_the_work(at: str) -> None:
    a_second_package()
    luca = a_helper()
    call = an_accepted_call(luca) if at == "accepted" else a_done_call(luca)
    with pytest.raises(WrongStage):
        asks(luca, call, add=("printer",))


def test_what_cannot_be_asked_for() -> None:
    luca = a_helper()
    call = at_work(luca)
    mia = a_helper("Mia")
    for faulty, refusal in (({}, NothingChanged), ({"keep": frozenset[int]()}, NothingLeft)):
        with pytest.raises(refusal):
            asks(luca, call, **faulty)  # type: ignore[arg-type]
    with pytest.raises(NamedTooMuch):
        asks(luca, call, extra=BOOKED + 1)
    wanted, now = Wanted(keep=everything(call)), by_helper(luca, call.since)
    with pytest.raises(journey.ReasonUnsaid):
        journey.ask_for_change(call_id=call.id, wanted=wanted, reason=ChangeReason.ONE_MORE, words=" ", now=now)
    with pytest.raises(journey.NotYourVisit):
        asks(mia, call, extra=1000)


def test_one_change_waits_at_a_time_and_can_be_taken_back() -> None:
    luca = a_helper()
    call = at_work(luca)
    first = asks(luca, call, extra=1000)
    assert asks(luca, call, extra=1000) == first
    assert len(told(call, "ask_for_change")) == 1
    with pytest.raises(ChangeOpen):
        asks(luca, call, extra=2000)
    journey.withdraw_change(call_id=call.id, now=by_helper(luca, call.since + 2 * MINUTE))
    with pytest.raises(NoChange):
        says_yes(call, first)
    asks(luca, call, extra=2000, after=3 * MINUTE)
    assert price(call) == BOOKED


def test_a_code_says_yes_to_what_was_shown_and_to_nothing_else() -> None:
    luca = a_helper()
    call = at_work(luca)
    first = asks(luca, call, extra=1000)
    customer = by(Who.CUSTOMER, call.since + 2 * MINUTE)
    code = make_code(call=fresh(call), purpose=CodePurpose.CHANGE, sent_to="mail", now=customer)
    journey.withdraw_change(call_id=call.id, now=by_helper(luca, call.since + 2 * MINUTE))
    second = asks(luca, call, extra=4000, after=2 * MINUTE)
    with pytest.raises(ChangeMoved):
        journey.approve_change(call_id=call.id, seal=first.seal, code=code, evidence=EVIDENCE, now=customer)
    with pytest.raises(CodeWrong):
        journey.approve_change(call_id=call.id, seal=second.seal, code=code, evidence=EVIDENCE, now=customer)
    assert price(call) == BOOKED


def test_no_answer_in_a_quarter_of_an_hour_leaves_the_booked_work() -> None:
    luca = a_helper()
    call = at_work(luca)
    change = asks(luca, call, extra=1000)
    clock_runs(call.since + 15 * MINUTE)
    assert change.due_at == call.since + 16 * MINUTE
    clock_runs(call.since + 16 * MINUTE)
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.LAPSED, BOOKED)
    assert len(told(call, "tell_helper_of_change")) == 1
    with pytest.raises(NoChange):
        journey.approve_change(
            call_id=call.id, seal=change.seal, code="0", evidence={}, now=by(Who.CUSTOMER, call.since + 17 * MINUTE)
        )


def test_the_work_does_not_end_before_the_answer() -> None:
    luca = a_helper()
    call = at_work(luca)
    for code in ("introduce", "tutorial", "tidy_up"):
        journey.tick(call_id=call.id, code=code, now=by_helper(luca, call.since))
    change = asks(luca, call, extra=1000)
    with pytest.raises(ChangeUnanswered):
        journey.finish(call_id=call.id, now=by_helper(luca, call.since + MINUTE))
    journey.decline_change(call_id=call.id, seal=change.seal, now=by(Who.CUSTOMER, call.since + MINUTE))
    assert journey.finish(call_id=call.id, now=by_helper(luca, call.since + 2 * MINUTE)).stage == Stage.DONE


def test_who_loses_the_visit_loses_the_change() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    change = asks(luca, call, extra=1000)
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, call.since + MINUTE))
    change.refresh_from_db()
    assert change.state == ChangeState.OVERTAKEN
    assert "change_overtaken" in steps(call)


def test_work_that_runs_into_the_next_visit_is_refused() -> None:
    a_second_package()
    luca = a_helper()
    call = at_work(luca)
    next_visit = IN_THREE_DAYS + timedelta(minutes=30 + 60 + 20)
    accepted_by(luca, a_requested_call(starts_at=next_visit, email="bea@customers.example"), call.since)
    with pytest.raises(journey.RunsIntoNext):
        asks(luca, call, add=("printer",))


def test_signatures_add_up_to_no_more_than_one() -> None:
    luca = a_helper()
    call = at_work(luca)
    first = asks(luca, call, extra=3000)
    by_hand(luca, call, first.seal)
    bank_runs(call.since + 3 * MINUTE)
    assert price(call) == BOOKED + 3000
    second = asks(luca, call, extra=2001, after=4 * MINUTE)
    with pytest.raises(TooMuchByHand):
        by_hand(luca, call, second.seal)
    approved(call, second)
    assert price(call) == BOOKED + 5001


def test_a_brand_may_admit_no_signature() -> None:
    luca, brand = a_helper(), a_brand()
    brand.weak_limit = 0
    brand.save(update_fields=["weak_limit"])
    call = at_work(luca)
    with pytest.raises(TooMuchByHand):
        by_hand(luca, call, asks(luca, call, extra=100).seal)


def test_the_desk_takes_the_yes_of_a_paying_brand_down() -> None:
    brand, luca = a_brand("swisscom", is_own=False), a_helper()
    sold = {"brand": brand, "model": "partner_principal", "payer": "brand", "provider_pay": 3000}
    a_price(package=a_package(), amount=8900, **sold)  # type: ignore[arg-type]
    a_second_package(**sold)
    call = journey.book(given=a_booking(brand=brand), now=by(Who.CUSTOMER))
    accepted_by(luca, call, call.since)
    now = by_helper(luca, call.since)
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=now)
    change = asks(luca, call, add=("printer",))
    assert not told(call, "ask_for_change"), "the customer does not pay, and is not asked"
    with pytest.raises(journey.BrandDecides):
        says_yes(call, change)
    dana = by(Who.DESK, call.since + 3 * MINUTE, actor=luca.account_id)
    journey.approve_change_by_desk(call_id=call.id, reason="Frau Egli, Swisscom", now=dana)
    quote = Quote.objects.filter(call=call).latest("version")
    assert (quote.total, quote.provider_pay) == (8900 + 3900, 6000)


def test_the_chain_is_whole_and_the_last_quote_is_charged() -> None:
    luca = a_helper()
    call = at_work(luca)
    approved(call, asks(luca, call, extra=2000))
    for code in ("introduce", "tutorial", "tidy_up"):
        journey.tick(call_id=call.id, code=code, now=by_helper(luca, call.since))
    call = journey.finish(call_id=call.id, now=by_helper(luca, call.since + 5 * MINUTE))
    call = signed_off(call, call.since + MINUTE)
    bank_runs(call.since + MINUTE)
    assert stage(call) == Stage.CHARGED
    assert is_whole(fresh(call))
    last = Quote.objects.filter(call=call).latest("version")
    assert Charge.objects.get(call=call).amount == last.total == BOOKED + 2000
    assert SignOff.objects.get(call=call).quote_seal == last.seal
    assert Hold.objects.get(call=call, state=HoldState.TAKEN).amount == last.total


def test_the_client_signs_off_on_the_helper_s_phone() -> None:
    luca = a_helper()
    call = a_done_call(luca)
    mia = a_helper("Mia")
    seal = Quote.objects.get(call=call).seal
    said = {"call_id": call.id, "seal": seal, "evidence": {"drawing": "M1 1 L2 2"}}
    with pytest.raises(journey.NotYourVisit):
        journey.sign_off_by_hand(**said, name="Anna", now=by_helper(mia, call.since))  # type: ignore[arg-type]
    with pytest.raises(journey.NameMissing):
        journey.sign_off_by_hand(**said, name=" ", now=by_helper(luca, call.since))  # type: ignore[arg-type]
    journey.sign_off_by_hand(**said, name="Anna Canary", now=by_helper(luca, call.since))  # type: ignore[arg-type]
    row = SignOff.objects.get(call=call)
    assert (row.method, row.name, row.quote_seal) == (SignOffMethod.BY_HAND, "Anna Canary", seal)
    assert stage(call) == Stage.SIGNED_OFF
    assert len(told(call, "tell_signed_by_hand")) == 1


def test_the_site_contact_signs_off_and_never_approves_a_change() -> None:
    luca, page = a_helper(), Client()
    call = a_done_call(luca)
    neighbour = Party.objects.create(brand=call.brand, name="Bea", email="bea@customers.example", language="de")
    call.site_contact = neighbour
    call.save(update_fields=["site_contact"])
    assert "b…\u2060@customers.example" in page.get(f"/s/{call.status_key}/").content.decode()
    page.post(f"/s/{call.status_key}/code/", {"to": "site_contact"})
    (letter,) = told(call, "send_code")
    assert letter.recipient == "bea@customers.example"
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found
    page.post(f"/s/{call.status_key}/sign-off/", {"code": found[0]})
    assert SignOff.objects.get(call=call).party == neighbour
    other = at_work(luca, starts_at=IN_THREE_DAYS + timedelta(days=1), email="carl@customers.example")
    other.site_contact = neighbour
    other.save(update_fields=["site_contact"])
    asks(luca, other, extra=1000)
    page.post(f"/s/{other.status_key}/change/code/", {"to": "site_contact"})
    assert told(other, "send_code")[0].recipient == "carl@customers.example"

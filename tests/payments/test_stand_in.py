from datetime import timedelta

import pytest
from tests.payments.builders import BOOKED

from mila.kernel.ids import new_id
from mila.kernel.money import Money
from mila.kernel.signatures import sign
from mila.payments.adapters import BankFault, Captured, Declined, Held, SignatureWrong, get_bank
from mila.payments.adapters.requests import CaptureRequest, ChargeRequest, HoldRequest, Matter, TransferRequest
from mila.payments.adapters.test import wire
from mila.payments.adapters.test.bank import KeyReused
from mila.payments.adapters.test.models import Moved, Taken

pytestmark = pytest.mark.django_db
FRANCS = Money(10000, "CHF")


def a_hold(card: str = "4242", key: str = "hold:1", amount: Money = FRANCS) -> HoldRequest:
    return HoldRequest(key, Matter(new_id(), new_id()), f"means_{card}", amount, BOOKED)


def a_charge(card: str = "4242", key: str = "charge:1") -> ChargeRequest:
    return ChargeRequest(key, Matter(new_id(), new_id()), f"means_{card}", FRANCS, BOOKED)


def captured(held: Held | Declined, minor: int, days: int = 0) -> Captured | Declined:
    assert isinstance(held, Held)
    at = BOOKED + timedelta(days=days)
    request = CaptureRequest("capture:1", Matter(new_id(), new_id()), held.reference, Money(minor, "CHF"), at)
    return get_bank().capture(request)


def test_the_same_key_has_the_same_answer_and_one_effect() -> None:
    answers = {get_bank().charge(a_charge()) for _ in range(3)}
    assert len(answers) == 1
    assert Taken.objects.count() == 1


def test_a_key_with_another_request_is_a_fault() -> None:
    get_bank().hold(a_hold())
    with pytest.raises(KeyReused):
        get_bank().hold(a_hold(amount=Money(1, "CHF")))


def test_at_most_what_is_held_is_taken() -> None:
    assert captured(get_bank().hold(a_hold()), 10001) == Declined("amount_too_large")


def test_less_than_what_is_held_may_be_taken() -> None:
    assert isinstance(captured(get_bank().hold(a_hold()), 4000), Captured)
    assert get_bank().balance("CHF") == Money(4000 - 146, "CHF")


def test_a_hold_that_has_lapsed_takes_nothing() -> None:
    assert captured(get_bank().hold(a_hold()), 10000, days=8) == Declined("hold_lapsed")


@pytest.mark.parametrize(
    ("card", "code"), [("0002", "card_declined"), ("9995", "insufficient_funds"), ("twint", "cannot_hold")]
)
def test_some_cards_cannot_be_held(card: str, code: str) -> None:
    assert get_bank().hold(a_hold(card)) == Declined(code)


def test_a_card_may_be_held_and_declined_when_charged() -> None:
    held = get_bank().hold(a_hold("0341"))
    assert captured(held, 10000) == Declined("card_declined")
    assert get_bank().charge(a_charge("0341")) == Declined("card_declined")


def test_a_lost_answer_can_be_looked_up() -> None:
    with pytest.raises(BankFault):
        get_bank().charge(a_charge("0093"))
    assert isinstance(get_bank().look_up("charge:1"), Captured)
    assert get_bank().look_up("charge:2") is None


def test_a_transfer_is_made_once_and_not_to_a_closed_account() -> None:
    for _ in range(2):
        get_bank().transfer(TransferRequest("payout:1", "acct_leo", FRANCS, BOOKED))
    assert Moved.objects.count() == 1
    refused = get_bank().transfer(TransferRequest("payout:2", "acct_closed", FRANCS, BOOKED))
    assert refused == Declined("account_closed")


BODY = b'{"id": "e1", "kind": "something_new", "facts": {}}'


def test_a_signature_holds_for_five_minutes() -> None:
    signature = sign(body=BODY, secret="old", at=BOOKED)
    wire.check(body=BODY, signature=signature, secrets=["new", "old"], at=BOOKED + timedelta(seconds=300))
    with pytest.raises(SignatureWrong):
        wire.check(body=BODY, signature=signature, secrets=["old"], at=BOOKED + timedelta(seconds=301))


@pytest.mark.parametrize("signature", ["", "t=1", "v1=ab", "t=x,v1=ab", "t=1,v1=é"])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureWrong):
        wire.check(body=BODY, signature=signature, secrets=["new"], at=BOOKED)


def test_a_changed_body_is_refused() -> None:
    signature = sign(body=BODY, secret="new", at=BOOKED)
    with pytest.raises(SignatureWrong):
        wire.check(body=BODY + b" ", signature=signature, secrets=["new"], at=BOOKED)


def test_a_kind_nobody_knows_brings_no_answer() -> None:
    assert wire.notice_from(BODY).answer is None

"""Guide: discuss scope and price on the phone, and seek the client's permission where the price changes."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.changes import MINUTE, a_second_package, approved, asks, at_work, price, says_yes
from tests.factories import (
    IN_THREE_DAYS,
    a_confirmed_call,
    a_done_call,
    a_helper,
    a_package,
    a_price,
    an_accepted_call,
    by_helper,
)
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import EVIDENCE, bank_runs, clock_runs, fresh, signed_off, told

from mila.booking import queries as booking
from mila.booking.changes import TooMuchByHand
from mila.booking.models import ChangeRequest, ChangeState, ConsentMethod, ServiceCall
from mila.booking.pricing import OnlyPackages
from mila.journey import actions as journey
from mila.payments.models import Charge
from mila.sites.now import now
from mila.visit.models import CodePurpose, ContactOutcome, OneTimeCode, SignOff, SignOffMethod
from mila.visit.queries import checklist

pytestmark = pytest.mark.django_db

BOOKED = 8900 + 490


def the_code(call: ServiceCall) -> str:
    found = re.search(r"\b\d{6}\b", told(call, "send_code")[-1].text)
    assert found
    return found[0]


def test_scope_and_price_may_be_settled_on_the_phone() -> None:
    a_second_package()
    luca, at = a_helper(), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    phone, page = a_phone(luca), Client()
    ask = f"/app/visits/{call.id}/change/"
    said = {"reason": "one_more", "words": "Ein Drucker dazu.", "keep": ["1"], "add_1": "printer"}
    phone.post(ask, said)
    assert not ChangeRequest.objects.exists(), "not before the client was called"
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, at))
    looked = phone.post(ask, {**said, "look": "1"}, headers={"accept-language": "en"})
    assert "CHF 132.90" in looked.content.decode().replace("\xa0", " ")
    assert not ChangeRequest.objects.exists(), "looking at the price asks nobody"
    phone.post(ask, said)
    (letter,) = told(call, "ask_for_change")
    assert "132.90" in letter.text
    assert "39.00" in letter.text
    status = f"/s/{call.status_key}/"
    shown = page.get(f"{status}change/", headers={"accept-language": "en"}).content.decode().replace("\xa0", " ")
    for words in ("CHF 93.90", "CHF 132.90", "+ CHF 39.00", "Ein Drucker dazu.", "VAT"):
        assert words in shown, words
    page.post(f"{status}change/code/")
    seal = ChangeRequest.objects.get().seal
    assert page.post(f"{status}change/", {"seal": seal, "code": "000000"}).status_code in {302, 422}
    page.post(f"{status}change/", {"seal": seal, "code": the_code(call)})
    assert price(call) == BOOKED + 3900
    assert "132.90" in phone.get(f"/app/visits/{call.id}/").content.decode()


def test_extra_work_waits_for_the_client_s_permission() -> None:
    a_second_package()
    luca = a_helper()
    call = at_work(luca)
    change = asks(luca, call, add=("printer",))
    assert price(call) == BOOKED
    assert len(booking.packages(fresh(call))) == 1
    approved(call, change)
    assert price(call) == BOOKED + 3900
    assert [package.code for package in booking.packages(fresh(call))] == ["wifi-setup", "printer"]
    assert len(checklist(fresh(call))) == 3, "shared steps are ticked once"


def test_refused_extra_work_leaves_scope_and_price() -> None:
    luca, page = a_helper(), Client()
    call = at_work(luca)
    change = asks(luca, call, extra=4000)
    page.post(f"/s/{call.status_key}/change/decline/", {"seal": change.seal})
    change.refresh_from_db()
    assert (change.state, price(call)) == (ChangeState.DECLINED, BOOKED)
    assert len(told(call, "tell_helper_of_change")) == 1


def test_a_signature_carries_fifty_and_no_more() -> None:
    luca = a_helper()
    call = at_work(luca)
    phone = a_phone(luca)
    fifty, more = asks(luca, call, extra=5000), 5001
    said = {"seal": fifty.seal, "name": "Anna Canary", "agreed": "on", "drawing": "M1 1 L9 9"}
    sheet = f"/app/visits/{call.id}/change/by-hand/"
    assert phone.post(sheet, {**said, "agreed": ""}).status_code == 422
    assert phone.post(sheet, {**said, "name": ""}).status_code == 422
    journey.approve_change_by_hand(
        call_id=call.id, seal=fifty.seal, name="Anna", evidence=EVIDENCE, now=by_helper(luca, call.since + 2 * MINUTE)
    )
    bank_runs(call.since + 3 * MINUTE)
    fifty.refresh_from_db()
    assert (fifty.state, fifty.consent.method) == (ChangeState.APPROVED, ConsentMethod.BY_HAND)
    other = at_work(a_helper("Mia"), email="bea@customers.example")
    change = asks(other.assignments.get().helper, other, extra=more)
    with pytest.raises(TooMuchByHand):
        journey.approve_change_by_hand(
            call_id=other.id,
            seal=change.seal,
            name="Bea",
            evidence=EVIDENCE,
            now=by_helper(other.assignments.get().helper, other.since + 2 * MINUTE),
        )


def test_the_client_may_sign_on_the_helper_s_phone() -> None:
    luca = a_helper()
    call = a_done_call(luca)
    phone, sheet = a_phone(luca), f"/app/visits/{call.id}/sign/"
    page = phone.get(sheet).content.decode()
    assert 'type="checkbox"' in page
    said = {"seal": booking.current_quote(call).seal, "name": "Anna Canary", "agreed": "on"}
    assert phone.post(sheet, {**said, "agreed": ""}).status_code == 422
    phone.post(sheet, said)
    row = SignOff.objects.get(call=call)
    assert (row.method, row.name, row.quote_seal) == (SignOffMethod.BY_HAND, "Anna Canary", said["seal"])
    assert len(told(call, "tell_signed_by_hand")) == 1
    other = a_done_call(luca, starts_at=IN_THREE_DAYS + timedelta(days=1), email="bea@customers.example")
    Client().post(f"/s/{other.status_key}/code/")
    code = OneTimeCode.objects.get(call=other, purpose=CodePurpose.SIGN_OFF)
    assert (code.party, code.about) == (other.payer, booking.current_quote(other).seal)


def test_a_friend_may_propose_a_higher_price() -> None:
    luca = a_helper()
    call = at_work(luca)
    change = asks(luca, call, extra=2500)
    assert change.total == BOOKED + 2500
    assert change.offer["contract_model"] == "agency"
    assert change.words


def test_without_consent_the_old_price_is_charged() -> None:
    luca = a_helper()
    call = at_work(luca)
    asks(luca, call, extra=2500)
    clock_runs(call.since + 30 * MINUTE)
    for code in ("introduce", "tutorial", "tidy_up"):
        journey.tick(call_id=call.id, code=code, now=by_helper(luca, call.since))
    call = journey.finish(call_id=call.id, now=by_helper(luca, call.since + 31 * MINUTE))
    call = signed_off(call, call.since + MINUTE)
    bank_runs(call.since + MINUTE)
    assert Charge.objects.get(call=call).amount == BOOKED


def test_more_work_for_a_pro_is_another_package() -> None:
    a_price(package=a_package(), amount=8900, model="principal", provider_pay=5000)
    a_second_package(model="principal", provider_pay=2000)
    max_ = a_helper("Max", tier="pro")
    call = a_confirmed_call(max_)
    with pytest.raises(OnlyPackages):
        asks(max_, call, extra=2500)
    change = asks(max_, call, add=("printer",))
    assert change.total == 8900 + 3900


def test_the_client_agrees_to_the_added_package() -> None:
    a_price(package=a_package(), amount=8900, model="principal", provider_pay=5000)
    a_second_package(model="principal", provider_pay=2000)
    max_ = a_helper("Max", tier="pro")
    call = a_confirmed_call(max_)
    change = asks(max_, call, add=("printer",))
    assert booking.current_quote(fresh(call)).provider_pay == 5000
    says_yes(call, change)
    bank_runs(call.since + 3 * MINUTE)
    quote = booking.current_quote(fresh(call))
    assert (quote.total, quote.provider_pay) == (8900 + 3900, 7000)

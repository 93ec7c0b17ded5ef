"""Guide: Friends and Pros, vetted and under contract."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.factories import NOON, a_brand, a_helper, a_price, a_requested_call, a_signature
from tests.story import a_signed_off_call, accepted_by, bank_runs, clock_runs, open_offer, pay_out_runs

from mila.booking.models import Assignment
from mila.crowd.models import HelperState
from mila.dispatch.queries import line_of
from mila.partners.models import ContractText
from mila.payments.models import Claim, Payout

pytestmark = pytest.mark.django_db


def test_a_pro_works_as_a_business() -> None:
    a_price(model="principal", tiers=("pro",), amount=11_900, provider_pay=7_000)
    mia = a_helper("Mia", tier="pro")
    call = a_signed_off_call(mia)
    bank_runs(call.since)
    assert Claim.objects.get(call=call).provider == mia.provider
    released = call.since.replace(day=call.since.day + 3)
    clock_runs(released)
    pay_out_runs(released)
    assert Payout.objects.get().provider == mia.provider
    assert mia.provider.legal_status != "private"
    assert call.assignments.get().helper == mia


@pytest.mark.parametrize("tier", ["friend", "pro"])
def test_a_friend_and_a_pro_can_both_be_assigned(tier: str) -> None:
    helper = a_helper(tier=tier)
    call = accepted_by(helper, a_requested_call(), NOON)
    held = call.assignments.get()
    assert (held.helper, held.provider.tier) == (helper, tier)


def test_an_assignment_always_names_a_person() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    assert call.assignments.get().helper.account == luca.account
    other = a_requested_call()
    with pytest.raises(IntegrityError, match="helper_id"), transaction.atomic():
        Assignment.objects.create(call=other, provider=luca.provider, accepted_at=NOON)


def test_no_signed_contract_no_call_of_that_brand() -> None:
    brand = a_brand("swisscom", is_own=False)
    contract = ContractText.objects.create(
        brand=brand, version=1, title={"en": "Contract"}, body={"en": "…"}, holds_from=date(2026, 1, 1)
    )
    without, signed = a_helper("Without", level=5), a_helper("Signed")
    a_signature(signed, contract)
    a_price(brand, model="principal", amount=9900, provider_pay=6000)
    call = a_requested_call(brand=brand)
    assert open_offer(call, NOON).helper == signed
    found = line_of(call, without.id)
    assert found is not None
    assert [name for name, one in found.filters.items() if not one.met] == ["contract"]


@pytest.mark.parametrize("state", [state for state in HelperState if state != HelperState.ACTIVE])
def test_only_active_and_vetted_helpers_are_asked(state: HelperState) -> None:
    other, active = a_helper("Other", level=5), a_helper("Active")
    other.state = state
    other.save()
    call = a_requested_call()
    assert open_offer(call, NOON).helper == active
    assert not call.offers.filter(helper=other).exists()

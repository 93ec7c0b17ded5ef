"""Interview: what partners ask of Mila."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_helper,
    a_package,
    a_price,
    a_requested_call,
    a_signature,
    by,
)
from tests.story import accepted_by, clock_runs, open_offer, steps

from mila.booking.models import ServiceCall
from mila.crowd.actions import go_available, go_unavailable
from mila.crowd.models import Helper
from mila.dispatch.models import Candidate, Weights
from mila.dispatch.queries import needs_of
from mila.dispatch.supply import AtOnce, Wanted, at_once
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.kernel.place import Point
from mila.partners.models import ContractText
from mila.payments.models import Charge, Claim, Posting

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=3)


def candidate(call: ServiceCall, helper: Helper) -> Candidate:
    return Candidate.objects.filter(search__call=call, helper=helper).latest("round")


def test_who_is_available_now_is_known() -> None:
    luca = a_helper()
    needs = needs_of(brand=a_brand(), packages=[a_package().code], tiers=["friend"], language="de", on=NOON.date())
    wanted = Wanted(replace(needs, point=luca.home), "CH")
    assert at_once(wanted, at=NOON) is None
    go_available(helper=luca, until=LATER, position=Point(46.95, 7.45))
    assert isinstance(at_once(wanted, at=NOON), AtOnce)
    go_unavailable(helper=luca)
    luca.refresh_from_db()
    assert (luca.available_until, luca.available_latitude, luca.available_longitude) == (None, None, None)
    assert at_once(wanted, at=NOON) is None


def test_nobody_pays_when_nobody_works() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    journey.cancel(call_id=call.id, shown_cost=0, code="", now=by(Who.CUSTOMER, NOON))
    assert not Charge.objects.exists()
    assert not Claim.objects.exists()
    assert not Posting.objects.exists()


def test_in_a_hurry_nobody_unqualified_is_sent() -> None:
    unfit = a_helper("Unfit", level=1)
    go_available(helper=unfit, until=LATER, position=None)
    call = a_requested_call(starts_at=None)
    clock_runs(NOON)
    assert not call.offers.exists()
    assert not candidate(call, unfit).filters["skills"]["met"]


def test_the_same_facts_send_the_same_helper() -> None:
    people = [a_helper("Luca"), a_helper("Mia", level=4), a_helper("Noe", at=(46.96, 7.5))]
    calls = [a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=day)) for day in range(2)]
    clock_runs(NOON)
    orders = [[candidate(call, helper).rank for helper in people] for call in calls]
    assert orders[0] == orders[1]
    weights = Weights.objects.get().values
    for helper in people:
        stored = candidate(calls[0], helper).points
        near = max(0, 60 - stored["travel_minutes"])
        level = helper.skills.get().level
        assert stored["level"] == weights["level"] * level * 1000
        assert stored["travel"] == weights["travel"] * near * 1000 // 60
        assert stored["stars"] == weights["stars"] * 4500


def test_a_partner_may_ask_for_pros_only() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="principal", tiers=("pro",), amount=9_900, provider_pay=6_000)
    friend, pro = a_helper("Friend", level=5), a_helper("Pro", tier="pro")
    call = a_requested_call(brand=brand)
    assert open_offer(call, NOON).helper == pro
    found = candidate(call, friend).filters
    assert [name for name, one in found.items() if not one["met"]] == ["tier"]


def test_others_take_a_qualified_friend() -> None:
    brand = a_brand("swisscom", is_own=False)
    a_price(brand, model="principal", amount=9_900, provider_pay=6_000)
    friend = a_helper("Friend")
    assert open_offer(a_requested_call(brand=brand), NOON).helper == friend


def test_several_partners_share_one_crowd() -> None:
    luca = a_helper()
    brands = [a_brand(name, is_own=False) for name in ("swisscom", "salt")]
    for brand in brands:
        contract = ContractText.objects.create(
            brand=brand, version=1, title={"en": "Contract"}, body={"en": "…"}, holds_from=date(2026, 1, 1)
        )
        a_signature(luca, contract)
    accepted_by(luca, a_requested_call(brand=brands[0]), NOON)
    accepted_by(luca, a_requested_call(brand=brands[1], starts_at=IN_THREE_DAYS + timedelta(days=1)), NOON)
    overlapping = a_requested_call(brand=brands[1], starts_at=IN_THREE_DAYS + timedelta(minutes=30))
    clock_runs(NOON)
    assert not overlapping.offers.exists()
    assert not candidate(overlapping, luca).filters["free"]["met"]
    assert "nobody_left_to_ask" in steps(overlapping)

"""How a search goes on while nobody accepts, and the ways in which it asks."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories import (
    ALWAYS,
    NOON,
    a_brand,
    a_helper,
    a_package,
    a_policy,
    a_price,
    a_requested_call,
    by,
    by_helper,
)
from tests.story import accepted_by, clock_runs, fresh, open_offer, stage, steps

from mila.booking import queries as booking
from mila.booking.models import Offer, OfferMode, OfferState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.dispatch import choices
from mila.dispatch.actions import LinkUsed
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.actions.devices import add_stand_in_device
from mila.messaging.models import Message
from mila.partners.models import FallbackPrice
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def of(call: ServiceCall, helper: Helper) -> Offer:
    return call.offers.filter(helper=helper).latest("made_at", "bonus")


def asked(call: ServiceCall) -> set[str]:
    return {offer.helper.first_name for offer in booking.open_offers(call)}


def says_yes(call: ServiceCall, helper: Helper, at: datetime) -> bool:
    return journey.accept(offer_key=of(call, helper).key, now=by_helper(helper, at)).is_yours


def says_no(call: ServiceCall, helper: Helper, at: datetime, reason: str = "") -> None:
    journey.decline(offer_key=of(call, helper).key, reason=reason, now=by_helper(helper, at))
    clock_runs(at)


def a_fallback(amount: int = 12900) -> FallbackPrice:
    return FallbackPrice.objects.create(
        brand=a_brand(),
        package=a_package(),
        country_id="CH",
        contract_model="principal",
        payer="customer",
        tiers=["pro"],
        amount=amount,
        currency="CHF",
        provider_pay=9000,
        vat_code="standard",
        holds=ALWAYS,
    )


def test_a_wave_asks_several_and_the_first_yes_wins() -> None:
    people = [a_helper(name, level=level) for name, level in (("A", 5), ("B", 4), ("C", 3), ("D", 2))]
    a_policy(mode="wave", wave_size=3)
    call = a_requested_call()
    clock_runs(NOON)
    assert asked(call) == {"A", "B", "C"}
    assert says_yes(call, people[2], NOON + 5 * SECOND)
    assert {of(call, one).closed_because for one in people[:2]} == {"taken"}
    assert stage(call) == Stage.ACCEPTED


def test_a_matching_round_lets_the_best_ranked_yes_win_when_its_time_is_over() -> None:
    best, other, _silent = (a_helper(name, level=level) for name, level in (("A", 5), ("B", 4), ("C", 3)))
    a_policy(mode="round", wave_size=3, round_minutes=3)
    call = a_requested_call()
    clock_runs(NOON)
    assert not says_yes(call, other, NOON + 5 * SECOND)
    assert not says_yes(call, best, NOON + 100 * SECOND)
    clock_runs(NOON + 179 * SECOND)
    assert stage(call) == Stage.REQUESTED
    clock_runs(NOON + 180 * SECOND)
    held = booking.active_assignment(fresh(call))
    assert held is not None
    assert held.helper == best


def test_a_matching_round_ends_early_when_everybody_has_answered() -> None:
    one, other = a_helper("A", level=5), a_helper("B", level=4)
    a_policy(mode="round", wave_size=3)
    call = a_requested_call()
    clock_runs(NOON)
    says_no(call, one, NOON + 5 * SECOND)
    says_yes(call, other, NOON + 6 * SECOND)
    clock_runs(NOON + 6 * SECOND)
    assert stage(call) == Stage.ACCEPTED


def test_an_exclusive_offer_is_alone_by_the_database() -> None:
    a_helper("A", level=5)
    other = a_helper("B")
    offer = open_offer(a_requested_call(), NOON)
    offer._state.adding, offer.pk, offer.key, offer.link_key = True, None, "another", "another"
    offer.helper, offer.mode = other, OfferMode.FIRST_YES
    with pytest.raises(IntegrityError, match="exclusive_means_alone"), transaction.atomic():
        offer.save()


def test_the_desk_alone_decides_where_the_policy_says_so() -> None:
    luca = a_helper("Luca")
    a_policy(mode="manual")
    call = a_requested_call()
    clock_runs(NOON)
    assert not call.offers.exists()
    assert call.searches.get().desk_told_at == NOON
    journey.assign_by_desk(call_id=call.id, helper_id=luca.id, reason="", now=by(Who.DESK, NOON))
    assert stage(call) == Stage.ACCEPTED


def test_the_one_the_customer_wishes_for_is_asked_first_and_longer() -> None:
    a_helper("Best", level=5)
    leo = a_helper("Leo", level=2)
    call = a_requested_call()
    call.preferred_helper = leo
    call.save()
    offer = open_offer(call, NOON)
    assert (offer.helper, offer.mode, offer.window_seconds) == (leo, OfferMode.EXCLUSIVE, 900)
    clock_runs(NOON + 20 * SECOND)
    assert Message.objects.filter(template="ring_by_sms").count() == 1
    assert asked(call) == {"Leo"}
    clock_runs(NOON + 15 * MINUTE)
    assert asked(call) == {"Best"}


def test_nobody_is_rung_at_night_for_a_visit_next_week() -> None:
    luca = a_helper("Luca")
    a_policy(quiet_from=time(22), quiet_until=time(7))
    night, morning = NOON + timedelta(hours=11), NOON + timedelta(hours=19)  # 23:00 and 7:00 in Zürich
    call = a_requested_call(night, starts_at=NOON + timedelta(days=7))
    clock_runs(night)
    assert not call.offers.exists()
    assert call.searches.get().due_at == morning
    accepted_by(luca, call, morning)


def test_at_night_somebody_is_rung_for_a_visit_early_in_the_morning() -> None:
    a_helper("Luca")
    a_policy(quiet_from=time(22), quiet_until=time(7))
    night = NOON + timedelta(hours=11)
    call = a_requested_call(night, starts_at=NOON + timedelta(hours=20, minutes=30))  # 8:30
    clock_runs(night)
    assert asked(call) == {"Luca"}


def test_who_has_quiet_hours_is_left_to_sleep_while_others_are_asked() -> None:
    luca = a_helper("Luca", level=5)
    Helper.objects.filter(pk=luca.pk).update(quiet_from=time(11), quiet_until=time(14))
    mia = a_helper("Mia")
    call = a_requested_call()
    clock_runs(NOON)
    assert asked(call) == {"Mia"}
    says_no(call, mia, NOON, "no_time")
    assert call.searches.get().due_at == NOON + timedelta(hours=2)
    accepted_by(luca, call, NOON + timedelta(hours=2))


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({}, "Please answer within two minutes."),
        ({"window_seconds": 300}, "Please answer within 5 minutes."),
        ({"mode": "wave"}, "Others are asked too: the first yes gets the visit."),
        ({"mode": "round", "round_minutes": 3}, "Please answer within 3 minutes: all answers are collected."),
    ],
)
def test_the_phone_says_how_long_there_is_only_where_it_is_true(policy: dict[str, object], says: str) -> None:
    luca = a_helper("Luca")
    a_policy(**policy)
    add_stand_in_device(account=luca.account, at=NOON)
    call = a_requested_call()
    clock_runs(NOON)
    assert says in Message.objects.get(call=call, template="ring_by_push").text


def test_the_phone_of_the_one_wished_for_says_so_and_names_nobody() -> None:
    leo = a_helper("Leo")
    add_stand_in_device(account=leo.account, at=NOON)
    call = a_requested_call(preferred_helper=leo.id)
    clock_runs(NOON)
    ring = Message.objects.get(call=call, template="ring_by_push")
    assert "You are asked for by name" in ring.subject + ring.text
    assert "Please answer within 15 minutes." in ring.text
    assert "Anna" not in ring.subject + ring.text


def test_after_a_no_from_everybody_a_bonus_is_offered_within_its_bounds() -> None:
    luca = a_helper("Luca")
    a_policy(bonus_step=500, bonus_most=1000)
    call = a_requested_call()
    clock_runs(NOON)
    pay = of(call, luca).pay
    says_no(call, luca, NOON, "pay")
    assert (of(call, luca).pay, of(call, luca).bonus) == (pay + 500, 500)
    says_no(call, luca, NOON, "pay")
    assert of(call, luca).bonus == 1000
    says_no(call, luca, NOON, "pay")
    assert call.offers.count() == 3
    assert call.searches.get().desk_told_at is None  # other times are proposed first


def test_who_declined_for_another_reason_is_not_asked_again_for_more_money() -> None:
    luca = a_helper("Luca")
    a_policy(bonus_step=500, bonus_most=1000)
    call = a_requested_call()
    clock_runs(NOON)
    says_no(call, luca, NOON, "no_time")
    assert call.offers.count() == 1


def test_the_larger_area_is_asked_when_the_rungs_time_is_over_even_if_some_are_left() -> None:
    a_helper("Near", level=4)
    far = a_helper("Far", level=5, at=(46.75, 7.63), radius_km=10)
    far.second_radius_km = 40
    far.save()
    call = a_requested_call()
    search = call.searches.get()
    clock_runs(NOON)
    assert asked(call) == {"Near"}
    clock_runs(NOON + 20 * SECOND)
    assert asked(call) == {"Far"}
    search.refresh_from_db()
    assert search.area == 2


def test_other_times_are_proposed_and_the_chosen_one_is_sought() -> None:
    luca = a_helper("Luca")
    call = a_requested_call()
    clock_runs(NOON)
    says_no(call, luca, NOON, "no_time")
    assert Message.objects.filter(template="propose_other_times").count() == 1
    other = choices.other_slots(call, NOON)[0]
    journey.choose_time(call_id=call.id, starts_at=other, now=by(Who.CUSTOMER, NOON))
    assert fresh(call).visit_starts_at == other
    accepted_by(luca, call, NOON)
    assert "choose_time" in steps(call)


def test_a_time_that_nobody_could_keep_is_refused() -> None:
    call = a_requested_call()
    with pytest.raises(journey.TimeGone):
        journey.choose_time(call_id=call.id, starts_at=NOON + timedelta(days=5), now=by(Who.CUSTOMER, NOON))


def test_the_desk_is_told_when_other_times_have_been_proposed_for_long_enough() -> None:
    luca = a_helper("Luca")
    call = a_requested_call()
    clock_runs(NOON)
    says_no(call, luca, NOON, "no_time")
    for minutes in range(0, 40, 5):
        clock_runs(NOON + minutes * MINUTE)
    assert call.searches.get().desk_told_at == NOON + 30 * MINUTE


def test_naming_the_holder_again_changes_nothing() -> None:
    luca = a_helper("Luca")
    call = a_requested_call()
    accepted_by(luca, call, NOON)
    before = steps(call)
    journey.assign_by_desk(call_id=call.id, helper_id=luca.id, reason="", now=by(Who.DESK, NOON))
    assert steps(call) == before
    assert call.assignments.count() == 1


def test_a_link_answers_its_offer_once() -> None:
    luca = a_helper("Luca")
    offer = open_offer(a_requested_call(), NOON)
    journey.decline_by_link(offer_key=offer.key, now=by_helper(luca))
    offer.refresh_from_db()
    assert offer.state == OfferState.DECLINED
    with pytest.raises(LinkUsed):
        journey.accept_by_link(offer_key=offer.key, now=by_helper(luca))


def test_agreeing_to_another_tier_seals_a_new_quote_and_asks_its_helpers() -> None:
    pia = a_helper("Pia", tier="pro")
    a_brand()
    call = a_requested_call_for_friends()
    clock_runs(NOON)
    assert not call.offers.exists()
    assert Message.objects.filter(template="ask_for_other_help").count() == 1
    code = make_code(call=call, purpose=CodePurpose.TERMS, sent_to="mail", now=by(Who.CUSTOMER, NOON))
    with pytest.raises(journey.TermsChanged):
        journey.approve_other_help(call_id=call.id, shown_total=1, code=code, now=by(Who.CUSTOMER, NOON))
    journey.approve_other_help(call_id=call.id, shown_total=12900, code=code, now=by(Who.CUSTOMER, NOON))
    quotes = list(call.quotes.order_by("version"))
    assert [(one.contract_model, one.total) for one in quotes] == [("agency", 9390), ("principal", 12900)]
    assert len({one.seal for one in quotes}) == 2
    accepted_by(pia, call, NOON)


def a_requested_call_for_friends() -> ServiceCall:
    a_price(tiers=("friend",))
    a_fallback()
    return a_requested_call()

"""A further visit: prepared by the helper, booked by nobody but the client."""

from datetime import timedelta

import pytest
from tests.changes import at_work
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_confirmed_call,
    a_done_call,
    a_drafted_call,
    a_helper,
    a_package,
    a_policy,
    a_price,
    a_requested_call,
    by,
    by_helper,
)
from tests.further import LATER, THEN, a_code, free_times, orders, prepares
from tests.story import (
    bank_runs,
    clock_runs,
    done_by,
    fresh,
    open_offer,
    signed_off,
    stage,
    steps,
    told,
)

from mila.booking import queries as booking
from mila.booking.follow_ups import FollowUpOpen, NoFollowUp, NotTheTime
from mila.booking.models import FollowUpState, ServiceCall, Stage
from mila.booking.withdrawal import NotDeclared
from mila.countries.legal import EU_WITHDRAWAL
from mila.countries.models import DatedValue
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.actions import preparing
from mila.journey.actions.preparing import NotToBeAskedFor, PackagesUnchosen, PriceMoved, TimesUnchosen
from mila.kernel.occasion import Who
from mila.partners.models import Price
from mila.payments.adapters import MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of
from mila.visit.actions import CodeWrong

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    return at_work(luca)


def secured(call: ServiceCall) -> ServiceCall:
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, LATER))
    card = CARDS["4242"]
    saved = Saved(means_of(card), card.label, card.can_hold)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, saved), now=by(Who.BANK, LATER))
    return fresh(call)


def test_the_order_is_a_call_like_any_other(luca: Helper, call: ServiceCall) -> None:
    prepared = prepares(luca, call)
    booked = orders(prepared, a_code(call))
    assert (booked.stage, booked.visit_starts_at) == (Stage.DRAFTED, prepared.starts[0])
    assert (booked.notes, booked.preferred_helper, booked.only_preferred) == ("Second router", luca, True)
    assert (booked.address.street, booked.booker.email) == ("Kanarienweg", "anna@customers.example")
    assert booking.current_quote(booked).total == 9390
    assert booked.follows.call == call
    assert steps(call)[-2:] == ["follow_up_asked", "follow_up_confirmed"]
    assert "follows" in steps(booked)
    assert len(told(call, "tell_helper_of_follow_up")) == 1
    secured(booked)
    bank_runs(booked.visit_starts_at or LATER)
    assert stage(booked) == Stage.REQUESTED
    assert booked.holds.count() == 1


def test_the_client_hears_of_it_with_price_and_times(luca: Helper, call: ServiceCall) -> None:
    prepares(luca, call)
    (letter,) = told(call, "offer_follow_up")
    assert "93.90" in letter.text
    assert "Second router" in letter.text
    assert f"/s/{call.status_key}/follow-up/" in letter.text


def test_pressed_twice_it_is_ordered_once(luca: Helper, call: ServiceCall) -> None:
    prepared, code = prepares(luca, call), a_code(call)
    assert orders(prepared, code) == orders(prepared, code)
    assert ServiceCall.objects.count() == 2


def test_the_link_alone_books_nothing(luca: Helper, call: ServiceCall) -> None:
    prepared = prepares(luca, call)
    right = a_code(call)
    with pytest.raises(CodeWrong):
        orders(prepared, "000000" if right != "000000" else "000001")
    assert ServiceCall.objects.count() == 1
    assert call.codes.get().tries == 1


def test_a_code_for_what_was_prepared_before_orders_nothing(luca: Helper, call: ServiceCall) -> None:
    prepares(luca, call)
    code = a_code(call)
    preparing.withdraw_follow_up(call_id=call.id, now=by_helper(luca, LATER))
    again = prepares(luca, call, note="Another")
    with pytest.raises(CodeWrong):
        orders(again, code)


def test_the_one_who_prepared_it_is_asked_alone_and_for_longer(luca: Helper, call: ServiceCall) -> None:
    a_policy(preferred_minutes=30)
    a_helper("Best", level=5)
    booked = secured(orders(prepares(luca, call), a_code(call)))
    offer = open_offer(booked, LATER)
    assert (offer.helper, offer.window_seconds) == (luca, 1800)


def test_after_a_no_the_client_says_whether_others_are_asked(luca: Helper, call: ServiceCall) -> None:
    best = a_helper("Best", level=5)
    booked = secured(orders(prepares(luca, call), a_code(call)))
    journey.decline(offer_key=open_offer(booked, LATER).key, reason="no_time", now=by_helper(luca, LATER))
    for minutes in (0, 5, 10, 60):
        clock_runs(LATER + minutes * MINUTE)
    assert booked.offers.count() == 1
    assert len(told(booked, "ask_whether_others")) == 1
    preparing.let_others_be_asked(call_id=booked.id, now=by(Who.CUSTOMER, LATER + 61 * MINUTE))
    assert open_offer(booked, LATER + 61 * MINUTE).helper == best


def test_others_are_asked_at_once_where_the_client_says_so(luca: Helper, call: ServiceCall) -> None:
    best = a_helper("Best", level=5)
    booked = secured(orders(prepares(luca, call), a_code(call), others_welcome=True))
    journey.decline(offer_key=open_offer(booked, LATER).key, reason="no_time", now=by_helper(luca, LATER))
    assert open_offer(booked, LATER).helper == best


def test_nobody_waits_for_ever_for_the_one(luca: Helper, call: ServiceCall) -> None:
    booked = secured(orders(prepares(luca, call), a_code(call)))
    journey.decline(offer_key=open_offer(booked, LATER).key, reason="no_time", now=by_helper(luca, LATER))
    assert booked.visit_starts_at is not None
    clock_runs(booked.visit_starts_at + timedelta(hours=3))
    assert stage(booked) == Stage.UNSERVED


def test_a_replacement_for_the_one_is_the_desk_s_to_find(luca: Helper, call: ServiceCall) -> None:
    a_helper("Best", level=5)
    booked = secured(orders(prepares(luca, call), a_code(call)))
    offer = open_offer(booked, LATER)
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca, LATER))
    journey.accept(offer_key=offer.key, now=by_helper(luca, LATER))
    clock_runs(LATER + timedelta(hours=13))
    assert booked.offers.count() == 1
    assert booked.searches.get(purpose="replacement").desk_told_at is not None


def test_from_the_arrival_until_three_days_after_the_visit(luca: Helper) -> None:
    with pytest.raises(NotTheTime):
        prepares(luca, a_confirmed_call(luca), starts=[IN_THREE_DAYS + timedelta(days=3)])
    call = signed_off(a_done_call(luca, starts_at=IN_THREE_DAYS + timedelta(days=1)), THEN + timedelta(days=1))
    with pytest.raises(NotTheTime):
        prepares(luca, call, THEN + timedelta(days=4))
    assert prepares(luca, call, THEN + timedelta(days=3)).state == FollowUpState.ASKED


def test_somebody_else_prepares_nothing(call: ServiceCall) -> None:
    with pytest.raises(journey.NotYourVisit):
        prepares(a_helper("Sara"), call)


def test_only_what_the_brand_sells_and_the_helper_can_do(luca: Helper, call: ServiceCall) -> None:
    a_price(package=a_package("server", level=5))
    a_price(package=a_package("for-pros"), tiers=("pro",))
    for packages in ((), ("server",), ("for-pros",), ("nothing",)):
        with pytest.raises(PackagesUnchosen):
            prepares(luca, call, packages=packages, starts=free_times(call)[:1])


def test_only_times_at_which_the_helper_is_free(luca: Helper, call: ServiceCall) -> None:
    tomorrow = next(start for start in free_times(call) if start > THEN + timedelta(hours=20))
    luca.exceptions.create(kind="busy", starts_at=tomorrow, ends_at=tomorrow + timedelta(minutes=30))
    for starts in ([], [tomorrow], free_times(call)[:4], [THEN - timedelta(days=1)]):
        with pytest.raises(TimesUnchosen):
            prepares(luca, call, starts=starts)


def test_one_at_a_time(luca: Helper, call: ServiceCall) -> None:
    prepared = prepares(luca, call)
    assert prepares(luca, call) == prepared
    with pytest.raises(FollowUpOpen):
        prepares(luca, call, note="Another")
    with pytest.raises(TimesUnchosen):
        prepares(luca, call, starts=[])
    assert len(told(call, "offer_follow_up")) == 1


def test_what_is_over_cannot_be_ordered(luca: Helper, call: ServiceCall) -> None:
    prepared, code = prepares(luca, call), a_code(call)
    preparing.withdraw_follow_up(call_id=call.id, now=by_helper(luca, LATER))
    with pytest.raises(NoFollowUp):
        orders(prepared, code)
    with pytest.raises(NoFollowUp):
        preparing.withdraw_follow_up(call_id=call.id, now=by_helper(luca, LATER))


def test_a_no_is_told_to_the_helper_once(luca: Helper, call: ServiceCall) -> None:
    prepared = prepares(luca, call)
    for _ in range(2):
        preparing.decline_follow_up(call_id=call.id, follow_up_id=prepared.id, now=by(Who.CUSTOMER, LATER))
    assert len(told(call, "tell_helper_of_follow_up")) == 1
    assert ServiceCall.objects.count() == 1


def test_silence_lapses(luca: Helper, call: ServiceCall) -> None:
    prepared = prepares(luca, call)
    assert prepared.due_at is not None
    assert prepared.due_at < max(prepared.starts)
    clock_runs(prepared.due_at)
    prepared.refresh_from_db()
    assert prepared.state == FollowUpState.LAPSED
    assert ServiceCall.objects.count() == 1


def test_another_price_is_looked_at_before_it_is_agreed_to(luca: Helper, call: ServiceCall) -> None:
    prepared, code = prepares(luca, call), a_code(call)
    Price.objects.update(amount=9900)
    with pytest.raises(PriceMoved):
        orders(prepared, code)
    assert booking.current_quote(orders(prepared, code, total=10390)).total == 10390


def test_a_time_that_was_taken_meanwhile_is_not_booked(luca: Helper, call: ServiceCall) -> None:
    prepared, code = prepares(luca, call), a_code(call)
    start = prepared.starts[0]
    luca.exceptions.create(kind="busy", starts_at=start, ends_at=start + timedelta(hours=1))
    with pytest.raises(journey.TimeGone):
        orders(prepared, code)


def test_within_the_withdrawal_period_the_client_declares_the_early_start(luca: Helper, call: ServiceCall) -> None:
    prepared, code = prepares(luca, call), a_code(call)
    DatedValue.objects.filter(key="withdrawal").update(value=EU_WITHDRAWAL)
    with pytest.raises(NotDeclared):
        orders(prepared, code)
    assert "early_start" in steps(orders(prepared, code, early_start="2026-1"))


def test_who_does_not_wish_to_meet_again_does_not(luca: Helper) -> None:
    call = a_done_call(luca)
    prepared, code = prepares(luca, call), a_code(call)
    journey.exclude(call_id=call.id, now=by(Who.CUSTOMER, LATER))
    with pytest.raises(NoFollowUp):
        orders(prepared, code)
    again = prepares(luca, call)
    with pytest.raises(NotToBeAskedFor):
        orders(again, a_code(call))


def test_a_brand_that_pays_is_asked_for_no_means(luca: Helper) -> None:
    a_price(model="principal", payer="brand", amount=9900, provider_pay=6000)
    call = done_by(luca, a_drafted_call(), NOON)
    booked = orders(prepares(luca, call), a_code(call), total=9900)
    assert stage(booked) == Stage.REQUESTED


def test_whom_nobody_wished_for_alone_is_left(call: ServiceCall) -> None:
    other = a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=5))
    assert preparing.let_others_be_asked(call_id=other.id, now=by(Who.CUSTOMER)) == other
    assert "others_welcome" not in steps(other)

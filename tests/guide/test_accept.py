"""Guide: the offer is yours alone for two minutes, and accepting it binds."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, by, by_helper
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import accepted_by, clock_runs, fresh, open_offer, stage, told

from mila.booking.models import Assignment, AssignmentState, Offer, OfferState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.dispatch.actions import OfferGone, Overlap
from mila.dispatch.queries import line_of
from mila.journey import actions as journey
from mila.journey.lifecycle import LIFE
from mila.journey.machine import WrongStage
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.sites.now import now
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def seen(offer: Offer, after: int = 0) -> Offer:
    return journey.acknowledge(offer_key=offer.key, now=by_helper(offer.helper, NOON + after * SECOND))


def accept(offer: Offer, after: timedelta) -> bool:
    return journey.accept(offer_key=offer.key, now=by_helper(offer.helper, NOON + after)).is_yours


def holder(call: ServiceCall) -> Helper:
    return call.assignments.get(state=AssignmentState.ACTIVE).helper


def test_declining_costs_nothing() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = a_requested_call()
    offer = open_offer(call, NOON)
    journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(luca))
    assert open_offer(call, NOON).helper == mia
    before = line_of(call, luca.id)
    later = NOON + timedelta(hours=1)
    again = a_requested_call(later, starts_at=IN_THREE_DAYS + timedelta(days=1))
    assert open_offer(again, later).helper == luca
    after = line_of(again, luca.id)
    assert before is not None
    assert after is not None
    assert after.points == before.points


def test_the_job_is_exclusive_while_the_offer_is_open() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = a_requested_call()
    offer = seen(open_offer(call, NOON))
    clock_runs(NOON + 119 * SECOND)
    assert [one.helper for one in call.offers.all()] == [luca]
    copied = Offer.objects.get(pk=offer.pk)
    copied._state.adding, copied.pk, copied.key, copied.helper = True, None, "another", mia
    copied.link_key = "another"
    with pytest.raises(IntegrityError, match="one_exclusive_offer_per_call"), transaction.atomic():
        copied.save(force_insert=True)
    with pytest.raises(journey.NotYourVisit):
        journey.accept(offer_key=offer.key, now=by_helper(mia))
    assert stage(call) == Stage.REQUESTED


def test_a_helper_holds_one_exclusive_offer_at_a_time() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    first, second = a_requested_call(), a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=1))
    clock_runs(NOON)
    assert open_offer(first, NOON).helper == luca
    assert open_offer(second, NOON).helper == mia
    third = a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=2))
    clock_runs(NOON)
    assert not third.offers.exists()


def test_the_two_minutes_run_from_the_acknowledgement() -> None:
    a_helper()
    offer = seen(open_offer(a_requested_call(), NOON), after=15)
    assert offer.due_at == NOON + 135 * SECOND
    again = seen(offer, after=40)
    assert (again.acknowledged_at, again.due_at) == (NOON + 15 * SECOND, NOON + 135 * SECOND)


def test_silence_for_two_minutes_passes_the_call_on() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = a_requested_call()
    first = seen(open_offer(call, NOON))
    assert first.helper == luca
    assert open_offer(call, NOON + 119 * SECOND).helper == luca
    assert open_offer(call, NOON + 120 * SECOND).helper == mia
    first.refresh_from_db()
    assert first.state == OfferState.EXPIRED


def test_a_yes_in_the_last_second_counts() -> None:
    luca = a_helper()
    call = a_requested_call()
    offer = seen(open_offer(call, NOON))
    assert accept(offer, 119 * SECOND)
    assert stage(call) == Stage.ACCEPTED
    assert holder(call) == luca


def test_a_late_yes_stands_until_the_window_ends() -> None:
    luca, _mia, noe = a_helper("Luca", level=5), a_helper("Mia", level=4), a_helper("Noe")
    call = a_requested_call()
    first = seen(open_offer(call, NOON))
    second = seen(open_offer(call, NOON + 2 * MINUTE), after=120)
    assert not accept(first, 3 * MINUTE)
    assert second.helper != luca
    clock_runs(NOON + 4 * MINUTE)
    assert stage(call) == Stage.ACCEPTED
    assert holder(call) == luca
    assert not call.offers.filter(helper=noe).exists()


def test_a_standing_yes_reserves_nothing() -> None:
    a_helper("Luca", level=5)
    mia = a_helper("Mia", level=4)
    call = a_requested_call()
    first = seen(open_offer(call, NOON))
    second = seen(open_offer(call, NOON + 2 * MINUTE), after=120)
    assert not accept(first, 3 * MINUTE)
    assert accept(second, 3 * MINUTE)
    assert holder(call) == mia
    first.refresh_from_db()
    assert (first.state, first.closed_because, first.standing_since) == (OfferState.CLOSED, "taken", None)
    with pytest.raises(OfferGone):
        accept(first, 4 * MINUTE)


def test_a_standing_yes_taken_back_wins_nothing() -> None:
    luca = a_helper("Luca", level=5)
    a_helper("Mia")
    call = a_requested_call()
    first = seen(open_offer(call, NOON))
    seen(open_offer(call, NOON + 2 * MINUTE), after=120)
    accept(first, 3 * MINUTE)
    journey.withdraw_yes(offer_key=first.key, now=by_helper(luca, NOON + 3 * MINUTE))
    clock_runs(NOON + 4 * MINUTE)
    assert stage(call) == Stage.REQUESTED


def test_a_call_has_one_assignment() -> None:
    luca = a_helper()
    call = a_requested_call()
    offer = open_offer(call, NOON)
    answers = [accept(offer, 10 * SECOND), accept(offer, 11 * SECOND), accept(offer, timedelta(days=1))]
    assert answers == [True] * 3
    assert call.assignments.count() == 1
    with pytest.raises(IntegrityError, match="one_active_assignment_per_call"), transaction.atomic():
        Assignment.objects.create(call=call, provider=luca.provider, helper=luca, accepted_at=NOON)


def test_one_person_never_holds_overlapping_jobs() -> None:
    luca = a_helper()
    first = a_requested_call()
    late = open_offer(first, NOON)
    clock_runs(NOON + 20 * SECOND)
    second = accepted_by(luca, a_requested_call(NOON, starts_at=IN_THREE_DAYS + 30 * MINUTE), NOON + 20 * SECOND)
    accept(late, 30 * SECOND)
    clock_runs(NOON + 30 * SECOND)
    assert (stage(first), stage(second)) == (Stage.REQUESTED, Stage.ACCEPTED)
    late.refresh_from_db()
    assert late.closed_because == "not_free"
    third = a_requested_call(NOON, starts_at=IN_THREE_DAYS + 30 * MINUTE)
    with pytest.raises(Overlap, match=r"overlaps with another visit"):
        journey.assign_by_desk(call_id=third.id, helper_id=luca.id, reason="", now=by(Who.DESK))
    assert stage(third) == Stage.REQUESTED
    assert not third.assignments.exists()


def test_a_helper_cannot_change_the_time() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca))
    assert fresh(call).visit_starts_at == IN_THREE_DAYS
    journey.confirm(call_id=call.id, now=by_helper(luca))
    journey.set_out(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    assert fresh(call).visit_starts_at == IN_THREE_DAYS
    helpers_steps = {step.name for step in LIFE.steps if Who.PROVIDER in step.by}
    assert helpers_steps == {
        "accept", "contact", "confirm", "drop_out", "set_out", "arrive", "begin_work", "finish",
        "agree_to_time",  # to the customer's own wish, nothing else
        "go_unsecured", "pick_up_failed",
        "leave_at_cost", "leave_by_brands_fault", "leave_blameless", "leave_unable",
    }  # fmt: skip
    with pytest.raises(WrongStage):
        journey.confirm(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))


def test_accepting_binds_to_the_customer_s_slot() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    period = call.assignments.get().period
    assert period is not None
    assert (period.lower, period.upper) == (IN_THREE_DAYS, IN_THREE_DAYS + 90 * MINUTE)
    (letter,) = told(call, "introduce_helper")
    assert "Luca" in letter.text
    assert "14:00" in letter.text


def test_the_offer_shows_time_district_contents_tools_and_pay() -> None:
    luca = a_helper()
    call = a_requested_call(now(), starts_at=in_three_days())
    offer = open_offer(call, now())
    phone = a_phone(luca)
    phone.post(f"/app/offers/{offer.key}/seen/")
    page = phone.get(f"/app/offers/{offer.key}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    local = in_three_days().astimezone(ZoneInfo("Europe/Zurich"))
    for text in ("3011", "Bern", f"{local:%H:%M}", "Router set up", "Laptop", "71.20"):
        assert text in page, text


def test_the_address_stays_hidden_until_acceptance() -> None:
    luca = a_helper()
    call = a_requested_call(now(), starts_at=in_three_days())
    offer = open_offer(call, now())
    phone = a_phone(luca)
    page = phone.get(f"/app/offers/{offer.key}/").content.decode()
    clock_runs(now() + timedelta(seconds=21))
    late = phone.get(f"/app/offers/{offer.key}/").content.decode()
    assert "3011" in late
    texts = [page, late, *Message.objects.filter(account=luca.account).values_list("text", flat=True)]
    assert len(texts) == 3
    for text in texts:
        for secret in ("Kanarienweg", "Anna", "Canary", "+41791234567", "anna@customers", "Zitrone"):
            assert secret not in text

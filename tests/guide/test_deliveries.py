"""Guide, "Product deliveries": a device is collected at a branch and brought to the client."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_booking,
    a_branch,
    a_brand,
    a_brought_call,
    a_brought_package,
    a_counter,
    a_helper,
    a_price,
    an_errand,
    an_offer,
    by,
    by_helper,
)
from tests.story import books_balance, fresh, stage, steps, told

from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.dispatch import queries as dispatch
from mila.dispatch.around import Moment, named
from mila.dispatch.rules import Job, filters, is_free, travel_to
from mila.journey import actions as journey
from mila.journey.conditions import NotFetched, NotHandedOver
from mila.kernel.occasion import Who
from mila.kernel.periods import Period
from mila.partners.models import Branch, BranchSeat
from mila.payments.models import Claim, Posting
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.parcels import PickUp
from mila.visit.rules import Fault, ParcelState

pytestmark = pytest.mark.django_db
SOON_BEFORE = IN_THREE_DAYS - timedelta(hours=1)


@pytest.fixture
def branch() -> Branch:
    return a_branch(brand=a_brand("interdiscount", is_own=False))


@pytest.fixture
def counter(branch: Branch) -> BranchSeat:
    return a_counter(branch)


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def call(branch: Branch, luca: Helper) -> ServiceCall:
    return a_brought_call(luca, branch=branch)


def hand_out(counter: BranchSeat, row: PickUp, code: str, *, id_matches: bool = True) -> PickUp:
    now = by(Who.BRAND, SOON_BEFORE, counter.account_id)
    return journey.hand_out(pick_up_id=row.pk, branch_id=counter.branch_id, code=code, id_matches=id_matches, now=now)


def take_it_along(counter: BranchSeat, call: ServiceCall, luca: Helper) -> None:
    hand_out(counter, an_errand(call), an_errand(call).code)
    then = by_helper(luca, IN_THREE_DAYS)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    journey.show_badge(call_id=call.id, now=then)


def test_the_branch_hands_out_against_the_order_number_the_id_card_and_the_code(
    counter: BranchSeat, call: ServiceCall
) -> None:
    found = visits.errands_at(counter.branch_id, call.order_number)
    row = hand_out(counter, found[0], found[0].code)
    assert row.state == ParcelState.PICKED_UP
    assert (row.code, row.id_compared_by) == ("", counter.account)
    assert "picked_up" in steps(call)


def test_handing_out_twice_hands_out_once(counter: BranchSeat, call: ServiceCall) -> None:
    code = an_errand(call).code
    hand_out(counter, an_errand(call), code)
    hand_out(counter, an_errand(call), "000000")
    assert steps(call).count("picked_up") == 1


def test_without_a_look_at_the_id_card_nothing_is_handed_out(counter: BranchSeat, call: ServiceCall) -> None:
    with pytest.raises(visit.IdNotCompared):
        hand_out(counter, an_errand(call), an_errand(call).code, id_matches=False)
    assert an_errand(call).state == ParcelState.WAITING


def test_five_wrong_codes_lock_it_until_the_desk_unlocks_it(counter: BranchSeat, call: ServiceCall) -> None:
    right = an_errand(call).code
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(4):
        with pytest.raises(visit.PickUpCodeWrong):
            hand_out(counter, an_errand(call), wrong)
    for code in (wrong, right):
        with pytest.raises(visit.PickUpLocked):
            hand_out(counter, an_errand(call), code)
    assert "pick_up_locked" in steps(call)
    journey.unlock_pick_up(pick_up_id=an_errand(call).pk, reason="It was Luca", now=by(Who.DESK))
    assert call.diary.get(step="pick_up_unlocked").facts == {"reason": "It was Luca"}
    assert hand_out(counter, an_errand(call), an_errand(call).code).state == ParcelState.PICKED_UP


def test_an_id_card_of_somebody_else_locks_it(counter: BranchSeat, call: ServiceCall) -> None:
    row = an_errand(call)
    journey.refuse_id(pick_up_id=row.pk, branch_id=counter.branch_id, now=by(Who.BRAND))
    with pytest.raises(visit.PickUpLocked):
        hand_out(counter, an_errand(call), row.code)


def test_another_branch_finds_nothing(branch: Branch, call: ServiceCall) -> None:
    other = a_counter(a_branch("thun", brand=branch.brand), "other")
    assert visits.errands_at(other.branch_id, call.order_number) == []
    with pytest.raises(journey.NotYourParcel):
        hand_out(other, an_errand(call), an_errand(call).code)


def test_nobody_sets_out_without_it_and_nobody_is_done_before_the_client_has_it(
    counter: BranchSeat, call: ServiceCall, luca: Helper
) -> None:
    then = by_helper(luca, IN_THREE_DAYS)
    with pytest.raises(NotFetched):
        journey.set_out(call_id=call.id, now=then)
    take_it_along(counter, call, luca)
    journey.begin_work(call_id=call.id, now=then)
    for step in visits.open_steps(fresh(call)):
        journey.tick(call_id=call.id, code=step.code, now=then)
    with pytest.raises(NotHandedOver):
        journey.finish(call_id=call.id, now=then)
    journey.give_to_client(call_id=call.id, now=then)
    journey.give_to_client(call_id=call.id, now=then)
    assert journey.finish(call_id=call.id, now=then).stage == Stage.DONE
    assert steps(call).count("parcel_handed_over") == 1


@pytest.mark.parametrize("fault", list(Fault))
def test_what_the_branch_cannot_hand_out_is_paid_by_the_brand_and_the_client_is_told(
    fault: Fault, counter: BranchSeat, call: ServiceCall, luca: Helper
) -> None:
    row = an_errand(call)
    for _ in range(2):
        journey.fail_pick_up(
            pick_up_id=row.pk,
            branch_id=counter.branch_id,
            fault=fault,
            words="sorry",
            now=by(Who.BRAND, SOON_BEFORE, counter.account_id),
        )
    assert (stage(call), an_errand(call).state) == (Stage.STRANDED, ParcelState.FAILED)
    assert Posting.objects.filter(call=call, event="journey_billed").count() == 1
    assert Claim.objects.get(call=call).provider == luca.provider
    assert told(call, "tell_of_failed_pick_up")
    assert not call.assignments.get().at_own_fault
    assert books_balance()


@pytest.mark.parametrize(
    ("fault", "event"), [(Fault.WRONG_ITEM, "journey_billed"), (Fault.DAMAGED, "journey_compensated")]
)
def test_found_at_the_clients_the_brand_bears_the_wrong_item_and_the_house_the_damage(
    fault: Fault, event: str, counter: BranchSeat, call: ServiceCall, luca: Helper
) -> None:
    take_it_along(counter, call, luca)
    journey.fail_at_door(call_id=call.id, fault=fault, words="a dent", now=by_helper(luca, IN_THREE_DAYS))
    events = set(Posting.objects.filter(call=call).values_list("event", flat=True))
    assert event in events
    assert ("journey_billed" in events) == (fault == Fault.WRONG_ITEM)
    assert an_errand(call).state == ParcelState.TO_RETURN


def test_what_the_client_does_not_get_goes_back_to_the_branch_against_a_receipt(
    counter: BranchSeat, call: ServiceCall, luca: Helper
) -> None:
    hand_out(counter, an_errand(call), an_errand(call).code)
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, SOON_BEFORE))
    assert [row.assignment.helper for row in visits.to_return_at(counter.branch_id)] == [luca]
    now = by(Who.BRAND, SOON_BEFORE, counter.account_id)
    first = journey.take_back(pick_up_id=an_errand(call).pk, branch_id=counter.branch_id, sound=True, now=now)
    again = journey.take_back(pick_up_id=an_errand(call).pk, branch_id=counter.branch_id, sound=True, now=now)
    assert first.receipt_number == again.receipt_number
    assert visits.to_return_by(luca.pk) == []
    assert len(told(call, "send_return_receipt")) == 1


def test_who_comes_instead_has_a_code_of_their_own(call: ServiceCall, luca: Helper) -> None:
    first = an_errand(call)
    a_helper("Sara")
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca))
    journey.move_search(call_id=call.id, now=by(Who.CLOCK))
    offer = booking.exclusive_offer(fresh(call))
    assert offer
    then = by_helper(offer.helper, NOON + timedelta(seconds=30))
    journey.acknowledge(offer_key=offer.key, now=then)
    journey.accept(offer_key=offer.key, now=then)
    assert an_errand(call).pk != first.pk
    assert an_errand(call).state == ParcelState.WAITING
    first.refresh_from_db()
    assert first.state == ParcelState.VOID


def test_a_booking_names_the_branch_and_the_order(branch: Branch) -> None:
    a_price(branch.brand, a_brought_package())
    for given, why in ((None, visit.PickUpMissing), (branch, visit.OrderMissing)):
        said = a_booking(brand=branch.brand, packages=("soundbar",), branch=given)
        with pytest.raises(why):
            journey.book(given=said, now=by(Who.BRAND))
    assert not ServiceCall.objects.exists()


def test_the_way_to_the_branch_counts_and_the_needed_vehicle_is_kept_for_the_why(branch: Branch, luca: Helper) -> None:
    a_price(branch.brand, a_brought_package(vehicle="estate"))
    far = a_branch("thun", brand=branch.brand, at=(46.7580, 7.6280))
    near_call = booked(branch)
    far_call = booked(far)
    facts = named([luca.pk], Moment([], NOON.date()))[0]
    near_facts, far_facts = dispatch.call_facts(near_call), dispatch.call_facts(far_call)
    assert minutes_to(luca, far_call) > minutes_to(luca, near_call) + 30
    kept = filters(facts, near_facts, at=NOON, rung=1)["vehicle"]
    assert (kept.met, kept.found, kept.needed) == (False, [], "estate")
    assert far_facts.via
    assert far_facts.via.is_in_time(IN_THREE_DAYS, far_facts.point, at=NOON)


def test_who_is_asked_learns_the_way_by_the_branch(branch: Branch, luca: Helper) -> None:
    a_price(branch.brand, a_brought_package(), model="partner_principal", payer="brand", provider_pay=6400)
    call = booked(a_branch("thun", brand=branch.brand, at=(46.7580, 7.6280)))
    assert an_offer(call).travel_minutes == minutes_to(luca, call)


def test_a_visit_with_a_branch_before_it_needs_more_room(branch: Branch, luca: Helper) -> None:
    far = a_branch("thun", brand=branch.brand, at=(46.7580, 7.6280))
    a_brought_call(luca, branch=far)
    before = IN_THREE_DAYS - timedelta(hours=2, minutes=10)
    assert minutes_free(luca, before, far) is False
    assert minutes_free(luca, before, None) is True


def minutes_free(helper: Helper, start: datetime, branch: Branch | None) -> bool:
    """Tell whether the helper is free for an hour from then on, before the visit that is promised."""
    period = Period(start, start + timedelta(hours=1))
    facts = named([helper.pk], Moment([period], NOON.date()))[0]
    jobs = facts.jobs if branch else tuple(Job(job.period, job.point) for job in facts.jobs)
    return is_free(replace(facts, jobs=jobs), period, helper.home)


def booked(branch: Branch) -> ServiceCall:
    given = a_booking(brand=branch.brand, packages=("soundbar",), branch=branch, order=branch.code)
    return fresh(journey.book(given=given, now=by(Who.BRAND)))


def minutes_to(helper: Helper, call: ServiceCall) -> int:
    facts = named([helper.pk], Moment([], NOON.date()))[0]
    return travel_to(facts, dispatch.call_facts(call))


def test_a_branch_is_closed_on_the_holidays_of_its_region(branch: Branch) -> None:
    christmas = datetime.fromisoformat("2026-12-25T00:00:00+01:00")
    found = dispatch.via_of(branch, christmas)
    assert [one.start.astimezone(christmas.tzinfo).day for one in found.openings][:2] == [27, 28]


def test_without_a_network_the_hand_over_is_kept_on_the_phone_as_well(
    counter: BranchSeat, call: ServiceCall, luca: Helper
) -> None:
    take_it_along(counter, call, luca)
    then = by_helper(luca, IN_THREE_DAYS)
    journey.take_tap(tap=journey.Tap(uuid4(), call.id, "give", {}, (IN_THREE_DAYS,)), now=then)
    assert an_errand(call).state == ParcelState.HANDED_OVER

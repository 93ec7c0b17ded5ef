"""Guide: call your client within twelve hours."""

from datetime import timedelta

import pytest
from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, by_helper
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import accepted_by, clock_runs, clock_runs_until, fresh, open_offer, stage, steps, told

from mila.booking.models import AssignmentState, OfferState, SearchState, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.dispatch.actions import OfferGone
from mila.journey import actions as journey
from mila.journey import queries
from mila.sites.now import now
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MISSED = NOON + 12 * HOUR


def holder(call: ServiceCall) -> Helper:
    return call.assignments.get(state=AssignmentState.ACTIVE).helper


def time_to_call(to_visit: timedelta) -> timedelta:
    call = accepted_by(a_helper(), a_requested_call(starts_at=NOON + to_visit), NOON)
    due = queries.deadline(call, step="silent")
    assert due is not None
    return due - NOON


def test_the_client_is_called_within_twelve_hours() -> None:
    assert time_to_call(timedelta(days=3)) == 12 * HOUR


def test_a_near_visit_shortens_the_twelve_hours() -> None:
    assert time_to_call(6 * HOUR) == 3 * HOUR


def test_never_less_than_fifteen_minutes_to_call() -> None:
    assert time_to_call(20 * MINUTE) == 15 * MINUTE


def test_a_missed_call_seeks_a_replacement() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = accepted_by(luca, a_requested_call(), NOON)
    clock_runs_until(MISSED - MINUTE)
    assert len(told(call, "remind_to_contact")) == 1
    assert not call.searches.filter(state=SearchState.RUNNING).exists()
    clock_runs(MISSED)
    assert stage(call) == Stage.ACCEPTED
    assert "silent" in steps(call)
    assert len(told(call, "tell_holder_of_replacement")) == 1
    assert open_offer(call, MISSED).helper == mia


def test_the_first_helper_keeps_the_call_until_a_replacement_accepts() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = accepted_by(luca, a_requested_call(), NOON)
    clock_runs(MISSED)
    assert holder(call) == luca
    accepted_by(mia, call, MISSED)
    assert stage(call) == Stage.ACCEPTED
    assert holder(call) == mia
    assert fresh(call).since == MISSED
    (lost,) = told(call, "tell_released_helper")
    won = told(call, "give_visit")[-1]
    assert [lost.recipient, won.recipient] == [luca.account.email, mia.account.email]
    with pytest.raises(journey.NotYourVisit):
        journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, MISSED))


def test_a_late_call_ends_the_search() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    call = accepted_by(luca, a_requested_call(), NOON)
    offer = open_offer(call, MISSED)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, MISSED + MINUTE))
    assert (stage(call), holder(call)) == (Stage.CONTACTED, luca)
    offer.refresh_from_db()
    assert (offer.state, offer.closed_because) == (OfferState.CLOSED, "kept")
    assert not call.searches.filter(state=SearchState.RUNNING).exists()
    with pytest.raises(OfferGone):
        journey.accept(offer_key=offer.key, now=by_helper(mia, MISSED + MINUTE))
    assert fresh(call).visit_starts_at == IN_THREE_DAYS


def test_contact_details_appear_after_accepting() -> None:
    luca, mia = a_helper("Luca", level=4), a_helper("Mia")
    at = now()
    call = a_requested_call(at, starts_at=in_three_days())
    journey.decline(offer_key=open_offer(call, at).key, reason="far", now=by_helper(luca, at))
    accepted_by(mia, call, at)
    page = a_phone(mia).get(f"/app/visits/{call.id}/").content.decode()
    for detail in ("Anna Canary", "Kanarienweg", "+41791234567"):
        assert detail in page
    assert a_phone(luca).get(f"/app/visits/{call.id}/").status_code == 404


def test_the_call_is_recorded_with_its_checklist() -> None:
    luca, at = a_helper(), now()
    call = accepted_by(luca, a_requested_call(at, starts_at=in_three_days()), at)
    phone = a_phone(luca)
    page = phone.get(f"/app/visits/{call.id}/", headers={"accept-language": "en"}).content.decode()
    points = page.split("Go over it together")[1].split("</ul>")[0].replace("\xa0", " ")
    for point in ("Scope", "Wi-Fi set-up", "Price", "CHF 93.90", "Date and time", "Place", "Kanarienweg 7"):
        assert point in points
    phone.post(f"/app/visits/{call.id}/contact/", {"outcome": "no_answer"})
    assert stage(call) == Stage.ACCEPTED
    phone.post(f"/app/visits/{call.id}/contact/", {"outcome": "reached"})
    assert stage(call) == Stage.CONTACTED
    tried = call.contact_attempts.order_by("at").values_list("outcome", flat=True)
    assert list(tried) == [ContactOutcome.NO_ANSWER, ContactOutcome.REACHED]
    assert call.diary.get(step="contact").facts["gone_over"] == ["scope", "price", "date", "time", "place"]


def test_an_unanswered_attempt_is_logged() -> None:
    luca = a_helper()
    call = accepted_by(luca, a_requested_call(), NOON)
    due = queries.deadline(call, step="silent")
    for outcome in (ContactOutcome.NO_ANSWER, ContactOutcome.LEFT_MESSAGE):
        journey.log_contact(call_id=call.id, outcome=outcome, now=by_helper(luca, NOON + HOUR))
    assert list(call.contact_attempts.order_by("id").values_list("outcome", flat=True)) == ["no_answer", "left_message"]
    assert steps(call)[-2:] == ["contact_tried", "contact_tried"]
    assert stage(call) == Stage.ACCEPTED
    assert queries.deadline(fresh(call), step="silent") == due

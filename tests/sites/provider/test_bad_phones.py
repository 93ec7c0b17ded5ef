"""Bad days of phones: one is replaced in the middle of a visit, one has a clock that is two hours wrong."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import a_requested_call, by_helper
from tests.journey.bad_days import PAY, PRICE, at_bank, earned, heard, taken
from tests.sites.provider.conftest import a_phone, in_three_days
from tests.sites.provider.test_kept import a_whole_visit, ms, outcomes, tap
from tests.story import a_secured_call, accepted_by, bank_runs, fresh, signed_off, stage, steps, who_is_asked

from mila.booking.models import Offer, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.sites.now import now
from mila.visit.models import ContactOutcome, KeptTap, StepDone, VisitNote

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANNA = "anna@customers.example"


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    """A visit of Luca's for which he set out an hour ago; the money is held."""
    held = accepted_by(luca, a_secured_call(now(), starts_at=in_three_days()), now())
    journey.log_contact(call_id=held.pk, outcome=ContactOutcome.REACHED, now=by_helper(luca, now()))
    ServiceCall.objects.filter(pk=held.pk).update(visit_starts_at=now(), stage=Stage.CONFIRMED)
    journey.set_out(call_id=held.pk, now=by_helper(luca, now() - HOUR))
    held.assignments.update(accepted_at=now() - timedelta(days=1))
    return fresh(held)


def is_paid_once(call: ServiceCall) -> bool:
    signed_off(call, now())
    bank_runs(now())
    assert (stage(call), taken(), earned(), at_bank()) == (Stage.CHARGED, PRICE, PAY, 0)
    assert {"ask_to_sign_off", "send_receipt"} <= heard(call, ANNA)
    return [steps(call).count(step) for step in ("arrive", "begin_work", "finish", "sign_off", "charge")] == [1] * 5


def test_another_phone_goes_on_and_the_first_sends_what_it_kept(phone: Client, luca: Helper, call: ServiceCall) -> None:
    kept = a_whole_visit(call)  # the first phone has no network: it goes on alone, and is then put away
    other = a_phone(luca)
    assert (
        outcomes(other, [tap(call, "arrive", 47), tap(call, "badge", 46), tap(call, "begin-work", 45)])
        == ["applied"] * 3
    )
    assert outcomes(other, [tap(call, "tick", 30, code="introduce", done="1")]) == ["applied"]
    late = outcomes(phone, kept)  # it finds a network again
    assert "refused" not in late
    assert late.count("stood") >= 3
    assert stage(call) == Stage.DONE
    assert VisitNote.objects.get().words == "Router stands in the hall."
    assert StepDone.objects.count() == 3
    assert set(outcomes(other, [tap(call, "finish", 1)])) == {"stood"}
    assert is_paid_once(call)


def test_a_phone_that_is_found_after_the_end_changes_nothing(phone: Client, luca: Helper, call: ServiceCall) -> None:
    kept = a_whole_visit(call)
    other = a_phone(luca)
    assert set(outcomes(other, a_whole_visit(call))) == {"applied"}
    assert is_paid_once(call)
    before = call.diary.count()
    late = dict(zip([entry["name"] for entry in kept], outcomes(phone, kept), strict=True))
    assert late.pop("note") == "refused", "too late: it stays on the phone, which says so"
    assert set(late.values()) == {"stood"}
    assert (stage(call), taken(), earned()) == (Stage.CHARGED, PRICE, PAY)
    assert call.diary.count() == before
    assert KeptTap.objects.filter(outcome="refused").count() == 0


@pytest.mark.parametrize("wrong_by", [2 * HOUR, -2 * HOUR])
def test_a_visit_by_a_phone_whose_clock_is_two_hours_wrong(
    phone: Client, call: ServiceCall, wrong_by: timedelta
) -> None:
    visit = a_whole_visit(call)
    for entry in visit:
        entry |= {"tapped_ms": int(str(entry["tapped_ms"])) + ms_of(wrong_by), "offset_ms": -ms_of(wrong_by)}
    assert set(outcomes(phone, visit, sent_ms=str(ms(now() + wrong_by)))) == {"applied"}
    assert abs(call.diary.get(step="arrive").at - (now() - 50 * MINUTE)) < MINUTE
    assert is_paid_once(call)


def test_what_a_wrong_clock_said_is_noted_where_it_was_not_believed(phone: Client, call: ServiceCall) -> None:
    entry = tap(call, "arrive", 10)
    entry |= {"tapped_ms": ms(now() - 2 * HOUR), "offset_ms": None}
    assert outcomes(phone, [entry]) == ["applied"]  # sent at once by a clock that says it was before he set out
    row = KeptTap.objects.get()
    assert row.said_at is not None
    assert abs(row.said_at - (now() - 2 * HOUR)) < MINUTE
    assert call.diary.get(step="arrive").at >= call.since


def test_the_two_minutes_are_those_of_the_server_whatever_the_phone_says(phone: Client, luca: Helper) -> None:
    wanted = a_requested_call(now(), starts_at=in_three_days())
    assert who_is_asked(wanted, now()) == luca
    offer = Offer.objects.get(call=wanted)
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca, now()))
    offer.refresh_from_db()
    page = phone.get(f"/app/offers/{offer.key}/").content.decode()
    assert offer.due_at is not None
    assert f'data-ends-at="{offer.due_at.isoformat()[:16]}' in page, "the end as the server knows it"
    assert 'data-now="' in page, "and what time it is there: the page counts from it"
    journey.accept(offer_key=offer.key, now=by_helper(luca, offer.due_at + timedelta(seconds=1)))
    offer.refresh_from_db()
    assert offer.standing_since is not None, "a second after the server's two minutes a yes stands, and does not win"
    assert stage(wanted) == Stage.REQUESTED


def ms_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)

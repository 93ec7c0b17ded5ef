"""Calls at risk: every kind comes up by itself, the least time left first, and each can be mended by a press."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import (
    a_confirmed_call,
    a_helper,
    a_policy,
    a_requested_call,
    an_accepted_call,
    an_offer,
    by,
    by_helper,
)
from tests.sites.customer.conftest import in_three_days

from mila.booking import queries as booking
from mila.booking.models import AssignmentState, Search, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.payments.models import Hold, HoldState
from mila.sites.desk import risks
from mila.sites.now import now

pytestmark = pytest.mark.django_db
QUERIES_OF_A_PAGE = 28


def at_any_hour(*given: object, **named: object) -> Helper:
    """Return a helper who is free around the clock: what is at risk is near, at whatever hour this runs."""
    helper = a_helper(*given, **named)  # type: ignore[arg-type]
    helper.exceptions.create(kind="free", starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=2))
    return helper


def the_page(desk: Client, **asked: str) -> str:
    answer = desk.get(reverse("desk:risk"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def press(desk: Client, name: str, call: ServiceCall, **typed: object) -> None:
    answer = desk.post(reverse(f"desk:{name}", args=[call.pk]), typed)
    assert answer.status_code == 302


def soon(hours: int = 5) -> datetime:
    return (now() + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def put(call: ServiceCall, **values: object) -> ServiceCall:
    ServiceCall.objects.filter(pk=call.pk).update(**values)
    return ServiceCall.objects.get(pk=call.pk)


def kinds_of(call: ServiceCall) -> list[str]:
    return [key for row in risks.risks("", now()) if row.call.pk == call.pk for key, _name in row.kinds]


def test_when_all_is_well_the_page_says_so(desk: Client) -> None:
    a_confirmed_call(at_any_hour(), now() - timedelta(hours=1), starts_at=in_three_days())
    a_requested_call(now(), starts_at=in_three_days())
    assert "Nothing is at risk" in the_page(desk)


def test_a_call_near_its_start_without_a_helper_is_at_risk() -> None:
    assert kinds_of(a_requested_call(now(), starts_at=soon())) == ["unassigned"]


@pytest.mark.parametrize(
    ("stage", "step", "kind"),
    [
        (Stage.ACCEPTED, "silent", "not_contacted"),
        (Stage.CONTACTED, "unsure", "not_confirmed"),
        (Stage.CONFIRMED, "not_on_the_way", "not_on_the_way"),
        (Stage.ON_THE_WAY, "late", "late"),
        (Stage.STRANDED, "", "stranded"),
        (Stage.PAUSED, "", "unsecured"),
    ],
)
def test_whatever_was_missed_has_its_kind(stage: Stage, step: str, kind: str) -> None:
    call = an_accepted_call(at_any_hour(), now() - timedelta(hours=1), starts_at=soon())
    assert kinds_of(put(call, stage=stage, clock_steps_taken=[step] if step else [])) == [kind]


def test_a_visit_whose_last_hold_failed_is_at_risk_and_one_that_is_held_is_not() -> None:
    call = an_accepted_call(at_any_hour(), now() - timedelta(hours=1), starts_at=soon())
    hold = {"call": call, "amount": 100, "currency": "CHF", "attempt": 1}
    known = {field.name for field in Hold._meta.get_fields()}
    Hold.objects.create(**{name: value for name, value in hold.items() if name in known}, state=HoldState.FAILED)
    assert kinds_of(call) == ["unsecured"]


def test_the_least_time_left_comes_first_and_each_call_once(desk: Client) -> None:
    later = a_requested_call(now(), starts_at=soon(9))
    sooner = a_requested_call(now(), starts_at=soon(3))
    assert [row.call.pk for row in risks.risks("", now())] == [sooner.pk, later.pk]
    assert [chip.count for chip in risks.chips("", now())] == [2, 0, 0, 0, 0, 0, 0]


def test_the_next_best_is_named_who_was_not_asked_yet(desk: Client) -> None:
    at_any_hour("Luca")
    at_any_hour("Marco")
    call = a_requested_call(now(), starts_at=soon())
    asked = an_offer(call, now()).helper
    other = Helper.objects.exclude(pk=asked.pk).get()
    said = the_page(desk)
    assert f"Send {other.first_name} Muster (" in said
    page = desk.get(reverse("desk:assign", args=[call.pk]), {"helper": str(other.pk), "because": "unassigned"})
    assert "checked" in page.content.decode()
    assert "Nobody yet, and near" in page.content.decode()


def test_a_replacement_is_sought_by_a_press_and_taken_back_by_another(desk: Client) -> None:
    call = an_accepted_call(at_any_hour(), now() - timedelta(hours=1), starts_at=soon())
    put(call, stage=Stage.CONFIRMED, clock_steps_taken=["not_on_the_way"])
    for _twice in range(2):
        press(desk, "seek", call)
    assert Search.objects.filter(call=call, state="running", purpose="replacement").count() == 1
    assert "Stop looking" in the_page(desk)
    for _twice in range(2):
        press(desk, "keep", call)
    assert booking.running_search(call) is None
    assert call.assignments.filter(state=AssignmentState.ACTIVE).exists()


def test_the_bonus_goes_up_by_one_step_however_often_it_is_pressed(desk: Client) -> None:
    a_policy(bonus_step=500, bonus_most=900)
    luca = at_any_hour("Luca")
    call = a_requested_call(now(), starts_at=soon())
    offer = an_offer(call, now())
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca, now()))
    journey.decline(offer_key=offer.key, reason="pay", now=by_helper(luca, now()))
    assert "5.00" in desk.get(reverse("desk:bonus", args=[call.pk])).content.decode()
    for _twice in range(2):
        press(desk, "bonus", call, upto="500")
    search = Search.objects.get(call=call)
    assert search.bonus == 500
    press(desk, "bonus", call, upto="1000")
    search.refresh_from_db()
    assert search.bonus == 500
    journey.move_search(call_id=call.id, now=by(Who.CLOCK, now()))
    assert call.offers.filter(bonus=500, helper=luca).exists()


def test_a_call_that_has_ended_refuses_in_words(desk: Client) -> None:
    call = a_requested_call(now(), starts_at=soon())
    put(call, stage=Stage.CANCELLED)
    call.searches.update(state="ended", ended_at=now(), due_at=None)
    for name in ("seek", "keep", "propose", "bonus"):
        answer = desk.post(reverse(f"desk:{name}", args=[call.pk]), {"upto": "x"}, follow=True)
        assert answer.status_code == 200


def test_the_page_costs_the_same_for_many_calls(desk: Client) -> None:
    at_any_hour()
    for _each in range(4):
        an_offer(a_requested_call(now(), starts_at=soon()), now()).delete()
    with CaptureQueriesContext(connection) as seen:
        the_page(desk)
    assert len(seen) <= QUERIES_OF_A_PAGE


@pytest.mark.parametrize("kind", risks.KINDS)
def test_every_kind_is_found_by_an_index(kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = risks.at_risk(kind, now()).order_by().explain()
    assert "Seq Scan on booking_servicecall" not in plan

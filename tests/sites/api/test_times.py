"""Another time, handed on by a program; and how often a program may ask."""

from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from tests.factories import a_brand, an_accepted_call
from tests.sites.api.conftest import Program, a_key, an_order, bookable, problem

from mila.booking.models import TimeProposal
from mila.crowd.models import Helper
from mila.partners.models import Scope
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def a_held_call() -> str:
    start = datetime.fromisoformat(str(an_order()["time"]["starts_at"]))
    return str(an_accepted_call(Helper.objects.get(), now(), starts_at=start).id)


def test_another_time_is_asked_of_the_helper_once(program: Program) -> None:
    call = a_held_call()
    wished = next(one for one in program.get(f"/calls/{call}/times").json()["times"] if one["same_helper"])
    body = {"starts_at": wished["starts_at"]}
    first, answer = (program.post(f"/calls/{call}/reschedule", body, key="once") for _time in range(2))
    assert first.json() == answer.json()
    assert answer.json()["time_change"]["state"] == "asked"
    assert answer.json()["time"]["starts_at"] != wished["starts_at"]
    assert TimeProposal.objects.count() == 1


def test_a_second_request_is_a_conflict_of_its_own(program: Program) -> None:
    call = a_held_call()
    first, second = program.get(f"/calls/{call}/times").json()["times"][:2]
    program.post(f"/calls/{call}/reschedule", {"starts_at": first["starts_at"]})
    answer = program.post(f"/calls/{call}/reschedule", {"starts_at": second["starts_at"]})
    assert problem(answer, 409) == "already_asked"
    taken_back = program.post(f"/calls/{call}/reschedule/answer", {"answer": "withdraw"})
    assert taken_back.json()["time_change"] is None
    assert problem(program.post(f"/calls/{call}/reschedule/answer", {"answer": "keep"}), 409) == "nothing_asked"


def test_reading_keys_cannot_reschedule(program: Program) -> None:
    call = a_held_call()
    reader = Program(a_key(a_brand(), Scope.CALLS_READ))
    body = {"starts_at": (now() + timedelta(days=4)).isoformat()}
    assert problem(reader.post(f"/calls/{call}/reschedule", body), 403) == "scope_missing"


def test_three_preferred_slots_and_a_time_to_be_agreed_can_be_booked(program: Program) -> None:
    slots = [datetime.fromisoformat(an_order()["time"]["starts_at"]) + timedelta(days=day) for day in range(3)]
    wished = {"wish": "preferred", "starts": [slot.isoformat() for slot in slots]}
    assert program.post("/calls", an_order(time=wished)).json()["time"]["wish"] == "preferred"
    assert program.post("/calls", an_order(time={"wish": "to_agree"})).json()["time"]["starts_at"] is None


def test_the_docs_name_the_conflicts(program: Program) -> None:
    page = program.client.get("/api/docs/").content.decode()
    assert "already_asked" in page
    assert "too_late_to_seek" in page


@override_settings(MILA_API_PER_MINUTE=1)
def test_a_key_that_asks_too_often_waits_and_others_do_not() -> None:
    bookable()
    hasty, calm = Program(a_key(a_brand())), Program(a_key(a_brand()))
    answers = [hasty.get("/catalogue?country=CH") for _time in range(6)]
    answers = [answers[0], next(one for one in answers if one.status_code == 429)]  # a minute may end meanwhile
    assert answers[0].status_code == 200
    assert problem(answers[-1], 429) == "too_many_requests"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["RateLimit-Policy"] == '"minute";q=1;w=60'
    assert calm.get("/catalogue?country=CH").status_code == 200

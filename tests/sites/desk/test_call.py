"""One call at the desk: the whole story in plain words, and the steps in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import NOON, a_done_call, a_helper, a_requested_call, an_accepted_call, an_offer, by, by_helper

from mila.booking import queries as booking
from mila.booking.models import AssignmentState, Search, ServiceCall, Stage
from mila.crowd.models import HelperState
from mila.journey import actions as journey
from mila.journey.lifecycle import LIFE
from mila.kernel.occasion import Who
from mila.sites.desk import words
from mila.sites.desk.sentences import SENTENCES

pytestmark = pytest.mark.django_db

NOTES = {"book", "search_opened", "offer_made", "offer_seen", "offer_unreached", "offer_expired", "offer_declined"}
NOTES |= {"yes_standing", "yes_withdrawn", "nobody_left_to_ask", "contact_tried", "rated", "clock_failed"}
NOTES |= {"follow_up_asked", "follow_up_confirmed", "follow_up_declined", "follow_up_lapsed", "follow_up_withdrawn"}
NOTES |= {"follow_up_overtaken", "follows", "one_alone_cannot", "others_welcome"}
NOTES |= {"rung_climbed", "bonus_offered", "search_rests", "link_used", "terms_kept"}
QUERIES_OF_A_CALL = 22


def shown(desk: Client, call: ServiceCall, **asked: str) -> str:
    answer = desk.get(reverse("desk:call", args=[call.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def stage_of(call: ServiceCall) -> str:
    return ServiceCall.objects.get(pk=call.pk).stage


def press(desk: Client, step: str, call: ServiceCall, **typed: object) -> Any:
    return desk.post(reverse(f"desk:{step}", args=[call.pk]), typed)


def stranded(call: ServiceCall) -> ServiceCall:
    ServiceCall.objects.filter(pk=call.pk).update(stage=Stage.STRANDED, due_at=None, due_step="")
    call.assignments.update(state=AssignmentState.RELEASED, ended_at=NOON)
    return call


def test_every_step_and_note_of_the_diary_has_its_sentence() -> None:
    assert {step.name for step in LIFE.steps} | NOTES <= set(SENTENCES)


def test_every_deadline_and_stage_has_its_words() -> None:
    assert {step.name for step in LIFE.steps if step.due} <= set(words.DUE)
    assert set(Stage) == set(words.STAGES)


def test_the_diary_names_who_was_asked_and_what_came_of_it(desk: Client) -> None:
    helper = a_helper()
    call = a_requested_call()
    offer = an_offer(call)
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper))
    journey.decline(offer_key=offer.key, reason="too_far", now=by_helper(helper))
    said = shown(desk, call)
    assert "Offer to Luca Muster, rank 1" in said
    assert "Luca Muster sees the offer" in said
    assert "Luca Muster declined" in said
    assert "too_far" in said


def test_why_shows_every_candidate_and_what_was_missing(desk: Client) -> None:
    a_helper("Luca")
    a_helper("Marco", level=1)
    call = a_requested_call()
    an_offer(call)
    said = shown(desk, call)
    assert "every requirement was met by 1 of 2" in said
    assert "Marco Muster" in said
    assert "Skills: wifi: 1" in said
    assert "needed: wifi: 2" in said


def test_an_earlier_round_can_be_looked_at(desk: Client) -> None:
    a_helper()
    call = a_requested_call()
    journey.acknowledge(offer_key=an_offer(call).key, now=by_helper(a_helper_of(call)))
    journey.move_search(call_id=call.id, now=by(Who.CLOCK, NOON + timedelta(minutes=5)))
    search = Search.objects.get(call=call)
    assert search.rounds > 1
    assert "Round 1:" in shown(desk, call, round=f"{search.pk}.1")
    assert f"Round {search.rounds}:" in shown(desk, call, round="no.such.round")


def a_helper_of(call: ServiceCall) -> Any:
    offer = booking.exclusive_offer(call)
    assert offer is not None
    return offer.helper


def test_a_finished_visit_shows_people_price_and_money(desk: Client) -> None:
    call = a_done_call(a_helper())
    said = shown(desk, call)
    for part in ("Kanarienweg 7", "Anna Canary", "Hund heisst Zitrone", "4242", "Luca Muster", "93.90", "Diary"):
        assert part in said


def test_the_page_of_a_call_asks_the_database_a_bounded_number_of_times(desk: Client) -> None:
    call = a_done_call(a_helper())
    shown(desk, call)
    with CaptureQueriesContext(connection) as asked:
        shown(desk, call)
    assert len(asked) <= QUERIES_OF_A_CALL


def test_what_moves_is_answered_alone(desk: Client) -> None:
    call = a_requested_call()
    answer = desk.get(reverse("desk:live", args=[call.pk])).content.decode()
    assert call.order_number in answer
    assert "<html" not in answer


def test_an_unknown_call_and_a_broken_address_find_nothing(desk: Client) -> None:
    for step in ("call", "live", "assign", "cancel", "take_away", "search_anew", "write_off"):
        assert desk.get(reverse(f"desk:{step}", args=[uuid4()])).status_code == 404
    assert desk.get("/desk/calls/nonsense/").status_code == 404


def test_a_helper_sees_no_call_at_the_desk(client: Client) -> None:
    helper = a_helper()
    call = an_accepted_call(helper)
    client.force_login(helper.account)
    assert client.get(reverse("desk:call", args=[call.pk])).status_code == 404
    assert client.post(reverse("desk:cancel", args=[call.pk]), {"reason": "mine"}).status_code == 404
    assert stage_of(call) == Stage.ACCEPTED


def test_the_desk_assigns_a_helper_with_a_reason(desk: Client) -> None:
    helper = a_helper()
    call = a_requested_call()
    answer = press(desk, "assign", call, helper=helper.pk, reason="Knows the house")
    assert answer.status_code == 302
    held = booking.active_assignment(call)
    assert held is not None
    assert held.helper == helper
    said = shown(desk, call)
    assert "Luca Muster assigned by the desk" in said
    assert "Knows the house" in said
    assert "Dana (the desk)" in said


def test_the_same_press_twice_assigns_once(desk: Client) -> None:
    helper = a_helper()
    call = a_requested_call()
    for _press in range(2):
        assert press(desk, "assign", call, helper=helper.pk, reason="Twice").status_code == 302
    assert call.assignments.count() == 1


def test_assigning_offers_the_last_round_and_finds_others_by_name(desk: Client) -> None:
    a_helper("Luca")
    a_helper("Sara", tier="pro")
    call = a_requested_call()
    an_offer(call)
    address = reverse("desk:assign", args=[call.pk])
    everybody = desk.get(address).content.decode()
    assert "rank 1" in everybody
    assert "Sara Muster" in everybody
    found = desk.get(address, {"q": "sara"}).content.decode()
    assert "Sara Muster" in found
    assert "Luca Muster" not in found
    assert "No active helper found" in desk.get(address, {"q": "\0%nobody"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose a helper."),
        ({"helper": "nonsense", "reason": "x"}, "Choose a helper from the list."),
        ({"helper": str(uuid4()), "reason": "x"}, "Choose a helper from the list."),
        ({"helper": str(uuid4())}, "Please say why"),
        ({"helper": str(uuid4()), "reason": "x" * 999}, "200 characters"),
    ],
)
def test_a_bad_choice_is_said_beside_the_form(desk: Client, typed: dict[str, str], said: str) -> None:
    a_helper()
    call = a_requested_call()
    answer = press(desk, "assign", call, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert stage_of(call) == Stage.REQUESTED


def test_a_suspended_helper_is_refused_beside_the_form(desk: Client) -> None:
    helper = a_helper()
    helper.state = HelperState.SUSPENDED
    helper.save()
    call = a_requested_call()
    answer = press(desk, "assign", call, helper=helper.pk, reason="Still")
    assert answer.status_code == 422
    assert "not active" in answer.content.decode()
    assert stage_of(call) == Stage.REQUESTED


@pytest.mark.parametrize("step", ["cancel", "take_away", "write_off"])
def test_a_step_without_a_reason_is_not_taken(desk: Client, step: str) -> None:
    call = an_accepted_call(a_helper())
    answer = press(desk, step, call, reason="  ")
    assert answer.status_code == 422
    assert "Please say why" in answer.content.decode()
    assert stage_of(call) == Stage.ACCEPTED


def test_the_desk_cancels_with_a_reason(desk: Client) -> None:
    call = an_accepted_call(a_helper())
    assert press(desk, "cancel", call, reason="Customer <moved>").status_code == 302
    assert stage_of(call) == Stage.CANCELLED
    said = shown(desk, call)
    assert "Customer &lt;moved&gt;" in said
    assert "hx-get" not in said


def test_cancelling_again_is_refused_in_words(desk: Client) -> None:
    call = an_accepted_call(a_helper())
    press(desk, "cancel", call, reason="Once")
    answer = press(desk, "cancel", call, reason="Twice")
    assert answer.status_code == 409
    assert "moved on" in answer.content.decode()


def test_the_desk_takes_a_call_away_and_a_search_begins(desk: Client) -> None:
    call = an_accepted_call(a_helper())
    assert press(desk, "take_away", call, reason="Broke a leg").status_code == 302
    assert stage_of(call) == Stage.REQUESTED
    assert booking.active_assignment(ServiceCall.objects.get(pk=call.pk)) is None


def test_a_stranded_call_is_searched_anew(desk: Client) -> None:
    call = stranded(an_accepted_call(a_helper()))
    assert "Stranded without a helper" in shown(desk, call)
    assert press(desk, "search_anew", call, reason="The helper did not come").status_code == 302
    assert stage_of(call) == Stage.REQUESTED


def test_only_steps_that_the_table_allows_are_shown(desk: Client) -> None:
    said = shown(desk, an_accepted_call(a_helper()))
    assert "Take it away from the helper" in said
    assert "Write the debt off" not in said
    assert "Search anew" not in said

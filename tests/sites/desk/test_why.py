"""The desk's page of a round: everybody a page at a time, a helper by name, what they answered, judged again."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import a_helper, a_requested_call, an_offer, by_helper

from mila.booking.models import ServiceCall
from mila.dispatch.models import Decision
from mila.journey import actions as journey
from mila.sites.desk import why
from mila.sites.desk.pages import rounds

pytestmark = pytest.mark.django_db


def the_round(desk: Client, call: ServiceCall, **asked: str) -> str:
    decision = Decision.objects.get(search__call=call)
    answer = desk.get(reverse("desk:round", args=[call.pk, decision.search_id, decision.round]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_is_there_with_points_version_and_answer(desk: Client) -> None:
    luca = a_helper("Luca")
    a_helper("Marco", level=1)
    call = a_requested_call()
    offer = an_offer(call)
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca))
    journey.decline(offer_key=offer.key, reason="", now=by_helper(luca))
    said = the_round(desk, call)
    for shown in (
        "Luca Muster",
        "Marco Muster",
        "Points: version 1",
        "declined",
        'class="of-stars"',
        "Skills: wifi: 1",
    ):
        assert shown in said


def test_pages_follow_each_other(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Luca", "Marco", "Sara"):
        a_helper(name)
    monkeypatch.setattr(rounds, "CANDIDATES_SHOWN", 2)
    monkeypatch.setattr(why.said_of, "__kwdefaults__", {"count": 2})
    call = a_requested_call()
    an_offer(call)
    first, second = the_round(desk, call), the_round(desk, call, **{"from": "2"})
    assert first.count("Muster</th>") + first.count("Muster <span") == 2
    assert second.count("Muster <span") == 1
    assert "Next page" in first
    assert "Page before" in second


def test_a_helper_is_found_by_name_or_said_not_to_have_been_looked_at(desk: Client) -> None:
    a_helper("Luca")
    a_helper("Marco")
    call = a_requested_call()
    an_offer(call)
    said = the_round(desk, call, q="marco")
    assert "Marco Muster" in said
    assert "Luca Muster" not in said
    assert "Not looked at in this round" in the_round(desk, call, q="Zoe")


def test_a_round_can_be_judged_again(desk: Client) -> None:
    a_helper("Luca")
    call = a_requested_call()
    an_offer(call)
    assert "Judged again: the same" in the_round(desk, call, again="1")


@pytest.mark.parametrize("start", ["-1", "x", "99999999999999", "²", "900000"])
def test_any_page_can_be_asked_for(desk: Client, start: str) -> None:
    a_helper("Luca")
    call = a_requested_call()
    an_offer(call)
    the_round(desk, call, **{"from": start})


def test_a_round_of_another_call_is_not_there(desk: Client) -> None:
    a_helper("Luca")
    call, other = a_requested_call(), a_requested_call()
    an_offer(call)
    decision = Decision.objects.get(search__call=call)
    address = reverse("desk:round", args=[other.pk, decision.search_id, decision.round])
    assert desk.get(address).status_code == 404

"""The desk drafts the points anew, sees what would change, and somebody else activates them."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import a_helper, a_requested_call, an_account
from tests.story import clock_runs

from mila.accounts.models import DeskSeat
from mila.dispatch.models import Weights
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def drafted(desk: Client, **values: object) -> Weights:
    first = Weights.objects.get(version=1)
    answer = desk.post("/desk/points/new/", {**first.values, "reason": "More for levels", **values})
    assert answer.status_code == 302, answer.content.decode()
    return Weights.objects.get(version=2)


def test_one_drafts_and_another_activates(desk: Client) -> None:
    a_helper("Near")
    a_helper("Skilled", level=4, at=(46.99, 7.6))
    a_requested_call(now(), starts_at=(now() + timedelta(days=3)).replace(hour=13))
    clock_runs(now())
    draft = drafted(desk, level=200)
    page = f"/desk/points/{draft.pk}/"
    assert "Somebody else has to activate it" in desk.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    compared = desk.get(f"{page}compared/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Skilled Muster instead of Near Muster" in compared
    assert "<h1>What would have changed</h1>" in compared  # without script it is a page of its own
    part = desk.get(f"{page}compared/", headers={"hx-request": "true", "accept-language": "en"}).content.decode()
    assert "instead of" in part
    assert "<h1>" not in part
    moment = (now() + timedelta(days=15)).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(page, {"holds_from": moment}).status_code == 403
    carl = an_account("carl@mila.example")
    DeskSeat.objects.create(account=carl, name="Carl", role="admin")
    desk.force_login(carl)
    assert desk.post(page, {"holds_from": moment}).status_code == 302
    draft.refresh_from_db()
    assert draft.activated_by == carl
    assert draft.holds_from is not None


def test_a_value_out_of_its_bounds_stands_beside_its_field(desk: Client) -> None:
    first = Weights.objects.get(version=1)
    for wrong in ({"stars": 0}, {"newcomer": 100}, {"travel": "much"}):
        answer = desk.post("/desk/points/new/", {**first.values, "reason": "Test", **wrong})
        assert answer.status_code == 422
        assert f"id_{next(iter(wrong))}_error" in answer.content.decode()
    assert Weights.objects.count() == 1


def test_a_draft_can_be_changed_and_thrown_away(desk: Client) -> None:
    draft = drafted(desk)
    assert desk.get("/desk/points/").status_code == 200
    changed = {**draft.values, "tier": 3, "reason": "Less for tiers"}
    assert desk.post(f"/desk/points/{draft.pk}/edit/", changed).status_code == 302
    draft.refresh_from_db()
    assert draft.values["tier"] == 3
    desk.post(f"/desk/points/{draft.pk}/discard/")
    assert not Weights.objects.filter(version=2).exists()
    assert desk.get(f"/desk/points/{Weights.objects.get().pk}/edit/").status_code == 404


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "How helpers are ranked"),
        ("de", "Wie die Reihenfolge entsteht"),
        ("fr", "Comment l’ordre est établi"),
        ("it", "Come si forma l’ordine"),
    ],
)
def test_the_notice_is_made_from_what_is_in_force(desk: Client, language: str, heading: str) -> None:
    drafted(desk, travel=1)
    a_requested_call(now(), starts_at=now() + timedelta(days=3))
    page = Client().get("/ranking/", HTTP_ACCEPT_LANGUAGE=language)
    text = page.content.decode()
    assert page.status_code == 200
    assert heading in text
    assert "160" in text  # points that stars can win by the version in force; the draft is not published
    assert text.count('<th scope="row">') == 1

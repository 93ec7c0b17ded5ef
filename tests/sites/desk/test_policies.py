"""The desk writes how helpers are sought; who did so, and when, is kept."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import a_brand, a_helper, a_price, a_requested_call, an_offer, by_helper
from tests.story import fresh

from mila.crowd.actions import go_available
from mila.dispatch.arrivals import arrival_error, error_of
from mila.journey import actions as journey
from mila.partners.models import SearchPolicy
from mila.sites.now import now
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_new_version_holds_from_now_on_and_the_old_one_is_kept(desk: Client) -> None:
    a_price(a_brand())
    assert desk.get("/desk/search/").status_code == 200
    page = desk.get("/desk/search/CH/-/")
    given = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    given |= {"mode": "wave", "bonus_step": "5", "bonus_most": "15.50", "place_bonus": "1", "place_second_area": "2"}
    given["place_other_tier"] = "0"
    given.pop("brand_pays_bonus")
    refused = desk.post("/desk/search/CH/-/", {**given, "bonus_most": "3"})
    assert refused.status_code == 422
    assert desk.post("/desk/search/CH/-/", given).status_code == 302
    newest = SearchPolicy.objects.latest("holds_from")
    assert (newest.mode, newest.bonus_step, newest.bonus_most) == ("wave", 500, 1550)
    assert newest.ladder[:3] == ["own_area", "bonus", "second_area"]
    assert newest.made_by is not None
    assert SearchPolicy.objects.count() == 2


def test_the_desk_sees_who_is_available_now_and_where_within_a_kilometre(desk: Client) -> None:
    here, later = a_helper("Luca"), now() + timedelta(hours=2)
    for helper in (here, a_helper("Sara", tier="pro")):
        go_available(helper=helper, until=later, position=helper.home)
    go_available(helper=a_helper("Away", at=(46.2, 6.15)), until=now() - MINUTE, position=None)
    page = desk.get("/desk/search/now/?country=CH")
    (area,) = page.context["found"].areas
    assert (area.helpers, area.friends, area.pros, list(area.names)) == (2, 1, 1, ["Luca", "Sara"])
    assert str(here.latitude) not in page.content.decode()
    assert "Away" not in page.content.decode()


def test_the_error_of_promised_arrivals_is_measured() -> None:
    luca, at = a_helper("Luca"), now()
    go_available(helper=luca, until=at + timedelta(hours=2), position=None)
    call = a_requested_call(at, starts_at=None)
    offer = an_offer(call, at)
    journey.accept(offer_key=offer.key, now=by_helper(luca, at))
    promised = fresh(call).visit_starts_at
    assert promised is not None
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca, at))
    journey.set_out(call_id=call.id, now=by_helper(luca, at))
    journey.arrive(call_id=call.id, now=by_helper(luca, promised + 7 * MINUTE))
    found = arrival_error(since=at - MINUTE)
    assert found is not None
    assert (found.calls, found.median, found.p90) == (1, 7, 7)


def test_the_median_and_the_worst_of_nine_in_ten() -> None:
    found = error_of([9, 1, 2, 3, 4, 5, 6, 7, 8, 100])
    assert found is not None
    assert (found.median, found.p90) == (5, 9)
    assert error_of([]) is None

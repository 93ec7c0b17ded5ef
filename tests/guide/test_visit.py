"""Guide: the visit, from what to bring to tidying up."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import IN_THREE_DAYS, a_confirmed_call, a_helper, a_requested_call, by_helper
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import stage

from mila.booking.models import Stage
from mila.journey import actions as journey
from mila.journey.conditions import ChecklistOpen
from mila.sites.now import now
from mila.visit.queries import checklist

pytestmark = pytest.mark.django_db


def test_the_helper_sees_contents_tools_and_notes() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    page = a_phone(luca).get(f"/app/visits/{call.id}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for text in ("Router set up", "Laptop", "Hund heisst Zitrone"):
        assert text in page


def test_the_client_knows_who_comes() -> None:
    luca = a_helper()
    searching = a_requested_call(now(), starts_at=in_three_days())
    before = Client().get(f"/s/{searching.status_key}/").content.decode()
    call = a_confirmed_call(luca, now(), starts_at=in_three_days() + timedelta(days=1))
    after = Client().get(f"/s/{call.status_key}/").content.decode()
    assert "Luca" in after
    for unknown in ("Luca", "Muster", luca.phone):
        assert unknown not in before


def test_the_visit_begins_with_introduction_and_going_over_the_work() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    then = by_helper(luca, IN_THREE_DAYS)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    assert call.diary.get(step="arrive").at == IN_THREE_DAYS
    assert checklist(call)[0].code == "introduce"


def test_no_call_is_complete_without_the_tutorial() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    then = by_helper(luca, IN_THREE_DAYS)
    for step in (journey.set_out, journey.arrive, journey.begin_work):
        step(call_id=call.id, now=then)
    for row in checklist(call):
        if not row.tutorial:
            journey.tick(call_id=call.id, code=row.code, now=then)
    with pytest.raises(ChecklistOpen, match="still open"):
        journey.finish(call_id=call.id, now=then)
    journey.tick(call_id=call.id, code="tutorial", now=then)
    journey.finish(call_id=call.id, now=then)
    assert stage(call) == Stage.DONE

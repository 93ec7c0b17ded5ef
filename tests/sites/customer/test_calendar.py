"""The visit as a file for the customer's own calendar."""

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar
from tests.factories import a_requested_call
from tests.sites.customer.conftest import in_three_days

from mila.crowd.models import Helper
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def test_the_visit_is_an_event_of_its_window_and_its_work(anna: Client, luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    page = f"/s/{call.status_key}/visit.ics"
    assert page in anna.get(f"/s/{call.status_key}/").content.decode()
    answer = anna.get(page)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["dtstart"].dt == in_three_days()
    assert event["duration"].dt == timedelta(minutes=90)
    assert "Kanarienweg 7" in event["location"]
    assert anna.get("/s/unknown/visit.ics").status_code == 404

"""The visit as a file for the customer's own calendar."""

import pytest
from django.test import Client
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
    said = answer.content.decode().replace("\r\n ", "")
    assert f"DTSTART:{in_three_days():%Y%m%dT%H%M%SZ}" in said
    assert "DURATION:PT1H30M" in said
    assert "Kanarienweg 7" in said
    assert anna.get("/s/unknown/visit.ics").status_code == 404

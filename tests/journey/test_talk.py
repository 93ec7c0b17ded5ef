"""Helper and client write to one another: from acceptance on, in both languages, and nobody else reads it."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import NOON, a_done_call, a_helper, a_requested_call, an_accepted_call, by, by_helper
from tests.sites.customer.conftest import in_three_days
from tests.sites.desk.conftest import desk
from tests.sites.provider.conftest import a_phone
from tests.story import accepted_by, signed_off, steps, told

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now
from mila.visit.actions import LineMissing, TalkClosed, TooManyLines
from mila.visit.actions.talk import LINES_AN_HOUR, PasswordSaid
from mila.visit.models import TalkLine

pytestmark = pytest.mark.django_db

__all__ = ["desk"]

MINUTE = timedelta(minutes=1)


def helper_says(
    helper: Helper, call: ServiceCall, text: str = "", phrase: str = "", after: timedelta = MINUTE
) -> TalkLine:
    at = by_helper(helper, call.since + after)
    return journey.write_to_client(call_id=call.id, phrase=phrase, text=text, language="de", now=at)


def client_says(call: ServiceCall, text: str = "", phrase: str = "", after: timedelta = MINUTE) -> TalkLine:
    at = by(Who.CUSTOMER, call.since + after)
    return journey.write_to_helper(call_id=call.id, phrase=phrase, text=text, language="fr", now=at)


def test_a_phrase_is_read_in_the_other_s_language() -> None:
    luca, at = a_helper(), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    phone, page = a_phone(luca), Client()
    phone.post(f"/app/visits/{call.id}/talk/", {"phrase": "where_park"}, headers={"accept-language": "de"})
    status = page.get(f"/s/{call.status_key}/", headers={"accept-language": "en"}).content.decode()
    assert "1 new" in status
    shown = page.get(f"/s/{call.status_key}/talk/", headers={"accept-language": "en"}).content.decode()
    assert "Where can I park?" in shown
    page.post(f"/s/{call.status_key}/talk/", {"text": "Hinter dem Haus <b>links</b>."})
    seen = phone.get(f"/app/visits/{call.id}/talk/", headers={"accept-language": "en"}).content.decode()
    assert "Hinter dem Haus &lt;b&gt;links&lt;/b&gt;." in seen
    assert "read" in seen.split("Where can I park?")[1].split("</li>")[0]


def test_a_notice_never_holds_what_was_written_and_comes_once() -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    helper_says(luca, call, "Der Schlüssel liegt unter der Matte.")
    helper_says(luca, call, "Noch etwas.", after=2 * MINUTE)
    client_says(call, "Gut.")
    (letter,) = told(call, "tell_customer_of_line")
    (word,) = told(call, "tell_helper_of_line")
    assert "Schlüssel" not in letter.subject + letter.text + letter.html
    assert "Gut" not in word.subject + word.text
    helper_says(luca, call, "Später.", after=40 * MINUTE)
    assert len(told(call, "tell_customer_of_line")) == 2


def test_nobody_writes_before_acceptance() -> None:
    call = a_requested_call()
    with pytest.raises(TalkClosed):
        client_says(call, "Hallo?")
    assert Client().get(f"/s/{call.status_key}/talk/").status_code == 302


def test_who_comes_instead_does_not_read_the_former_talk() -> None:
    luca, at = a_helper("Luca", level=4), now()
    call = an_accepted_call(luca, at, starts_at=in_three_days())
    helper_says(luca, call, "Nur für Anna.")
    mia = a_helper("Mia", level=3)
    journey.drop_out(call_id=call.id, reason="ill", now=by_helper(luca, at + 2 * MINUTE))
    accepted_by(mia, call, at + 3 * MINUTE)
    assert a_phone(luca).get(f"/app/visits/{call.id}/talk/").status_code == 404
    with pytest.raises(journey.NotYourVisit):
        helper_says(luca, call, "Noch da?")
    assert "Nur für Anna" not in a_phone(mia).get(f"/app/visits/{call.id}/talk/").content.decode()


def test_the_talk_closes_three_days_after_the_visit() -> None:
    luca = a_helper()
    call = a_done_call(luca)
    call = signed_off(call, call.since)
    client_says(call, "Danke!", after=timedelta(days=2))
    with pytest.raises(TalkClosed):
        client_says(call, "Noch eine Frage.", after=timedelta(days=3))


def test_what_is_not_written() -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    for empty in ("", "   "):
        with pytest.raises(LineMissing):
            client_says(call, empty)
    with pytest.raises(PasswordSaid):
        client_says(call, "Das WLAN-Passwort ist: Zitrone-2026!")
    for _ in range(LINES_AN_HOUR):
        client_says(call, "Hallo")
    with pytest.raises(TooManyLines):
        client_says(call, "Hallo")
    assert TalkLine.objects.filter(at__lt=NOON).count() == 0


def test_the_desk_reads_it_for_a_reason_that_stays(desk: Client) -> None:
    luca = a_helper()
    call = an_accepted_call(luca)
    helper_says(luca, call, "Nur für Anna.")
    page = f"/desk/calls/{call.id}/talk/"
    assert "Nur für Anna" not in desk.get(page).content.decode()
    assert desk.post(page, {"reason": ""}).status_code == 422
    assert "Nur für Anna." in desk.post(page, {"reason": "Fall 7"}).content.decode()
    assert "talk_read" in steps(call)

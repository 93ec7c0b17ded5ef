"""A visit on the phone, from the first call to the pay."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from tests.factories import a_confirmed_call, a_done_call, a_helper, an_accepted_call, by
from tests.sites.provider.conftest import a_phone, in_three_days

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now
from mila.visit import actions as visits
from mila.visit.models import CodePurpose

pytestmark = pytest.mark.django_db


def soon(luca: Helper) -> ServiceCall:
    """Return a confirmed visit of Luca's that begins within the hour."""
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now() + timedelta(minutes=50))
    return call


def stage(call: ServiceCall) -> str:
    return ServiceCall.objects.get(pk=call.pk).stage


def text(phone: Client, call: ServiceCall) -> str:
    answer = phone.get(f"/app/visits/{call.id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_call_to_the_sign_off_one_button_at_a_time(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    url = f"/app/visits/{call.id}/"
    assert "Call the client by" in text(phone, call)
    phone.post(url + "contact/", {"outcome": "no_answer"})
    assert "no answer" in text(phone, call)
    assert stage(call) == Stage.ACCEPTED
    phone.post(url + "contact/", {"outcome": "reached"})
    assert "Confirm by" in text(phone, call)
    phone.post(url + "step/confirm/")
    assert "You can set out from" in text(phone, call)
    assert "too early" in phone.post(url + "step/set-out/", follow=True).content.decode()
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now() + timedelta(minutes=50))
    phone.post(url + "step/set-out/")
    assert "expects you at" in text(phone, call)
    phone.post(url + "step/arrive/")
    assert "Wi-Fi password" in text(phone, call)
    assert "type the client" in phone.post(url + "step/begin-work/", follow=True).content.decode()
    phone.post(url + "client-code/", {"code": call.assignments.get().introduction.client_code})
    phone.post(url + "step/begin-work/")
    assert "Tutorial" in text(phone, call)
    assert "still open" in phone.post(url + "step/finish/", follow=True).content.decode()
    for code in ("introduce", "tutorial", "tidy_up"):
        phone.post(url + "tick/", {"code": code, "done": "1"})
    phone.post(url + "step/finish/")
    assert "/qr.svg" in text(phone, call)
    assert stage(call) == Stage.DONE


def test_a_tap_ticks_and_a_second_tap_takes_it_back(phone: Client, luca: Helper) -> None:
    call = soon(luca)
    url = f"/app/visits/{call.id}/"
    for step in ("set-out", "arrive", "begin-work"):
        if step == "begin-work":
            phone.post(url + "badge/")
        phone.post(f"{url}step/{step}/")
    htmx = {"HX-Request": "true"}
    ticked = phone.post(url + "tick/", {"code": "introduce", "done": "1"}, headers=htmx).content.decode()
    assert ticked.count('aria-checked="true"') == 1
    assert ticked.index("Introduce") < ticked.index("Tidy up")
    untied = phone.post(url + "tick/", {"code": "introduce", "done": "0"}, headers=htmx).content.decode()
    assert 'aria-checked="true"' not in untied
    assert phone.post(url + "tick/", {"code": "\0", "done": "0"}).status_code == 302
    unknown = phone.post(url + "tick/", {"code": "x" * 400, "done": "1"}, headers=htmx)
    assert unknown.headers["HX-Refresh"] == "true"
    assert "not on the checklist" in text(phone, call)


def test_the_code_to_scan_opens_the_customer_s_page_and_is_the_helper_s_alone(phone: Client, luca: Helper) -> None:
    call = a_done_call(luca, now(), starts_at=in_three_days())
    drawn = phone.get(f"/app/visits/{call.id}/qr.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    assert a_phone(a_helper("Sara")).get(f"/app/visits/{call.id}/qr.svg").status_code == 404


def test_after_the_sign_off_the_page_goes_on_and_says_what_is_earned(phone: Client, luca: Helper) -> None:
    call = a_done_call(luca, now(), starts_at=in_three_days())
    assert phone.get(f"/app/visits/{call.id}/live/?was=done.active").status_code == 204
    sign_off(call)
    assert phone.get(f"/app/visits/{call.id}/live/?was=done.active").headers["HX-Refresh"] == "true"
    page = text(phone, call)
    assert "Thank you!" in page
    assert "71.20" in page
    assert "Kanarienweg" not in page
    money = phone.get("/app/earnings/").content.decode()
    month = now().astimezone(ZoneInfo("Europe/Zurich"))
    for shown in ("89.00", "17.80", "71.20", call.order_number, f'?month={month:%Y-%m}" aria-current="page"'):
        assert shown in money


def test_giving_a_visit_back_needs_a_reason(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    asked = phone.post(f"/app/visits/{call.id}/drop-out/", follow=True).content.decode()
    assert "choose a reason" in asked
    given = phone.post(f"/app/visits/{call.id}/drop-out/", {"reason": "ill"}, follow=True).content.decode()
    assert "You have given it back" in given
    assert "Kanarienweg" not in given
    assert stage(call) == Stage.REQUESTED


def test_a_cancelled_visit_says_so_without_the_customer_s_data(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    journey.cancel(call_id=call.id, shown_cost=0, code="", now=by(Who.CUSTOMER, now()))
    page = text(phone, call)
    assert "was cancelled" in page
    assert "Canary" not in page


def test_a_missed_call_to_the_client_is_said(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=call.pk).update(since=now() - timedelta(hours=13))
    assert "A replacement is being sought" in text(phone, call)
    assert "Late" in phone.get("/app/").content.decode()


@pytest.mark.parametrize("act", ["contact", "drop-out", "tick", "step/confirm", "step/set-out"])
def test_nobody_acts_at_another_s_visit(luca: Helper, act: str) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    stranger = a_phone(a_helper("Sara"))
    data = {"outcome": "reached", "reason": "ill", "code": "introduce", "done": "1"}
    assert stranger.post(f"/app/visits/{call.id}/{act}/", data).status_code == 404
    assert stranger.get(f"/app/visits/{call.id}/").status_code == 404
    assert stage(call) == Stage.ACCEPTED


def test_what_customers_write_is_text(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    call.site_contact.name = "<script>alert(1)</script>"
    call.site_contact.save()
    ServiceCall.objects.filter(pk=call.pk).update(notes='"><img src=x onerror=alert(1)>')
    page = text(phone, call)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("data", [{}, {"outcome": "nonsense"}, {"outcome": "x" * 5000}])
def test_an_outcome_that_cannot_be_is_asked_again(phone: Client, luca: Helper, data: dict[str, str]) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    answer = phone.post(f"/app/visits/{call.id}/contact/", data, follow=True)
    assert "Please choose what came of the call" in answer.content.decode()


def test_a_step_that_never_was_is_not_there(phone: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    assert phone.post(f"/app/visits/{call.id}/step/fly/").status_code == 404


def sign_off(call: ServiceCall) -> None:
    occasion = by(Who.CUSTOMER, now())
    with transaction.atomic():
        code = visits.make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=occasion)
    journey.sign_off(call_id=call.id, code=code, evidence={}, now=occasion)

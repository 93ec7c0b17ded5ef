"""Guide: the visit, from what to bring to tidying up."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_confirmed_call,
    a_done_call,
    a_drafted_call,
    a_helper,
    a_price,
    a_requested_call,
    by_helper,
)
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import a_secured_call, accepted_by, bank_runs, clock_runs, fresh, signed_off, stage, told

from mila.booking.models import ServiceCall, Stage
from mila.catalog.models import Package, Skill
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.conditions import ChecklistOpen
from mila.simulation.catalogue import fill_catalogue
from mila.sites.now import now
from mila.sites.templatetags.words import clock_time
from mila.visit.models import ContactOutcome
from mila.visit.phrases import OF_HELPER
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
    for step in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=then)
    for row in checklist(call):
        if not row.tutorial:
            journey.tick(call_id=call.id, code=row.code, now=then)
    with pytest.raises(ChecklistOpen, match="still open"):
        journey.finish(call_id=call.id, now=then)
    journey.tick(call_id=call.id, code="tutorial", now=then)
    journey.finish(call_id=call.id, now=then)
    assert stage(call) == Stage.DONE


def codes_of_all() -> list[list[str]]:
    fill_catalogue()
    return [[step["code"] for step in package.steps] for package in Package.objects.all()]


def headline(call: ServiceCall) -> str:
    page = Client().get(f"/s/{call.status_key}/", headers={"accept-language": "en"}).content.decode()
    return page.split("<h1>")[1].split("</h1>")[0]


def test_power_outlets_are_asked_before_work() -> None:
    for codes in codes_of_all():
        assert codes[:3] == ["introduce", "go_over", "power_outlets"]
        assert len(codes[3:-2]) > 0, "the work"


def test_tidying_up_comes_last() -> None:
    assert {codes[-1] for codes in codes_of_all()} == {"tidy_up"}
    for package in Package.objects.all():
        a_price(a_brand(), package)
    call = a_drafted_call(packages=("wifi-at-home", "tv-setup", "printer-setup"))
    assert [step.code for step in checklist(call)][-2:] == ["tutorial", "tidy_up"]


def test_a_call_is_not_complete_before_it_is_tidy() -> None:
    luca = a_helper()
    call = a_confirmed_call(luca)
    then = by_helper(luca, IN_THREE_DAYS)
    for step in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=then)
    for row in checklist(call)[:-1]:
        journey.tick(call_id=call.id, code=row.code, now=then)
    with pytest.raises(ChecklistOpen):
        journey.finish(call_id=call.id, now=then)


def test_the_tutorial_covers_functions_and_settings() -> None:
    fill_catalogue()
    luca = a_helper()
    luca.skills.create(skill=Skill.objects.get(code="wifi_network"), level=4)
    a_price(a_brand(), Package.objects.get(code="wifi-at-home"))
    call = a_confirmed_call(luca, packages=("wifi-at-home",))
    for step in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    page = a_phone(luca).get(f"/app/visits/{call.id}/", headers={"accept-language": "en"}).content.decode()
    tutorial = page.split('id="step-tutorial"')[1].split("</button>")[0]
    for word in ("Tutorial", "functions", "settings"):
        assert word in tutorial


def test_the_status_page_follows_the_call() -> None:
    luca = a_helper()
    call = a_secured_call()
    told = [headline(call)]
    accepted_by(luca, call, NOON)
    told.append(headline(call))
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca))
    then = by_helper(luca, IN_THREE_DAYS)
    for step in (journey.confirm, journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=then if step is not journey.confirm else by_helper(luca))
        if step is not journey.show_badge:
            told.append(headline(call))
    for row in checklist(call):
        journey.tick(call_id=call.id, code=row.code, now=then)
    journey.finish(call_id=call.id, now=then)
    told.append(headline(call))
    signed_off(fresh(call), IN_THREE_DAYS + timedelta(hours=1))
    told.append(headline(call))
    bank_runs(IN_THREE_DAYS + timedelta(hours=1))
    told.append(headline(call))
    clock_runs(IN_THREE_DAYS + timedelta(days=4))
    told.append(headline(call))
    assert told == [
        "We are looking for somebody near you",
        "Luca is coming",
        "Luca has confirmed",
        "Luca is on the way",
        "Luca is at your door",
        "Luca is at work",
        "The work is done: please sign off",
        "Thank you",
        "All done, and paid",
        "All done",
    ]


PASSWORD = "Passwort: hunter22"


def at_work_now(luca: Helper) -> ServiceCall:
    call = a_confirmed_call(luca, now() - timedelta(days=2), starts_at=in_three_days() - timedelta(days=4))
    then = by_helper(luca, call.visit_starts_at or NOON)
    for step in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=then)
    return call


def test_a_wifi_password_is_stored_nowhere() -> None:
    luca = a_helper()
    call = at_work_now(luca)
    phone = a_phone(luca)
    forms = {
        f"/app/visits/{call.id}/note/": "words",
        f"/app/visits/{call.id}/talk/": "text",
        f"/app/visits/{call.id}/change/": "words",
        f"/app/visits/{call.id}/check-out/": "words",
        f"/app/visits/{call.id}/follow-up/": "note",
        "/app/help/": "words",
    }
    said = {"reason": "more_work", "extra": "Cable", "amount": "10", "cause": "client_absent", "packages": "wifi-setup"}
    for address, field in forms.items():
        answer = phone.post(address, {**said, field: PASSWORD}, headers={"accept-language": "en"})
        assert answer.status_code == 422, address
        assert "looks like a password" in answer.content.decode(), address
    done = signed_off(a_done_call(luca, starts_at=IN_THREE_DAYS + timedelta(days=3)), IN_THREE_DAYS + timedelta(days=4))
    answer = phone.post(f"/app/visits/{done.id}/not-again/", {"reason": PASSWORD}, headers={"accept-language": "en"})
    assert "looks like a password" in answer.content.decode()
    asked = [text for step in checklist(call) for text in step.text.values()]
    assert not any("password" in text.lower() for text in asked), "no step asks for one"


def test_each_step_shows_on_the_status_page() -> None:
    luca = a_helper()
    call = at_work_now(luca)
    at = (call.visit_starts_at or NOON) + timedelta(minutes=17)
    journey.tick(call_id=call.id, code="introduce", now=by_helper(luca, at))
    page = Client().get(f"/s/{call.status_key}/", headers={"accept-language": "en"}).content.decode()
    shown = page.split("of 3 steps done")[1]
    assert "Introduce yourself" in shown
    assert clock_time(at.astimezone(ZoneInfo("Europe/Zurich"))) in shown.split("Explain the main functions")[0]
    phrase = next(iter(OF_HELPER))
    a_phone(luca).post(f"/app/visits/{call.id}/talk/", {"phrase": phrase})
    talk = Client().get(f"/s/{call.status_key}/talk/", headers={"accept-language": "en"}).content.decode()
    assert str(OF_HELPER[phrase]) in talk
    assert len(told(call, "tell_customer_of_line")) == 1

"""A further visit from the helper's app to the client's page and the bank; the desk and the brand see it."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from tests.factories import a_brand, a_done_call, a_helper, an_account
from tests.sites.provider.conftest import a_phone
from tests.story import signed_off

from mila.accounts.models import DeskSeat
from mila.booking.models import FollowUp, ServiceCall
from mila.countries.models import DatedValue
from mila.crowd.models import Helper
from mila.kernel.occasion import Occasion, Who
from mila.messaging.models import Message
from mila.partners import actions as partners
from mila.partners.models import KeyKind, Scope
from mila.sites.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    yesterday = datetime.combine(now().date() - timedelta(days=1), time(13), UTC)
    return a_done_call(luca, yesterday - timedelta(days=2), starts_at=yesterday)


def prepared(luca: Helper, call: ServiceCall) -> FollowUp:
    phone, at = a_phone(luca), f"/app/visits/{call.id}/follow-up/"
    said = {"packages": ["wifi-setup"], "note": "Zweiter Router"}
    shown = phone.post(at, {**said, "look": "1"}).content.decode()
    times = re.findall(r'name="start" value="([^"]+)"', shown)
    assert phone.post(at, {**said, "start": times[5:7]}).status_code == 302
    return FollowUp.objects.get()


def ordered(call: ServiceCall) -> ServiceCall:
    anna, at = Client(), f"/s/{call.status_key}/follow-up/"
    anna.post(f"{at}code/")
    letter = Message.objects.filter(call=call, template="send_code").latest("made_at")
    page = anna.get(at).content.decode()
    order = {name: re.findall(f'name="{name}" value="([^"]+)"', page)[0] for name in ("follow_up", "total", "start")}
    code = re.findall(r"\b\d{6}\b", letter.text)[0]
    answers = [anna.post(at, {**order, "code": code}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert all("/bank/" in answer["Location"] for answer in answers)
    return ServiceCall.objects.exclude(pk=call.pk).get()


def test_the_helper_looks_at_price_and_times_before_asking(luca: Helper, call: ServiceCall) -> None:
    phone = a_phone(luca)
    assert "follow-up/" in phone.get(f"/app/visits/{call.id}/").content.decode()
    page = phone.get(f"/app/visits/{call.id}/follow-up/", headers={"accept-language": "en"}).content.decode()
    assert "Wi-Fi set-up" in page
    assert 'name="start"' not in page
    shown = phone.post(f"/app/visits/{call.id}/follow-up/", {"packages": ["wifi-setup"], "look": "1"}).content.decode()
    assert "93.90" in shown
    assert 'name="start"' in shown
    nothing = phone.post(f"/app/visits/{call.id}/follow-up/", {"packages": ["wifi-setup"]})
    assert nothing.status_code == 422
    assert not FollowUp.objects.exists()


def test_a_password_is_asked_about(luca: Helper, call: ServiceCall) -> None:
    phone, said = a_phone(luca), {"packages": ["wifi-setup"], "note": "Passwort: hunter22", "look": "1"}
    warned = phone.post(f"/app/visits/{call.id}/follow-up/", said)
    assert warned.status_code == 422
    assert 'name="is_no_password"' in warned.content.decode()
    assert phone.post(f"/app/visits/{call.id}/follow-up/", {**said, "is_no_password": "on"}).status_code == 200


def test_the_client_orders_on_their_page_once(luca: Helper, call: ServiceCall) -> None:
    prepared(luca, call)
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert f"/s/{call.status_key}/follow-up/" in page
    booked = ordered(call)
    assert booked.preferred_helper == luca
    after = Client().get(f"/s/{call.status_key}/").content.decode()
    assert f"/s/{booked.status_key}/" in after


def test_what_is_wrong_is_said_beside_its_field(luca: Helper, call: ServiceCall) -> None:
    prepared(luca, call)
    anna, at = Client(headers={"accept-language": "en"}), f"/s/{call.status_key}/follow-up/"
    anna.post(f"{at}code/")
    answer = anna.post(at, {"code": "12"})
    assert answer.status_code == 422
    assert "Choose a time." in answer.content.decode()


def test_the_client_says_no_or_the_helper_takes_it_back(luca: Helper, call: ServiceCall) -> None:
    row = prepared(luca, call)
    Client().post(f"/s/{call.status_key}/follow-up/decline/", {"follow_up": str(row.id)})
    row.refresh_from_db()
    assert row.state == "declined"
    FollowUp.objects.all().delete()
    row = prepared(luca, call)
    a_phone(luca).post(f"/app/visits/{call.id}/follow-up/take-back/")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert Client().get(f"/s/{call.status_key}/follow-up/").status_code == 302


def test_another_helper_finds_nothing_and_it_is_too_late_with_words(luca: Helper, call: ServiceCall) -> None:
    assert a_phone(a_helper("Sara")).get(f"/app/visits/{call.id}/follow-up/").status_code == 404
    signed_off(call, call.since + timedelta(minutes=5))
    DatedValue.objects.filter(key="follow_up").update(value={"days_after": 0, "answer_days": 7})
    answer = a_phone(luca).get(f"/app/visits/{call.id}/follow-up/", follow=True, headers={"accept-language": "en"})
    assert "until a few days after the visit" in answer.content.decode()


def test_desk_and_brand_see_what_follows_what(luca: Helper, call: ServiceCall) -> None:
    prepared(luca, call)
    booked = ordered(call)
    dana = an_account("dana@mila.example")
    DeskSeat.objects.create(account=dana, name="Dana", role="agent")
    desk = Client()
    desk.force_login(dana)
    for one, other in ((call, booked), (booked, call)):
        assert other.order_number in desk.get(f"/desk/calls/{one.id}/").content.decode()
    _row, secret = partners.make_key(
        brand=a_brand(),
        name="test",
        kind=KeyKind.TEST,
        scopes=tuple(Scope),
        life=timedelta(days=1),
        now=Occasion(by=Who.DESK, at=now()),
    )
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get(f"/api/v1/calls/{booked.id}", headers=headers).json()["follows"] == str(call.id)
    assert Client().get(f"/api/v1/calls/{call.id}", headers=headers).json()["follows"] is None

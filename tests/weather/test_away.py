"""Each firm outside is away for ten minutes, in every manner: life goes on, and what waited leaves in order, once."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection

import pytest
from django.test import Client
from pytest_django import Settings
from tests.factories import NOON, a_drafted_call, a_helper
from tests.messaging.test_push import SIGNER, a_device
from tests.sites.customer import conftest as visitor
from tests.story import a_secured_call, accepted_by, bank_runs, done_by, fresh, signed_off, stage
from tests.weather.firms import MANNERS, a_firm

from mila.booking.models import Stage
from mila.countries import geocoding
from mila.countries.gazetteer.rules import Address
from mila.kernel.ids import new_id
from mila.messaging import actions as messaging
from mila.messaging.adapters.mail import MailServer
from mila.messaging.adapters.push import PushService
from mila.messaging.adapters.sms import SmsGateway
from mila.messaging.models import Channel, Message, MessageState
from mila.messaging.ports import CarrierAway, Letter
from mila.payments.adapters.test.models import Reply, Taken, TakenState
from mila.sites.clock.breaker import Breaker
from mila.sites.clock.management.commands import jobs

pytestmark = pytest.mark.django_db
SOONER = 15  # seconds: half of what a firm in trouble takes, however busy the machine is
TEN_MINUTES = timedelta(minutes=10)
LETTER = Letter(new_id(), "anna@customers.example", "en", "Hello", "Hello", "<p>Hello</p>")


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for where in ("mila.messaging.adapters.sms.PATIENCE_SECONDS", "mila.messaging.adapters.mail.PATIENCE_SECONDS"):
        monkeypatch.setattr(where, 1)
    monkeypatch.setattr("mila.messaging.adapters.mail.WAIT_SECONDS", 1)
    monkeypatch.setattr("mila.messaging.adapters.push.PATIENCE_SECONDS", 1)
    monkeypatch.setattr("mila.countries.adapters.http.TIMEOUT_SECONDS", 1)
    yield
    geocoding.RESTS_UNTIL.clear()


@pytest.mark.parametrize("manner", MANNERS)
def test_an_sms_gateway_in_trouble_is_away_within_its_patience(manner: str) -> None:
    with a_firm(manner) as port:
        began = time.monotonic()
        with pytest.raises(CarrierAway):
            SmsGateway(f"http://127.0.0.1:{port}/", token="x").carry(LETTER)
        assert time.monotonic() - began < SOONER


@pytest.mark.parametrize("manner", MANNERS)
def test_a_mail_server_in_trouble_is_away_within_its_patience(manner: str) -> None:
    with a_firm(manner) as port:
        began = time.monotonic()
        with pytest.raises(CarrierAway):
            MailServer.at(f"smtp://127.0.0.1:{port}", sender="Mila <info@mila.example>").carry(LETTER)
        assert time.monotonic() - began < SOONER


def _line(port: int, _to: str) -> HTTPConnection:
    line = HTTPConnection("127.0.0.1", port, timeout=1)
    line.connect()
    return line


@pytest.mark.parametrize("manner", MANNERS)
def test_a_push_service_in_trouble_is_away_within_its_patience(manner: str) -> None:
    device = a_device(a_helper().account)
    letter = replace(LETTER, device=device.id)
    with a_firm(manner) as port:
        service = PushService(SIGNER, NOON, connect=partial(_line, port))
        began = time.monotonic()
        with pytest.raises(CarrierAway):
            service.carry(letter)
        assert time.monotonic() - began < SOONER


@pytest.mark.parametrize("manner", MANNERS)
def test_an_address_is_taken_while_the_geocoder_is_in_trouble(
    anna: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, manner: str
) -> None:
    with a_firm(manner) as port:
        settings.MILA_GEOCODER = f"photon:http://127.0.0.1:{port}"
        anna.post("/book/service/wifi-setup/")
        anna.get("/booking/address/")
        began = time.monotonic()
        answer = anna.post("/booking/address/", visitor.ADDRESS)
        assert answer.status_code == 302
        assert time.monotonic() - began < SOONER
        monkeypatch.setattr("mila.countries.adapters.http.TIMEOUT_SECONDS", 30)
        began = time.monotonic()
        asked = Address(country="CH", postcode="3011", town="Bern", street="Kanarienweg", house_number="7")
        assert geocoding.find(asked)
        assert time.monotonic() - began < SOONER  # it is left alone now


anna = visitor.anna


def test_everything_goes_on_without_mail_and_sms_and_all_is_told_in_order_afterwards(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = tuple(Channel.values)
    luca = a_helper()
    breakers = {channel: Breaker() for channel in Channel}
    call = accepted_by(luca, a_secured_call(), NOON)
    for seconds in range(0, 600, 5):
        _post(breakers, NOON + timedelta(seconds=seconds))
    assert stage(call) == Stage.ACCEPTED
    assert not Message.objects.filter(state=MessageState.SENT).exists()
    assert Message.objects.filter(tries__gt=25).count() == 0
    settings.MILA_CARRIERS_AWAY = ()
    for seconds in range(0, 120, 5):
        _post(breakers, NOON + TEN_MINUTES + timedelta(seconds=seconds))
    assert not Message.objects.filter(state=MessageState.QUEUED).exists()
    late = Message.objects.filter(state=MessageState.EXPIRED)
    assert set(late.values_list("template", flat=True)) <= {"ring_by_push", "ring_by_sms"}
    for person in set(Message.objects.filter(state=MessageState.SENT).values_list("recipient", flat=True)):
        sent = Message.objects.filter(recipient=person, state=MessageState.SENT).order_by("made_at", "id")
        times = [message.sent_at for message in sent]
        assert times == sorted(time for time in times if time)


def _post(breakers: dict[Channel, Breaker], at: datetime) -> None:
    for channel, breaker in breakers.items():
        while jobs._send(channel, breaker, at):
            pass


def test_a_carrier_that_is_away_is_asked_by_few_of_many_that_wait(settings: Settings) -> None:
    settings.MILA_CARRIERS_AWAY = ("mail",)
    for number in range(40):
        Message.objects.create(
            key=f"{number}", channel="mail", recipient=f"{number}@customers.example", template="dun", language="en",
            text="", made_at=NOON, due_at=NOON,
        )  # fmt: skip
    breaker, asked = Breaker(), 0
    for seconds in range(600):
        asked += jobs._send(Channel.MAIL, breaker, NOON + timedelta(seconds=seconds))
    assert asked < 30
    settings.MILA_CARRIERS_AWAY = ()
    for seconds in range(600, 700):
        asked += jobs._send(Channel.MAIL, breaker, NOON + timedelta(seconds=seconds))
    assert Message.objects.filter(state=MessageState.SENT).count() == 40


@pytest.mark.parametrize("manner", ["refusing", "lost"])
def test_a_bank_that_is_away_at_sign_off_charges_once_when_it_is_back(settings: Settings, manner: str) -> None:
    luca = a_helper()
    done = done_by(luca, a_secured_call(), NOON)
    settings.MILA_BANK_AWAY = manner
    call = signed_off(done, done.since)
    at, breaker = fresh(call).since, Breaker()
    for seconds in range(0, 600, 10):
        jobs._guarded(lambda now: jobs._ask_bank(breaker, now), at + timedelta(seconds=seconds))
    assert stage(call) == Stage.SIGNED_OFF
    settings.MILA_BANK_AWAY = ""
    for minutes in range(60):
        bank_runs(at + TEN_MINUTES + timedelta(minutes=minutes))
    assert stage(call) == Stage.CHARGED
    assert Taken.objects.filter(state=TakenState.CAPTURED).count() == 1
    if manner == "lost":
        assert Reply.objects.filter(times__gt=1).exists()


def test_a_booking_is_kept_while_the_payment_page_is_away_and_goes_on_afterwards(settings: Settings) -> None:
    call = a_drafted_call()
    settings.MILA_BANK_AWAY = "refusing"
    client = Client()
    where = f"/s/{call.status_key}/"
    said = client.post(f"{where}means/", follow=True).content.decode()
    assert "The payment page cannot be reached at the moment" in said
    assert f'action="{where}means/"' in said
    assert stage(call) == Stage.DRAFTED
    settings.MILA_BANK_AWAY = ""
    assert client.post(f"{where}means/").status_code == 302
    assert "/s/" not in client.post(f"{where}means/").headers["Location"]


def test_a_stalled_worker_is_overtaken_and_has_no_say_when_it_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    a_secured_call()
    first = Message.objects.filter(channel="mail").order_by("due_at").first()
    assert first is not None
    later = first.due_at + timedelta(seconds=61) if first.due_at else NOON

    class Stalls:
        shows_letters = True

        def carry(self, letter: Letter) -> None:
            monkeypatch.undo()
            messaging.send_next(at=later, by=Channel.MAIL)  # another worker takes it up meanwhile
            raise CarrierAway("woke up much too late")

    monkeypatch.setattr("mila.messaging.actions.outbox.carrier", lambda _channel, **_at: Stalls())
    messaging.send_next(at=later - timedelta(seconds=61), by=Channel.MAIL)
    first.refresh_from_db()
    assert (first.state, first.sent_at, first.tries) == ("sent", later, 2)


def test_news_of_a_stage_that_is_over_are_not_told() -> None:
    luca = a_helper()
    call = done_by(luca, a_secured_call(), NOON)
    while messaging.send_next(at=fresh(call).since):
        pass
    over = {message.template: message.fault for message in Message.objects.filter(state=MessageState.EXPIRED)}
    assert over["share_arrival_time"].startswith("too late")

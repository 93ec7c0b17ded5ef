"""Ringing a device: encrypted for it alone, signed by us, into the open internet only."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tests.factories import NOON, a_helper, a_requested_call, an_offer

from mila.accounts.models import Account
from mila.booking.models import Offer
from mila.kernel.ids import new_id
from mila.messaging import actions as messaging
from mila.messaging.actions.devices import DeviceUnfit
from mila.messaging.adapters.push import PushService
from mila.messaging.adapters.push.encryption import encrypt, pack, public_bytes, unpack
from mila.messaging.adapters.push.line import NotPublic, host_of, line_to
from mila.messaging.adapters.push.vapid import Signer
from mila.messaging.models import Channel, Message, MessageState, PushSubscription
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter, RecipientGone

ENDPOINT = "https://push.example.org/send/abc?x=1"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
DEVICE = ec.derive_private_key(4711, ec.SECP256R1())
SIGNER = Signer.of("a secret", sender="Mila <info@mila.example>")


class Service:
    """A push service on this machine: remembers what it was asked, answers as it is told."""

    def __init__(self) -> None:
        self.status = 201
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = HTTPServer(("127.0.0.1", 0), Desk)

    def line(self, endpoint: str) -> HTTPConnection:
        host_of(endpoint)
        return HTTPConnection("127.0.0.1", self.server.server_port, timeout=5)

    def carrier(self) -> PushService:
        return PushService(SIGNER, NOON, connect=self.line)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def a_device(account: Account) -> PushSubscription:
    p256dh = pack(public_bytes(DEVICE))
    return messaging.add_device(account=account, endpoint=ENDPOINT, p256dh=p256dh, auth=AUTH, at=NOON)


def an_offer_to_a_helper_with_a_device() -> Offer:
    a_device(a_helper().account)
    return an_offer(a_requested_call())


def a_letter(device: PushSubscription) -> Letter:
    text = "Please answer within two minutes.\nhttps://mila.example/app/offers/k/"
    return Letter(new_id(), device.label, "en", "A new offer", text, "", device.id)


def read_by_device(body: bytes) -> bytes:
    """Decrypt as the browser does, step by step from the standard."""

    def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt, info).derive(secret)

    salt, length = body[:16], body[20]
    theirs = body[21 : 21 + length]
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    secret = DEVICE.exchange(ec.ECDH(), sender)
    seed = derived(secret, unpack(AUTH), b"WebPush: info\0" + public_bytes(DEVICE) + theirs, 32)
    key = derived(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derived(seed, salt, b"Content-Encoding: nonce\0", 12)
    return AESGCM(key).decrypt(nonce, body[21 + length :], None).removesuffix(b"\x02")


def test_the_encryption_is_that_of_the_standard() -> None:
    # The example of RFC 8291, appendix A.
    number = int.from_bytes(unpack("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        sender=ec.derive_private_key(number, ec.SECP256R1()),
        salt=unpack("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert pack(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.django_db
def test_the_device_alone_can_read_it_and_it_names_no_customer(service: Service) -> None:
    service.carrier().carry(a_letter(a_device(a_helper().account)))
    path, head, body = service.asked[0]
    assert path == "/send/abc?x=1"
    assert (head["TTL"], head["Urgency"], head["Content-Encoding"]) == ("120", "high", "aes128gcm")
    assert json.loads(read_by_device(body)) == {
        "title": "A new offer",
        "text": "Please answer within two minutes.",
        "opens": "https://mila.example/app/offers/k/",
    }


def test_the_signature_proves_who_sends_and_to_whom() -> None:
    scheme, said = SIGNER.authorization(ENDPOINT, at=NOON).split(" ", 1)
    token, key = (part.split("=", 1)[1] for part in said.split(", "))
    head, claims, signature = token.split(".")
    raw = unpack(signature)
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpack(key))
    signed = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    known.verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert scheme == "vapid"
    assert json.loads(unpack(claims)) == {
        "aud": "https://push.example.org",
        "exp": int((NOON + timedelta(hours=12)).timestamp()),
        "sub": "mailto:info@mila.example",
    }


def test_the_same_secret_makes_the_same_key() -> None:
    assert Signer.of("a secret", sender="a@b.example").public == SIGNER.public
    assert Signer.of("another", sender="a@b.example").public != SIGNER.public


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "fault"),
    [(404, RecipientGone), (410, RecipientGone), (413, CarrierRefused), (429, CarrierAway), (503, CarrierAway)],
)
def test_each_answer_has_its_meaning(service: Service, status: int, fault: type[Exception]) -> None:
    service.status = status
    with pytest.raises(fault) as caught:
        service.carrier().carry(a_letter(a_device(a_helper().account)))
    assert caught.type is fault


@pytest.mark.django_db
def test_an_offer_rings_and_says_nothing_about_the_customer() -> None:
    offer = an_offer_to_a_helper_with_a_device()
    rung = Message.objects.get(channel=Channel.PUSH)
    customer = offer.call.site_contact
    assert rung.text.splitlines()[-1].endswith(f"/app/offers/{offer.key}/")
    assert not any(word in rung.subject + rung.text for word in (customer.name, offer.call.address.street))


@pytest.mark.django_db
def test_a_device_that_is_gone_is_forgotten(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    an_offer_to_a_helper_with_a_device()
    service.status = 410
    monkeypatch.setattr("mila.messaging.actions.outbox.carrier", lambda _channel, **_at: service.carrier())
    while messaging.send_next(at=NOON):
        pass
    rung = Message.objects.get(channel=Channel.PUSH)
    assert rung.state == MessageState.DEAD
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_nobody_is_rung_when_the_two_minutes_would_be_over() -> None:
    an_offer_to_a_helper_with_a_device()
    while messaging.send_next(at=NOON + timedelta(minutes=3)):
        pass
    rung = Message.objects.get(channel=Channel.PUSH)
    assert (rung.state, rung.fault) == (MessageState.EXPIRED, "too late: its use-by is over")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://localhost/x",
        "https://user@push.example.org/x",
        "https://push.example.org:8443/x",
        "https://push.example.org/a b",
        "https://push.example.org:x/",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_address_but_that_of_a_service_in_the_open_internet(endpoint: str) -> None:
    with pytest.raises(NotPublic):
        host_of(endpoint)


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_our_own_network_is_not_followed(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", (place, 443))])
    with pytest.raises(NotPublic):
        line_to("https://push.example.org/x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", ""), ("AAAA", AUTH), (pack(public_bytes(DEVICE)), "é"), ("\0", "\0")]
)
def test_what_cannot_be_used_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(DeviceUnfit):
        messaging.add_device(account=a_helper().account, endpoint=ENDPOINT, p256dh=p256dh, auth=auth, at=NOON)


@pytest.mark.django_db
def test_a_phone_that_changes_hands_rings_for_its_new_owner_only() -> None:
    a_device(a_helper("Luca").account)
    mine = a_device(a_helper("Mia").account)
    assert PushSubscription.objects.get().account_id == mine.account_id

"""SMS against a gateway of a few lines that listens on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import cast

import pytest

from mila.kernel.ids import new_id
from mila.messaging.adapters.sms import SmsGateway
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter

LETTER = Letter(new_id(), "+41790000001", "de", "", "Grüezi", "")


class Gateway(ThreadingHTTPServer):
    status = 202

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.asked: list[tuple[str, str | None, str | None, dict[str, str]]] = []

    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/messages?from=Mila"


class Request(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        gateway = cast("Gateway", self.server)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        gateway.asked.append((self.path, self.headers["Authorization"], self.headers["Idempotency-Key"], body))
        self.send_response(gateway.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_text_is_handed_over_under_our_own_key(gateway: Gateway) -> None:
    SmsGateway(gateway.url(), token="secret").carry(LETTER)
    body = {"id": str(LETTER.id), "to": "+41790000001", "text": "Grüezi"}
    assert gateway.asked == [("/v1/messages?from=Mila", "Bearer secret", str(LETTER.id), body)]


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_trouble_that_may_pass_is_away(gateway: Gateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(CarrierAway, match=str(status)):
        SmsGateway(gateway.url(), token="").carry(LETTER)


def test_a_number_that_the_gateway_refuses_is_refused_for_good(gateway: Gateway) -> None:
    gateway.status = 422
    with pytest.raises(CarrierRefused, match="422"):
        SmsGateway(gateway.url(), token="").carry(LETTER)


def test_a_gateway_that_cannot_be_reached_is_away(gateway: Gateway) -> None:
    url = gateway.url()
    gateway.shutdown()
    gateway.server_close()
    with pytest.raises(CarrierAway):
        SmsGateway(url, token="").carry(LETTER)


def test_without_a_gateway_a_text_waits() -> None:
    with pytest.raises(CarrierAway, match="MILA_SMS_URL"):
        SmsGateway("", token="").carry(LETTER)

"""The way to a calendar elsewhere: nobody's address leads into the house."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mila.crowd.adapters.calendar import CalendarFault, address_of, fetch
from mila.crowd.adapters.calendar import line as way
from mila.crowd.adapters.calendar.line import BIGGEST, Reach, is_public

NEARBY = Reach(frozenset({"http"}), nearby=True)
INTERNET = Reach(frozenset({"https", "http"}))


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        say = getattr(self, "say_" + self.path.strip("/").partition("?")[0])
        say()

    def say_calendar(self) -> None:
        self._answer(200, b"BEGIN:VCALENDAR")

    def say_missing(self) -> None:
        self._answer(404, b"")

    def say_moved(self) -> None:
        self._answer(302, b"", Location="/calendar")

    def say_circle(self) -> None:
        self._answer(302, b"", Location="/circle")

    def say_inside(self) -> None:
        self._answer(302, b"", Location="file:///etc/passwd")

    def say_packed(self) -> None:
        self._answer(200, b"BEGIN:VCALENDAR", **{"Content-Encoding": "gzip"})

    def say_big(self) -> None:
        self._answer(200, b"x" * (BIGGEST + 1))

    def say_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(200):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None: ...


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fault_of(address: str, reach: Reach = INTERNET) -> str:
    with pytest.raises(CalendarFault) as found:
        fetch(address, reach)
    return found.value.code


def test_a_calendar_is_fetched_also_where_it_has_moved(elsewhere: str) -> None:
    assert fetch(f"{elsewhere}/moved", NEARBY) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("path", "code"),
    [("missing", "answer"), ("circle", "answer"), ("packed", "answer"), ("big", "big"), ("inside", "address")],
)
def test_anything_else_than_a_calendar_is_left(elsewhere: str, path: str, code: str) -> None:
    assert fault_of(f"{elsewhere}/{path}", NEARBY) == code


def test_an_answer_that_drips_is_hung_up_on(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "PATIENCE_SECONDS", 0.5)
    began = time.monotonic()
    try:
        fetch(f"{elsewhere}/drip", NEARBY)
    except CalendarFault as fault:
        assert fault.code == "away"  # noqa: PT017 - half an answer or none
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1.nip.example@10.0.0.1/",
        "https://127.0.0.1/x.ics",
        "https://[::1]/x.ics",
        "https://[::ffff:10.0.0.1]/x.ics",
        "https://[64:ff9b::7f00:1]/x.ics",
        "https://169.254.169.254/latest/",
        "https://localhost/x.ics",
        "https://calendar.example:8443/x.ics",
        "https://0x7f.1/x.ics",
        "ftp://calendar.example/x.ics",
        "file:///etc/passwd",
        "https://calendar.example/a b",
        "https://",
    ],
)
def test_an_address_that_leads_into_the_house_is_not_asked(address: str) -> None:
    assert fault_of(address) in {"address", "away"}


@pytest.mark.parametrize(
    ("place", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:192.168.1.1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(place: str, public: bool) -> None:  # noqa: FBT001
    assert is_public(place) is public


def test_a_name_that_leads_to_the_own_machine_is_judged_by_where_it_leads(elsewhere: str) -> None:
    assert fault_of(elsewhere.replace("127.0.0.1", "localhost")) == "address"
    with pytest.raises(CalendarFault, match="address"):
        way._place("localhost", 80, INTERNET)


def test_a_webcal_address_is_asked_for_encrypted() -> None:
    assert address_of(" webcal://calendar.example/me.ics ") == "https://calendar.example/me.ics"

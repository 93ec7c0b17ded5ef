"""The way to a calendar elsewhere. A helper named its address, so it may lead nowhere but into the open internet."""

import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from mila.crowd.adapters.calendar.fault import CalendarFault

CONNECT_SECONDS = 5
PATIENCE_SECONDS = 20  # for the whole answer, however slowly it drips
BIGGEST = 2_000_000
MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
PORTS = {"https": 443, "http": 80}
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses in the clothes of IPv6
HEADERS = {
    "User-Agent": "Mila (busy times of a helper)",
    "Accept": "text/calendar, */*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a line may go: by which schemes, and whether to machines of the own network."""

    schemes: frozenset[str]
    nearby: bool = False


def reach_of_the_house() -> Reach:
    """Return how far the house goes: into the open internet, and in production encrypted only."""
    return Reach(frozenset(["https"] if settings.MODE == "production" else ["https", "http"]))


def address_of(typed: str) -> str:
    """Return a calendar's address in the form that is asked for: `webcal://` means `https://`. Raises CalendarFault."""
    written = typed.strip()
    if written.lower().startswith(("webcal://", "webcals://")):
        written = "https://" + written.split("://", 1)[1]
    _judged(written, reach_of_the_house())
    return written


def fetch(address: str, reach: Reach | None = None) -> bytes:
    """Return what lies at the address. Raises CalendarFault.

    Every address on the way, the redirects' too, is looked up once, has to be a public one, and is the one that the
    line goes to, so that a name cannot lead elsewhere after it was judged. Size, time and redirects have an end.
    """
    reach = reach or reach_of_the_house()
    for _hop in range(MOST_REDIRECTS + 1):
        found = _ask(address, reach)
        if isinstance(found, bytes):
            return found
        address = urljoin(address, found)
    raise CalendarFault("answer")


def _ask(address: str, reach: Reach) -> bytes | str:
    parts = _judged(address, reach)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        raw = socket.create_connection((_place(host, port, reach), port), CONNECT_SECONDS)
    except (OSError, ValueError) as fault:
        raise CalendarFault("away") from fault
    end = threading.Timer(PATIENCE_SECONDS, _hang_up, [raw])
    end.start()
    try:
        return _answer(_line(parts.scheme, host, port, raw), parts)
    except (OSError, HTTPException, ValueError) as fault:
        raise CalendarFault("away") from fault
    finally:
        end.cancel()
        raw.close()


def _judged(address: str, reach: Reach) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as fault:
        raise CalendarFault("address") from fault
    plain = address.isascii() and address.isprintable() and " " not in address and "@" not in parts.netloc
    if not plain or parts.scheme not in reach.schemes or not parts.hostname:
        raise CalendarFault("address")
    if not reach.nearby and (port not in (None, PORTS[parts.scheme]) or "." not in parts.hostname):
        raise CalendarFault("address")
    return parts


def _place(host: str, port: int, reach: Reach) -> str:
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not reach.nearby and not all(map(is_public, found)):
        raise CalendarFault("address")
    return found[0]


def is_public(place: str) -> bool:
    """Tell whether an IP address is one of the open internet, also behind the ways of writing IPv4 as IPv6."""
    ip = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in TRANSLATED or ip.sixtofour or ip.teredo:
            return False
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast


def _line(scheme: str, host: str, port: int, raw: socket.socket) -> HTTPConnection:
    if scheme == "http":
        plain = HTTPConnection(host, port)
        plain.sock = raw
        return plain
    line = HTTPSConnection(host, port)
    line.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    return line


def _answer(line: HTTPConnection, parts: SplitResult) -> bytes | str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line.request("GET", path, headers=HEADERS)
    answer = line.getresponse()
    try:
        if answer.status in REDIRECTS and (there := answer.getheader("Location")):
            return there
        return _body(answer)
    finally:
        answer.close()
        line.close()


def _body(answer: HTTPResponse) -> bytes:
    if answer.status != 200 or answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise CalendarFault("answer")
    body = answer.read(BIGGEST + 1)
    if len(body) > BIGGEST:
        raise CalendarFault("big")
    return body


def _hang_up(raw: socket.socket) -> None:
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already

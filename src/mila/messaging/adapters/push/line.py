"""The way to a push service. A browser named its address, so that it may lead nowhere but into the open internet."""

import ipaddress
import socket
import ssl
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10


class NotPublic(Exception):
    """The address is not one of a service in the open internet."""


def line_to(endpoint: str) -> HTTPConnection:
    """Return an open, encrypted line to the endpoint's service. Raises NotPublic and OSError.

    The name is looked up once, and the line goes to what was found and judged then.
    """
    host = host_of(endpoint)
    place = _public_place(host)
    line = HTTPSConnection(host, timeout=PATIENCE_SECONDS)
    raw = socket.create_connection((place, 443), PATIENCE_SECONDS)
    line.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    return line


def host_of(endpoint: str) -> str:
    """Return the name in an endpoint that may be one. Raises NotPublic."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as fault:
        raise NotPublic("the address cannot be read") from fault
    host = parts.hostname or ""
    plain = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
    if not plain or "." not in host or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise NotPublic("the address is not that of a push service")
    if _is_number(host):
        raise NotPublic("the address has no name")
    return host


def _public_place(host: str) -> str:
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    if not found or not all(ipaddress.ip_address(place).is_global for place in found):
        raise NotPublic("the address leads into a network of our own")
    return found[0]


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()
    return True

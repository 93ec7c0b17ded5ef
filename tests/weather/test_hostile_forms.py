"""Every form of every site against hostile input: never a fault, always a page.

The addresses come from the URL configuration, the fields from the forms that are served, so that a new form is in.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.factories import NOON, a_confirmed_call, a_drafted_call, a_helper, a_requested_call, an_account, an_offer
from tests.sites.customer import conftest as visitor

from mila.accounts.models import DeskSeat
from mila.booking.models import ServiceCall
from mila.kernel.ids import new_id
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db

HOSTILE = (
    "\x00",
    "a\x00b",
    "\u202eevil\u2066",
    "\ud800",
    "\ud83d\ude00 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u200b\u200b",
    "Robert'); drop table booking_servicecall;--",
    "<script>alert(1)</script>{{ 7*7 }}{% debug %}${7*7}",
    "x\r\nBcc: all@example.org\r\n\r\nhello",
    "../../../etc/passwd",
    "%00%ff%n%s",
    "-1",
    "9" * 400,
    "1e400",
    "NaN",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00Z",
    "z" * 70_000,
    "a@" + "b" * 300 + ".example",
)
RAW = (
    (b"a=%ff%fe&b=%c3%28&%00=%00", "application/x-www-form-urlencoded"),
    (b"\xff\xfe\x00", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"a=b", "application/x-www-form-urlencoded; charset=no-such-thing"),
    (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff', "multipart/form-data; boundary=x"),
    (b"nothing", "multipart/form-data"),
    (b"", "multipart/form-data; boundary="),
    (b"[" * 20_000, "application/json"),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json"),
    (b"null", "application/json"),
    (b"[]", "application/json"),
    (b'"\xff"', "application/json"),
    (b"<a/>", "text/xml"),
    (b"x=" + b"y" * 1_100_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % number for number in range(300)), "application/x-www-form-urlencoded"),
)
FINE = {200, 201, 202, 204, 302, 303, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
FIELDS = re.compile(r"<(?:input|textarea|select|button)[^>]*\bname=\"([^\"]+)\"")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
anna = visitor.anna
LEFT_OUT = ("api/", "demo")  # programs have tests of their own; the demonstration is never open to strangers


def routes(at: URLResolver, before: str = "") -> Iterator[str]:
    for one in at.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, here)
        elif isinstance(one, URLPattern):
            yield here


ROUTES = sorted(route for route in routes(get_resolver()) if not route.startswith(LEFT_OUT))


class World:
    """People with rows of their own, and who of them opens which door."""

    def __init__(self) -> None:
        self.luca = a_helper("Luca")
        self.calls: list[ServiceCall] = [a_confirmed_call(self.luca), a_drafted_call(key="drafted")]
        requested = a_requested_call(key="requested", starts_at=NOON + timedelta(days=5))
        self.offer = an_offer(requested)
        self.letter = Message.objects.create(
            key="x", channel="mail", recipient="a@b.example", template="dun", language="en", text="", state="dead",
            made_at=NOON,
        )  # fmt: skip
        self.dana = an_account("dana@mila.example")
        DeskSeat.objects.create(account=self.dana, name="Dana", role="agent")

    def at(self, route: str) -> list[str]:
        """Return the addresses of a route, with the rows that there are."""
        return list(dict.fromkeys("/" + ARGUMENT.sub(partial(self.of, call), route) for call in self.calls))

    def of(self, call: ServiceCall, found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        if kind == "uuid":
            known: dict[str, UUID] = {"call_id": call.id, "message_id": self.letter.id, "offer_id": self.offer.id}
            return str(known.get(name, new_id()))
        if kind == "int":
            return "1"
        return self.offer.key if "offer" in found.string else {"key": call.status_key}.get(name, "wifi-setup")

    def who_opens(self, route: str) -> Client:
        client = Client(raise_request_exception=False)
        if route.startswith("app/"):
            client.force_login(self.luca.account)
        elif route.startswith("desk/"):
            client.force_login(self.dana)
        else:
            visitor.to_the_time(client)
        return client


@pytest.mark.parametrize("door", ["app/", "desk/", "s/", "book", ""])
def test_no_form_is_broken_by_what_is_typed_into_it(anna: Client, door: str) -> None:
    world = World()
    mine = [route for route in ROUTES if door_of(route) == door]
    assert mine
    for route in mine:
        for address in world.at(route):
            client = world.who_opens(route)
            batter(client, address)


def door_of(route: str) -> str:
    return next(door for door in ("app/", "desk/", "s/", "book", "") if route.startswith(door))


def batter(client: Client, address: str) -> None:
    page = client.get(address)
    must_be_fine(page, f"GET {address}")
    names = sorted(set(FIELDS.findall(words_of(page)))) or ["value", "code", "text"]
    must_be_fine(client.get(address, dict.fromkeys([*names, "before", "state", "next", "q"], HOSTILE[1])), address)
    if client.post(address, {}).status_code == 405:
        return
    for hostile in HOSTILE:
        said = f"{address} {hostile!r:.30}"
        must_be_fine(client.post(address, {name: [hostile, hostile] for name in names}), said)
    for name in names:
        must_be_fine(client.post(address, {name: HOSTILE[0]}), f"{address} {name} alone")
    for body, kind in RAW:
        must_be_fine(client.post(address, body, content_type=kind), f"{address} {kind} {body[:12]!r}")


@pytest.mark.parametrize("header", ["accept-language", "x-request-id", "referer", "user-agent", "hx-request"])
def test_no_header_or_cookie_breaks_a_page(anna: Client, header: str) -> None:
    anna.raise_request_exception = False
    for hostile in HOSTILE:
        said = hostile.encode(errors="surrogatepass").decode("latin-1")[:8000]
        anna.cookies["sessionid"] = re.sub(r"[^ -~]", "", said)
        must_be_fine(anna.get("/", headers={header: said}), f"{header} {hostile!r:.30}")


def words_of(page: HttpResponseBase) -> str:
    return page.content.decode() if hasattr(page, "content") and not page.streaming else ""


def must_be_fine(answer: HttpResponseBase, what: str) -> None:
    assert answer.status_code in FINE, f"{answer.status_code}: {what}"

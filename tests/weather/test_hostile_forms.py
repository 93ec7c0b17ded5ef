"""Every form of every site against hostile input: never a fault, always a sentence or a way on, nothing as markup.

The addresses come from the table of who may, the fields from the forms that are served: a new form is in by itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from tests.house.who_may import WHO_MAY, Who
from tests.sites.customer import conftest as visitor
from tests.weather.hostile import ALONE, BODIES, HEADERS, MARK, WORDS
from tests.weather.outskirts import Outskirts
from tests.weather.town import Town

pytestmark = pytest.mark.django_db
anna = visitor.anna
FINE = {200, 204, 302, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
ELSEWHERE = {Who.BRANDS, Who.ITS_BRAND, Who.DEMONSTRATION}  # programs: test_description.py; strangers have no demo
MOST_FIELDS = 5  # a week's hours have 56 that are alike
ASKED = ("q", "before", "state", "next", "was", "to", "from", "upto", "round", "month", "country", "channel", "town")
DOORS = ("app/me/", "app/", "desk/", "s/", "book", "")


@dataclass
class Form:
    """A form as a page serves it: where it goes, and what its fields say by themselves."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms that post, with what a browser would send unasked."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.found, self.inside, self.select = at, list[Form](), False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("method", "").lower() == "post"
            if self.inside:
                self.found.append(Form(said.get("action") or self.at))
        name = self.select if tag == "option" else said.get("name", "")
        if tag == "select":
            self.select = name
        if not self.inside or not name or tag not in {"input", "textarea", "option", "button", "select"}:
            return
        kept = self.found[-1].fields.setdefault(name, [])
        if tag != "select" and (not kept or "checked" in said or "selected" in said):
            kept[:] = [said.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def routes(door: str) -> list[str]:
    mine = [route for route, who in WHO_MAY.items() if who not in ELSEWHERE]
    return sorted(route for route in mine if next(one for one in DOORS if route.startswith(one)) == door)


# What stands beside calls has forms that the town does not have.
BESIDE = re.compile(
    r"branch/|shop/|dispute|desk/cases|desk/parcels|faces|proofs/<uuid:helper_id>"
    r"|call_id>/(case|change|talk|products|pick-up|faulty|sign)|<slug:key>/(case|change|talk)"
)


@pytest.mark.parametrize("door", DOORS)
def test_no_form_is_broken_by_what_is_typed_into_it(anna: Client, door: str) -> None:
    batter_all(Town(), routes(door), at_least=100)


def test_no_form_beside_a_call_is_broken_by_what_is_typed_into_it(anna: Client) -> None:
    beside = [route for route, who in WHO_MAY.items() if who not in ELSEWHERE and BESIDE.search(route)]
    batter_all(Outskirts(), beside, at_least=500)


def batter_all(town: Town, addresses: Sequence[str], *, at_least: int) -> None:
    """Send every form of the addresses whatever nobody should type, each look of a form once."""
    seen, tried, wrong = set[str](), 0, list[str]()
    for route in addresses:
        for address in town.addresses(route):
            browser = Unchanged(town.browser(route))
            page = browser.sends("get", address)
            browser.sends("get", address, dict.fromkeys(ASKED, WORDS[2 * (len(address) % 2)]))
            for form in forms_of(page, address) or [Form(address)]:
                known = re.sub(r"[0-9a-f-]{36}|(?<=/[os]/)[^/]+", "", form.action) + str(sorted(form.fields))
                if known not in seen:
                    seen.add(known)
                    batter(browser, form, len(seen))
            tried += browser.tried
            wrong += browser.wrong
    assert wrong == []
    assert tried > at_least


def forms_of(page: HttpResponseBase, at: str) -> list[Form]:
    reader = Forms(at)
    reader.feed(words(page))
    return [form for form in reader.found if form.action.startswith("/")]


def batter(browser: "Unchanged", form: Form, turn: int) -> None:
    """Send the form all over wrong, then each field alone; what is dealt out by turns meets another form next time."""
    if browser.sends("post", form.action, {}).status_code in {404, 405}:
        return
    names = list(form.fields) or ["value"]
    for first in range(0, len(WORDS), 6):
        mixed = {name: [WORDS[(first + turn + nth) % len(WORDS)]] * 2 for nth, name in enumerate(names)}
        browser.sends("post", form.action, mixed)
    for nth, name in enumerate(names[:MOST_FIELDS]):
        for hostile in ALONE[(nth + turn) % 3 :: 3]:
            browser.sends("post", form.action, {**form.fields, name: hostile})
    for body, kind in BODIES[turn % 5 :: 5]:
        browser.sends_raw(form.action, body.replace(b"{name}", names[-1].encode()), kind)


class Unchanged:
    """A browser whose every request is taken back, so that the next one meets the form as it was."""

    def __init__(self, client: Client) -> None:
        self.client, self.tried, self.wrong = client, 0, list[str]()

    def sends(self, method: str, address: str, what: Mapping[str, object] | None = None) -> HttpResponseBase:
        said = f"{method} {address} {str(what)[:300]}"
        return self._taken_back(lambda: getattr(self.client, method)(address, what), said)

    def sends_raw(self, address: str, body: bytes, kind: str) -> None:
        self._taken_back(lambda: self.client.generic("POST", address, body, kind), f"{address} {kind} {body[:60]!r}")

    def _taken_back(self, ask: Callable[[], HttpResponseBase], said: str) -> HttpResponseBase:
        self.tried += 1
        cookies = {name: one.value for name, one in self.client.cookies.items()}
        answer: HttpResponseBase = HttpResponse()
        try:
            with transaction.atomic():
                answer = ask()
                self.wrong += wrong_with(answer, said)
                if answer.status_code == 302 and MARK in said and answer.headers["Location"].startswith("/"):
                    self.wrong += wrong_with(self.client.get(answer.headers["Location"]), said)
                transaction.set_rollback(True)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is what this looks for
            self.wrong.append(f"{said}: {fault!r:.200}")
        self.client.cookies.load(cookies)
        return answer


def wrong_with(answer: HttpResponseBase, said: str) -> list[str]:
    shown = words(answer)
    if answer.status_code not in FINE:
        return [f"{said}: {answer.status_code}"]
    if MARK in shown:
        return [f"{said}: as markup"]
    silent = answer.status_code in {400, 409, 422} and len(re.sub(r"<[^>]+>|\s", "", shown)) < 10
    return [f"{said}: {answer.status_code} without a word"] if silent else []


def words(page: HttpResponseBase) -> str:
    return "" if page.streaming else getattr(page, "content", b"").decode()


def hostile_headers() -> Iterator[tuple[str, str]]:
    for name in HEADERS:
        for hostile in WORDS:
            yield name, hostile.encode().decode("latin-1")[:8000].replace("\r\n", " ")


@pytest.mark.parametrize("address", ["/booking/address/", "/api/v1/catalogue"])
def test_no_header_breaks_a_page(anna: Client, address: str) -> None:
    for name, hostile in hostile_headers():
        assert wrong_with(Client().get(address, headers={name: hostile}), f"{address} {name} {hostile:.40}") == []

"""axe looks at every page of every door on a phone; nothing serious, and nothing runs out of the page.

The addresses come from the table of who may (which a test compares with the URL configuration) and the rows from a
city with something of every kind, so that a new page is looked at by itself. The pages are rendered in this process
and laid into a browser without a server between them, each look of a page once, in the four languages by turns.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Route, ViewportSize
from tests.house.who_may import WHO_MAY, Who
from tests.sites.customer import conftest as visitor
from tests.walks.city import City, Sight

pytestmark = [pytest.mark.walk, pytest.mark.django_db]
anna = visitor.anna

SEEN = {200, 204, 405}  # 405: there is only a button to press, on a page that is looked at
PATIENCE = 3
PROGRAMS = {Who.BRANDS, Who.ITS_BRAND}
LANGUAGES = cycle(("de", "fr", "it", "en"))
GRAVE = {"serious", "critical"}
ONLY = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
ROUTES = sorted(route for route, who in WHO_MAY.items() if who not in PROGRAMS)
PHONE: ViewportSize = {"width": 390, "height": 5000}  # so long that what sticks to its edge covers nothing
FRONT = "http://mila.test/"
# Names that stand twice on a page, and labels of nothing.
IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `#${id} twice`);
  const lost = [...document.querySelectorAll("label[for]")].filter((one) => !document.getElementById(one.htmlFor));
  return [...twice, ...lost.map((one) => `label for #${one.htmlFor}, which is not there`)];
}"""
PART = re.compile(r"<([a-z]\w*)(?:[^>]*? class=\"([^\"]*)\")?")
# Why nothing of these can be seen by asking for them.
BEYOND = {
    "app/calendar/<slug:key>.ics": "a file for calendars",
    "bank/pay/<str:page_id>/secure/": "stands between two presses at the stand-in of a bank",
    "language/": "only a button to press, in every page's footer",
}
# What is shown only to who sends this.
SENT = {
    "app/visits/<uuid:call_id>/change/": "look=1&reason=more_work&words=Kabelkanal&keep=1&extra=Kabelkanal&amount=39",
    "desk/calls/<uuid:call_id>/talk/": "reason=Asked+by+telephone",
}


@dataclass(frozen=True)
class Look:
    """A page as somebody is shown it."""

    name: str
    html: str


class Looks:
    """Asks for pages and keeps each look of them once: what differs in words alone is looked at once."""

    def __init__(self) -> None:
        self.found, self.unseen, self._known = list[Look](), list[str](), dict[str, set[str]]()

    def of(self, route: str, sights: Iterable[Sight]) -> None:
        """Ask for the addresses of a route as long as they bring anything new; send one of them an empty form."""
        seen, idle, sent = False, 0, False
        for browser, address in sights:
            known = len(self.found)
            status = self._ask("GET", route, browser, address)
            seen = seen or status in SEEN
            if route in SENT:
                self._ask("POST", route, browser, address, SENT[route])
            if status in SEEN and not sent:
                sent = True
                self._ask("POST", route, browser, address)
            idle = 0 if len(self.found) > known else idle + 1
            if seen and idle >= PATIENCE and not route.endswith(">/"):
                break
        if not seen:
            self.unseen.append(route)

    def _ask(self, method: str, route: str, browser: Client, address: str, said: str = "") -> int:
        """Ask in the next language, take back what that changes, and return the answer's status."""
        language = next(LANGUAGES)
        cookies = {name: one.value for name, one in browser.cookies.items()}
        browser.cookies.pop("messages", None)  # what an earlier answer, taken back since, would have said
        browser.cookies["django_language"] = language
        with transaction.atomic():
            answer = browser.generic(method, address, said, content_type="application/x-www-form-urlencoded")
            html = "" if answer.streaming else answer.content.decode(errors="ignore")
            transaction.set_rollback(True)
        browser.cookies.load(cookies)
        known = self._known.setdefault(route, set())
        if "<html" in html and not (kinds := kinds_of_parts(html)) <= known:
            known |= kinds
            self.found.append(Look(f"{route} {answer.status_code} {language}", html))
        return answer.status_code


def kinds_of_parts(html: str) -> set[str]:
    """Return what the page is made of: its tags with their classes."""
    return {tag + "." + ".".join(kind) for tag, *kind in re.findall(PART, html)}


def alone(html: str) -> str:
    """Return the page with its styles in itself and without scripts: nothing is left to ask for but pictures."""
    html = re.sub(r"<script[^>]*></script>", "", html)
    return re.sub(r'<link rel="stylesheet" href="([^"]+)">', lambda link: f"<style>{style(link[1])}</style>", html)


@cache
def style(address: str) -> str:
    if address.startswith("/static/"):
        return Path(_file(address)).read_text()
    return Client().get(address).content.decode()


def _file(address: str) -> str:
    found = finders.find(address.removeprefix("/static/"))
    assert isinstance(found, str), f"there is no file {address}"
    return found


def hand_out(route: Route) -> None:
    """Answer the browser with the house's own pictures, and with nothing else."""
    path = urlsplit(route.request.url).path
    if path == "/":
        route.fulfill(body="<!doctype html>", content_type="text/html")
    elif path.startswith("/static/"):
        route.fulfill(path=_file(path))
    else:
        route.abort()


def faults(page: Page, name: str) -> list[str]:
    """Return what axe finds serious or critical, wrong ids, and whether the page is wider than the phone."""
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(all => all.violations)", ONLY
    )
    said = [
        f"{name}: {one['id']}: {[node['html'][:160] for node in one['nodes'][:2]]}"
        for one in found
        if one["impact"] in GRAVE
    ]
    said += [f"{name}: {fault}" for fault in page.evaluate(IDS)]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return said + ([f"{name}: runs out of the page, {wide} px"] if wide > PHONE["width"] else [])


def keep_picture(page: Page, name: str) -> None:
    """Keep what was looked at, for somebody who wants to look too and says where (MILA_SHOTS)."""
    if folder := os.environ.get("MILA_SHOTS"):
        page.screenshot(path=f"{folder}/{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=True)


def test_axe_finds_nothing_serious_on_any_page(
    anna: Client, settings: Any, browser_of_walks: Browser, tmp_path: Path
) -> None:
    city, looks, wrong = City(), Looks(), list[str]()
    for route in ROUTES:
        settings.DEMONSTRATION = WHO_MAY[route] == Who.DEMONSTRATION or route == "/"
        settings.STATE = tmp_path
        looks.of(route, city.sights(route))
    page = browser_of_walks.new_page(viewport=PHONE)
    page.route("**/*", hand_out)
    page.goto(FRONT)
    page.evaluate(AXE_SCRIPT)
    for number, look in enumerate(looks.found):
        page.set_content(alone(look.html), wait_until="load")
        wrong += faults(page, look.name)
        keep_picture(page, f"{number:03} {look.name}")
    page.context.close()
    assert wrong == []
    assert set(looks.unseen) <= set(BEYOND), "make a row for it in city.py, or say in BEYOND why not"
